import type { ClockQuality, Utc } from '../../core/clock.ts'
import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { FRAME_AT_MAX } from '../../core/wire/frame-limits.ts'
import { BOOTS_KEPT, bootOf, FIRST_BOOT, LOST_BOOT, number, qualityOf, text } from './tables.ts'

/**
 * The boots whose rows may be here. A row's monotonic time means something within its boot alone; with the boot's
 * offset it is a date. Rows of a boot that never knew the time lie between the boots around it.
 */
export interface Boot {
  readonly id: number
  readonly name: string
  /** UTC − monotonic time in ms; undefined while nobody has told this boot the time. */
  readonly offset: number | undefined
  /** Moments that were in this boot for certain: the earliest and the latest known. */
  readonly first: Utc | undefined
  readonly last: Utc | undefined
}

export interface Bounds {
  readonly after: Utc
  readonly before: Utc
}

/** `bounds` where `at` is only an estimate between them. */
export interface Dated {
  readonly at: Utc
  readonly bounds?: Bounds
}

export interface RowTime {
  readonly at: Utc
  readonly mono: number
  readonly mark: number
}

/** Names of what is no boot, but a stretch of time that rows lie in. */
const BETWEEN = 'between '

/**
 * Smaller corrections of a known offset change no row: they are within the error of the word that was heard first, and
 * two nodes that share a boot's rows by a copied disk must go on giving them the same dates.
 */
const CORRECTION_MS = 10_000

/** What changes something in the database runs inside the caller's transaction. */
export interface Boots {
  readonly current: number
  /** What has to be added to this boot's monotonic time. */
  learn(offset: number): void
  /** A row of this boot was written. */
  note(at: Utc, mono: number, quality: ClockQuality): void
  /** A row of an earlier run is here: a boot that ended without a word is known by its rows. */
  recall(row: RowTime): void
  /** Writes what was learnt by `note` and `recall`; before rows are deleted, `all` of it. */
  save(all: boolean): void
  /** Stands for rows of which no more is known than that they lie between these: what a frame said of them. */
  between(bounds: Bounds): number
  /** Takes boots of a damaged database over, as older than this one. Returns their numbers there → here. */
  adopt(saved: readonly Boot[]): ReadonlyMap<number, number>
  date(row: RowTime): Dated
  /** The date as far as it is known, else what the clock said: equal distances within a boot. */
  estimate(row: RowTime): Utc
}

export function boots(store: SqlStore, current: number): Boots {
  const sql = {
    put: store.prepare('UPDATE boots SET offset = ?, first = ?, last = ? WHERE id = ?'),
    add: store.prepare('INSERT INTO boots (id, name, offset, first, last) VALUES (?, ?, ?, ?, ?)'),
  }
  const known = new Map(readBoots(store.prepare('SELECT * FROM boots').all()).map((boot) => [boot.id, boot]))
  let bounds = new Map<number, Bounds>()
  /** Monotonic time of this boot's first row without a date. */
  let began = Number.POSITIVE_INFINITY
  let unsaved: 'nothing' | 'last' | 'more' = 'nothing'
  /** Boots before this one of which rows told more. */
  const recalled = new Set<number>()

  const own = (): Boot => known.get(current) ?? bare(current, '')
  const change = (changes: Partial<Boot>) => {
    unsaved = 'more'
    bounds = new Map()
    known.set(current, { ...own(), ...changes })
  }
  /** Called for every row: `first` and `last` of this boot, at hand. */
  let { first = Number.POSITIVE_INFINITY, last = -1 } = own()
  const witness = (at: Utc) => {
    if (at < first) {
      first = at
      change({ first })
    }
    if (at <= last) return
    last = at
    if (unsaved === 'nothing') unsaved = 'last'
  }
  const put = ({ id, offset, first, last }: Boot) => {
    sql.put.run(offset ?? null, first ?? null, last ?? null, id)
  }
  const learn = (offset: number) => {
    if (Math.abs((own().offset ?? Number.POSITIVE_INFINITY) - offset) <= CORRECTION_MS) return
    change({ offset })
    if (began < Number.POSITIVE_INFINITY) witness(dateWithin(began + offset))
  }
  const boundsOf = (boot: number): Bounds => {
    const found = bounds.get(boot)
    if (found !== undefined) return found
    let after = 0
    let before = FRAME_AT_MAX
    const stretch = known.get(boot)
    const stands = stretch?.name.startsWith(BETWEEN) === true
    if (stands) {
      after = stretch.first ?? after
      before = stretch.last ?? before
    }
    for (const { id, name, first, last } of known.values()) {
      if (stands || name.startsWith(BETWEEN)) continue
      if (id < boot && last !== undefined) after = Math.max(after, last)
      if (id > boot && first !== undefined) before = Math.min(before, first)
    }
    const made = { after, before: Math.max(after, before) }
    bounds.set(boot, made)
    return made
  }

  const estimate = ({ at, mono, mark }: RowTime): Utc => {
    const offset = qualityOf(mark) === 'unknown' ? known.get(bootOf(mark))?.offset : undefined
    return offset === undefined ? at : dateWithin(mono + offset)
  }

  return {
    current,
    estimate,
    learn: (offset) => learn(Math.round(offset)),
    note(at, mono, quality) {
      // An alarm of a former boot, told only now: it says nothing of this one's time.
      if (mono < 0) return
      const { offset } = own()
      if (quality !== 'unknown') {
        if (offset === undefined) learn(at - mono)
        return witness(at)
      }
      began = Math.min(began, mono)
      if (offset !== undefined) witness(dateWithin(mono + offset))
    },
    recall(row) {
      const boot = known.get(bootOf(row.mark))
      if (boot === undefined || boot.id === current) return
      if (qualityOf(row.mark) === 'unknown' && boot.offset === undefined) return
      const at = estimate(row)
      const { first = at, last = at } = boot
      if (first <= at && at <= last && boot.first !== undefined) return
      known.set(boot.id, { ...boot, first: Math.min(first, at), last: Math.max(last, at) })
      recalled.add(boot.id)
    },
    save(all) {
      if (all) for (const id of recalled) put(known.get(id) ?? bare(id, ''))
      if (all) recalled.clear()
      if (unsaved === 'nothing' || (unsaved === 'last' && !all)) return
      put({ ...own(), last: last < 0 ? undefined : last })
      unsaved = 'nothing'
    },
    between({ after, before }) {
      const name = `${BETWEEN}${after} ${before}`
      const found = [...known.values()].find((boot) => boot.name === name)
      if (found !== undefined) return found.id
      const id = Math.min(FIRST_BOOT, ...known.keys()) - 1
      if (id <= LOST_BOOT) return LOST_BOOT
      known.set(id, { ...bare(id, name), first: after, last: before })
      sql.add.run(id, name, null, after, before)
      return id
    },
    adopt(saved) {
      const byName = new Map([...known.values()].map(({ id, name }) => [name, id]))
      const numbers = new Map<number, number>()
      const older = saved.filter(({ name }) => !byName.has(name)).slice(-BOOTS_KEPT)
      for (const [index, boot] of older.entries()) {
        const id = FIRST_BOOT - older.length + index
        if (known.has(id)) continue
        known.set(id, { ...boot, id })
        sql.add.run(id, boot.name, boot.offset ?? null, boot.first ?? null, boot.last ?? null)
        byName.set(boot.name, id)
      }
      for (const { id, name, offset } of saved) {
        const here = byName.get(name) ?? LOST_BOOT
        numbers.set(id, here)
        if (here === current && offset !== undefined && own().offset === undefined) learn(offset)
      }
      bounds = new Map()
      return numbers
    },
    date(row) {
      const boot = bootOf(row.mark)
      const at = estimate(row)
      if (qualityOf(row.mark) !== 'unknown' || known.get(boot)?.offset !== undefined) return { at }
      const around = boundsOf(boot)
      return { at: Math.min(Math.max(at, around.after), around.before), bounds: around }
    },
  }
}

/** Oldest first; rows that make no sense are left out: their boots are then unknown. */
export function readBoots(rows: readonly SqlRow[]): Boot[] {
  return rows
    .flatMap((row) => {
      if (typeof row.id !== 'number' || typeof row.name !== 'string') return []
      const boot = bare(number(row, 'id'), text(row, 'name'))
      return [{ ...boot, offset: whole(row.offset), first: whole(row.first), last: whole(row.last) }]
    })
    .sort((one, two) => one.id - two.id)
}

function bare(id: number, name: string): Boot {
  return { id, name, offset: undefined, first: undefined, last: undefined }
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

function dateWithin(at: number): Utc {
  return Math.min(Math.max(0, at), FRAME_AT_MAX)
}
