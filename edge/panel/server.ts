import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Clock, every } from '../../core/clock.ts'
import { jsonServer, listenAt } from '../../core/http/json-server.ts'
import { securityHeaders, servePage } from '../../core/http/page.ts'
import type { Log } from '../../core/log.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import type { Text } from '../../core/text.ts'
import type { PanelConfig } from '../panel-config.ts'
import type { Refusals } from '../refusals.ts'
import { type Account, createAccounts, pinFault } from './accounts.ts'
import { PIN_DIGITS } from './api-types.ts'
import { atHome } from './at-home.ts'
import { panelDocumentRoutes } from './document-routes.ts'
import { createFamilyAddresses } from './family-addresses.ts'
import { createPanelGuard } from './guard.ts'
import { createKnownPhones } from './known-phones.ts'
import { createLiveState } from './live-state.ts'
import { createLockout } from './lockout.ts'
import { askAgain } from './sensitive-hook.ts'
import { accountView, locksOf, sessionRoutes } from './session-routes.ts'
import { createPanelSessions } from './sessions.ts'
import { createSignIn, digits } from './sign-in.ts'
import type { PanelSite } from './site.ts'
import { stateRoutes } from './state-routes.ts'
import { waterRoutes } from './water-routes.ts'

const CONNECTIONS_MAX = 128
/** Of all addresses on which nobody signed in: the rest is kept for those on which somebody has. */
const STRANGERS_CONNECTIONS_MAX = 96
/** A family's phones may stand behind one repeater; each opens up to seven. */
const CONNECTIONS_EACH_MAX = 64
/** Of one address: a family's phones and the screen on the wall, the loading of the page among them. */
const REQUESTS_PER_MINUTE = 600
const LOCKS_SAVED_MS = 60_000
const SESSIONS_SAVED_MS = 3_600_000
const CAUGHT_UP_MS = 60_000

export interface PanelParts {
  /** Real time. */
  readonly wall: Clock
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly refusals: Refusals
  readonly config: PanelConfig
  /** Of the node: what the sign-in shows. */
  readonly name: Text
  /** PEM texts; left out, the panel speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Accounts, sessions and locks. */
  readonly store: SqlStore
  readonly site: PanelSite
  /** The built page; undefined for none. */
  readonly page: string | undefined
}

/** The farmer's panel: works from the node alone, and never in the way of control. */
export async function createPanel(parts: PanelParts) {
  const { wall, clock, random, log, config, store, refusals, site, tls } = parts
  const accounts = createAccounts({ store, random, refusals })
  if (config.owner !== undefined) accounts.seed(config.owner)
  const lockout = createLockout({ wall, store, refusals })
  const sessions = createPanelSessions({ wall, random, store, refusals })
  const phones = createKnownPhones({ random, store, refusals })
  const signIn = createSignIn({ wall, random, accounts, lockout })
  const family = createFamilyAddresses()
  const guard = createPanelGuard({
    accounts,
    sessions,
    names: config.names,
    seen: ({ ip }) => family.note(ip),
  })
  const live = createLiveState({ wall, clock, log, state: site.state, stands: guard.stands })
  const cancels = [
    every(wall, LOCKS_SAVED_MS, lockout.save),
    every(wall, SESSIONS_SAVED_MS, sessions.save),
    every(wall, CAUGHT_UP_MS, sessions.catchUp),
  ]

  const app = await jsonServer({
    log,
    headers: securityHeaders(),
    ...(tls === undefined ? {} : { tls }),
    connectionsMax: CONNECTIONS_MAX,
    connectionsEachMax: CONNECTIONS_EACH_MAX,
    strangers: {
      connectionsMax: STRANGERS_CONNECTIONS_MAX,
      isStranger: (address) => !family.has(address),
    },
    requestsPerMinute: REQUESTS_PER_MINUTE,
    check: guard.checkOrigin,
    tell: (told) => ({
      ...atHome(told),
      ...Object.fromEntries(
        ['left', 'until_s', 'at'].flatMap((name) => {
          const value = told.details[name]
          return value === undefined ? [] : [[name, value] as const]
        }),
      ),
    }),
  })
  await app.register(
    async (plain) => {
      const api = plain.withTypeProvider<TypeBoxTypeProvider>()
      askAgain(api, { guard, site })
      const { name } = parts
      const { language } = config
      const secure = tls !== undefined
      await sessionRoutes(api, { guard, accounts, sessions, phones, signIn, lockout, name, language, secure })
      await stateRoutes(api, { guard, live, site })
      await waterRoutes(api, { guard, site })
      await panelDocumentRoutes(api, { guard, site, wall })
    },
    { prefix: '/api' },
  )
  await servePage(app, parts.page)

  /** One that nobody would call too easy. */
  const mintPin = (account: Account): string => {
    const pin = digits(random, PIN_DIGITS.owner)
    return pinFault(pin, account.role) === undefined ? pin : mintPin(account)
  }
  return {
    inject: app.inject.bind(app),
    /** Opens its port; the one that it got. Rejects with a FaultError: PORT_UNAVAILABLE. */
    listen: () => listenAt(app, config),
    accounts,
    mintCode: signIn.mintCode,
    mintPin,
    view: (account: Account) => accountView(account, { sessions, phones, lockout }),
    letIn(account: string) {
      sessions.endAll(account)
      lockout.right(locksOf(account, phones))
    },
    async close() {
      for (const cancel of cancels) cancel()
      live.close()
      await app.close()
      lockout.save()
      sessions.save()
    },
  }
}
