import type { Clock } from '../../core/clock.ts'
import { lampChannel } from '../../core/documents/lighting-street.ts'
import type { OrderView } from '../api/lighting-schema.ts'
import type { Commands, LightCommand } from '../commands/commands.ts'
import { grouped } from '../grouped.ts'
import { knownPresents } from '../store/known-presents.ts'
import type { Present } from '../store/presents.ts'
import type { HubStore } from '../store/store.ts'
import { holdsOf, isBeingReleased, levelOf, untilOf } from './holds.ts'
import { isConfirmed } from './lamp-confirmed.ts'
import type { StreetDocument } from './street-document.ts'
import { COMMANDS_LOOKED_AT, type Streets } from './streets.ts'

/** Orders to the lamps of streets, and how far each has come. */
export interface Orders {
  /** Newest first; of one edge, of one street, or of all. */
  list(filter: {
    readonly edge?: string | undefined
    readonly street?: string | undefined
    readonly limit: number
  }): OrderView[]
}

export function createOrders(parts: {
  readonly clock: Clock
  readonly store: HubStore
  readonly streets: Streets
  readonly commands: Pick<Commands, 'light'>
}): Orders {
  const { clock, store, streets, commands } = parts

  const ordersOf = (edge: string, street: StreetDocument, limit: number): OrderView[] => {
    const given = commands.light({ edge, street: street.id, limit: Math.max(limit, COMMANDS_LOOKED_AT) })
    const now = clock.now()
    const held = heldBy(street, given, now)
    const presents = knownPresents(store.presents.of(edge))
    const confirmed = (lamps: Lamps, command: LightCommand) =>
      lamps.filter((lamp) =>
        isConfirmed(
          presents,
          lamp,
          wantedOf(presents.get(lamp.device, lampChannel(lamp, 'wanted')), command, now),
        ),
      ).length
    return given
      .filter(({ action }) => action.type === 'light')
      .slice(0, limit)
      .map((command) => {
        const lamps = held.get(command.view.id) ?? []
        const progress = progressOf(command, lamps.length, confirmed(lamps, command))
        return orderView(edge, street.id, command, {
          ...progress,
          undoable: isUndoable(command, lamps.length, now) && !isBeingReleased(command.view.id, given),
        })
      })
  }
  return {
    list({ edge, street, limit }) {
      return streets
        .documents()
        .filter((found) => edge === undefined || found.edge === edge)
        .filter(({ document }) => street === undefined || document.id === street)
        .flatMap((found) => ordersOf(found.edge, found.document, limit))
        .sort((a, b) => b.at - a.at)
        .slice(0, limit)
    },
  }
}

/** The lamps that each command holds now. */
function heldBy(
  street: StreetDocument,
  given: readonly LightCommand[],
  now: number,
): ReadonlyMap<string, Lamps> {
  const holds = holdsOf(street, given, now)
  const held = street.lamps.filter(({ id }) => holds.has(id))
  return grouped(held, ({ id }) => holds.get(id)?.command ?? '')
}

/** A node has told by then what it wants of a lamp, if that has changed with the order. */
const TOLD_WITHIN_MS = 60_000

/** What a street's lamps are wanted to give differs where their floors do. What was wanted before the order says nothing. */
function wantedOf(wanted: Present | undefined, command: LightCommand, now: number): number {
  const since = command.view.acceptedAt ?? Number.POSITIVE_INFINITY
  const told = wanted !== undefined && (wanted.at >= since || now >= since + TOLD_WITHIN_MS)
  return told ? wanted.value : levelOf(command)
}

type Lamps = readonly StreetDocument['lamps'][number][]

interface Progress {
  readonly lamps: number | null
  readonly confirmed: number | null
  readonly retrying: number | null
}

/**
 * While it holds lamps, as they show it themselves; afterwards as the node told in the end. A lamp that a newer order
 * has taken is neither confirmed nor retried.
 */
function progressOf({ view, accepted, end }: LightCommand, holds: number, confirmed: number): Progress {
  if (view.acceptedAt === null) return { lamps: null, confirmed: null, retrying: null }
  const lamps = typeof accepted.lamps === 'number' ? accepted.lamps : holds
  // A newer order may have taken some of them before they had shown it.
  const shown = end?.details?.lamps
  if (view.state === 'done')
    return { lamps, confirmed: typeof shown === 'number' ? shown : lamps, retrying: 0 }
  if (holds > 0) return { lamps, confirmed, retrying: holds - confirmed }
  const told = end?.details?.confirmed
  return { lamps, confirmed: typeof told === 'number' ? told : null, retrying: 0 }
}

/** It holds lamps, or may still come to. */
function isUndoable({ view }: LightCommand, holds: number, now: number): boolean {
  const onItsWay = view.state === 'open' || view.state === 'sent'
  return (
    holds > 0 || (onItsWay && view.cancelledBy === null && (view.class === 'setting' || now < view.expires))
  )
}

function orderView(
  edge: string,
  street: string,
  command: LightCommand,
  progress: Progress & { readonly undoable: boolean },
): OrderView {
  const { view, action } = command
  if (action.type !== 'light') throw new Error('an order is a light command')
  return {
    command: view.id,
    ...{ edge, street, class: view.class, target: action.target, who: view.who, why: view.why },
    at: view.issuedAt,
    state: view.state,
    asked: action.level,
    level: view.acceptedAt === null ? null : levelOf(command),
    until: untilOf(command),
    ...progress,
    problem: view.problem,
  }
}
