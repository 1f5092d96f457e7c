import { fault } from '../../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { err } from '../../../core/result.ts'
import type { PanelState } from '../../../edge/panel/api-types.ts'
import { createPanel, type PanelParts } from '../../../edge/panel/server.ts'
import type { PanelSite } from '../../../edge/panel/site.ts'
import { createRefusals } from '../../../edge/refusals.ts'

export const OWNER_PIN = '482915'
export const MEMBER_PIN = '7351'

export const STATE: PanelState = {
  at: 0,
  greenhouses: [],
  outputs: [],
  node: {
    name: { vi: 'Nhà kính', en: 'Greenhouse' },
    hub: 'cut',
    since: null,
    unsent: 0,
    clock: 'synced',
    edits: { waiting: 0, conflicts: 0 },
  },
}

/** A panel over a fake clock; `again` starts one anew over the same disk. */
export async function panelWorld(
  given: {
    readonly site?: Partial<PanelSite>
    readonly config?: Partial<PanelParts['config']>
    readonly store?: SqlStore
    readonly wall?: FakeClock
    /** Folder of the built page. */
    readonly page?: string
  } = {},
) {
  const wall = given.wall ?? fakeClock()
  const store = given.store ?? openSqlite(':memory:')
  const refusals = createRefusals({ clock: wall, log: silentLog })
  const panel = await createPanel({
    wall,
    clock: wall,
    random: systemRandom,
    log: { ...silentLog, error: (text, more) => console.error(text, more) },
    refusals,
    config: { host: '127.0.0.1', port: 0, names: [], language: 'vi', ...given.config },
    name: { vi: 'Nhà kính', en: 'Greenhouse' },
    store,
    site: { ...SITE, ...given.site },
    page: given.page,
  })
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    { body, cookie, ...more }: Call = {},
  ): Promise<Answer> => {
    const headers = {
      host: more.host ?? 'localhost:8088',
      ...(cookie === undefined ? {} : { cookie }),
      ...(more.origin === undefined ? {} : { origin: more.origin }),
    }
    const answer = await panel.inject({
      method,
      url,
      headers,
      remoteAddress: more.address ?? '192.168.1.20',
      ...(body === undefined ? {} : { payload: body }),
    })
    const [set] = [answer.headers['set-cookie'] ?? []].flat()
    const named = (name: string) => answer.cookies.find((one) => one.name === name && one.value !== '')
    const phone = named('tram_phone')
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
      headers: answer.headers,
      cookie: typeof set === 'string' ? set.split(';')[0] : undefined,
      setCookie: typeof set === 'string' ? set : undefined,
      phone: phone === undefined ? undefined : `${phone.name}=${phone.value}`,
    }
  }
  /** The cookie of whoever signs in. */
  const signIn = async (account: string, pin: string, address?: string): Promise<string> => {
    const answer = await call('POST', '/api/session', {
      body: { account, pin },
      ...(address === undefined ? {} : { address }),
    })
    if (answer.cookie === undefined) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`)
    return answer.cookie
  }
  /** An owner and a member, both signed in. */
  const family = async () => {
    const setup = { code: panel.mintCode(), name: 'Bà Năm', pin: OWNER_PIN }
    const made = await call('POST', '/api/setup', { body: setup })
    if (made.cookie === undefined) throw new Error(`no owner: ${JSON.stringify(made.body)}`)
    const owner = made.cookie
    const member = { name: 'Tí', role: 'member', pin: MEMBER_PIN }
    const added = await call('POST', '/api/accounts', { body: member, cookie: owner })
    const ids = { owner: String(made.body.signedIn.account), member: String(added.body.id) }
    return { owner, member: await signIn(ids.member, MEMBER_PIN), ids }
  }
  return { panel, wall, store, refusals, call, signIn, family }
}

export interface Call {
  readonly body?: object | string
  readonly cookie?: string
  readonly host?: string
  readonly origin?: string
  readonly address?: string
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by tests, whatever it is
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
  readonly cookie: string | undefined
  readonly setCookie: string | undefined
  /** Says which phone it is. */
  readonly phone: string | undefined
}

const nowhere = () => err(fault('STATION_UNKNOWN', { station: 'x', known: '' }))

/** A node without a greenhouse. */
const SITE: PanelSite = {
  state: () => STATE,
  journal: nowhere,
  water: nowhere,
  stop: nowhere,
  goOn: nowhere,
  skip: nowhere,
  hold: async () => nowhere(),
  release: async () => nowhere(),
  reset: nowhere,
  document: async () => nowhere(),
  putDocument: async () => nowhere(),
  check: nowhere,
  history: nowhere,
  use: nowhere,
  conflicts: async () => [],
  restore: async () => nowhere(),
  dismiss: async () => nowhere(),
}
