import Type, { type Static } from 'typebox'
import type { NodeClock, Utc } from '../core/clock.ts'
import type { SqlStore } from '../core/ports/sql-store.ts'
import { checker } from '../core/schema.ts'
import type { OutputPlace } from '../devices/define.ts'
import { guarded, type Refusals } from './refusals.ts'

/**
 * What interlocks must not forget over a restart: what a person has yet to look after, starts, budgets, and since when an
 * output rests. A budget is written down as used before it is used, so a power cut costs some of it and never gives any
 * away; of what was there and cannot be read all is taken to be used.
 */

const strict = { additionalProperties: false } as const
const Age = Type.Number({ maximum: 1e12, minimum: -1e12 })

/** Of one output. Ages are in ms before the writing. */
export type SavedRun = Static<typeof SavedRun>
const SavedRun = Type.Object(
  {
    latches: Type.Array(Type.Object({ name: Type.String(), at: Type.Number() }, strict), { maxItems: 64 }),
    starts: Type.Array(Age, { maxItems: 10_000 }),
    spent: Type.Array(
      Type.Object({ age: Age, ms: Type.Number({ minimum: 0 }), lost: Type.Boolean() }, strict),
      { maxItems: 10_000 },
    ),
    /** How long it had been known to rest, and how much longer it had to; null where it ran, or nobody knew. */
    rest: Type.Optional(
      Type.Union([
        Type.Object({ age: Age, left: Type.Number({ minimum: 0, maximum: 1e12 }) }, strict),
        Type.Null(),
      ]),
    ),
    /** Latest UTC that the writing can have had; null where nobody knew. */
    latest: Type.Union([Type.Number(), Type.Null()]),
  },
  strict,
)

export interface InterlockMemory {
  /** What was written last; null for nothing, `lost` where it was there and cannot be read. */
  read(place: OutputPlace): SavedRun | 'lost' | null
  /** Whether it is on disk now. */
  write(place: OutputPlace, run: Omit<SavedRun, 'latest'>): boolean
  /** Ms that certainly lay between a writing of an earlier life and the start of this one; more as the time is learnt. */
  gone(run: SavedRun): number
  /** All outputs have been read and written: what has no row from now on is new, and not lost. */
  settled(): void
}

/** Of a node that has none: tests, and tools that drive nothing. */
export const NO_MEMORY: InterlockMemory = {
  read: () => null,
  write: () => true,
  gone: () => 0,
  settled() {},
}

/** The row that says that a damaged memory was replaced. */
const DOUBT = ''

const checkRun = checker(SavedRun)

export function createInterlockMemory(parts: {
  readonly store: SqlStore
  readonly clock: NodeClock
  readonly refusals: Refusals
  /** The store took the place of one that could not be read. */
  readonly lost: boolean
}): InterlockMemory {
  const { store, clock, refusals } = parts
  const startedAt = clock.monotonic()
  const onDisk = <T>(work: () => T) => guarded(refusals, 'interlocks', work)
  onDisk(() =>
    store.exec('CREATE TABLE IF NOT EXISTS interlock (place TEXT PRIMARY KEY, run TEXT) WITHOUT ROWID'),
  )
  const put = (place: string, run: string): boolean =>
    onDisk(() => {
      const sql = 'INSERT INTO interlock VALUES (?, ?) ON CONFLICT (place) DO UPDATE SET run = excluded.run'
      store.prepare(sql).run(place, run)
      return true
    }) ?? false
  /** Undefined where it cannot be read at all. */
  const get = (place: string): unknown =>
    onDisk(() => store.prepare('SELECT run FROM interlock WHERE place = ?').get(place)?.run ?? null)
  if (parts.lost) put(DOUBT, '{}')
  let doubt = parts.lost || get(DOUBT) !== null

  return {
    read(place) {
      const text = get(keyOf(place))
      if (text === null) return doubt ? 'lost' : null
      const checked = typeof text === 'string' ? checkRun(parsed(text)) : undefined
      return checked?.ok === true ? checked.value : 'lost'
    },
    write(place, run) {
      const { latest } = clock.bounds()
      const saved: SavedRun = { ...run, latest: Number.isFinite(latest) ? latest : null }
      return put(keyOf(place), JSON.stringify(saved))
    },
    gone({ latest }) {
      if (latest === null) return 0
      const atStart: Utc = clock.bounds().earliest - (clock.monotonic() - startedAt)
      return Math.max(0, atStart - latest)
    },
    settled() {
      if (!doubt) return
      doubt = false
      onDisk(() => store.prepare('DELETE FROM interlock WHERE place = ?').run(DOUBT))
    },
  }
}

function keyOf({ device, output }: OutputPlace): string {
  return `${device}/${output}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
