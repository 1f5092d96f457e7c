import type { SqlRow } from '../../core/ports/sql-store.ts'
import { FLAG, type Flag } from '../../core/reading.ts'
import { decodeCbor, encodeCbor } from '../../core/wire/cbor.ts'
import type { FrameEvent, FrameReading } from '../../core/wire/frame.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../core/wire/frame-limits.ts'
import { canCarrySummary } from '../../core/wire/frame-summaries.ts'
import type { Dated } from './boots.ts'
import { flagOf } from './tables.ts'
import { decodeStanding, type LiveRow } from './thinning.ts'

/** Rows as they come from the disk. What makes no sense there is undefined here, and `corrupt` for the hub. */

export interface AlarmLine {
  readonly seq: number
  readonly at: number
  readonly mono: number
  readonly mark: number
  readonly body: Uint8Array
}

export function alarmLine({ seq, at, mono, mark, body }: SqlRow): AlarmLine | undefined {
  if (!whole(seq, 0, Number.MAX_SAFE_INTEGER) || !whole(at, 0, FRAME_AT_MAX)) return undefined
  if (!anyWhole(mono) || !anyWhole(mark) || !(body instanceof Uint8Array)) return undefined
  return { seq, at, mono, mark, body }
}

/** `seriesCount`: entries of the dictionary that its series must be one of. */
export function liveRow(row: SqlRow, seriesCount: number): LiveRow | undefined {
  const { seq, series, at, value, mono, mark, summary } = row
  if (!whole(seq, 0, Number.MAX_SAFE_INTEGER) || !whole(series, 0, seriesCount - 1)) return undefined
  if (!whole(at, 0, FRAME_AT_MAX) || !whole(value, -FRAME_VALUE_MAX, FRAME_VALUE_MAX)) return undefined
  if (!anyWhole(mono) || !whole(mark, 0, Number.MAX_SAFE_INTEGER)) return undefined
  if (knownFlag(flagOf(mark)) === undefined) return undefined
  const plain = { seq, series, at, value, mono, mark }
  if (summary === null || summary === undefined) return plain
  const standing = summary instanceof Uint8Array ? decodeStanding(summary) : undefined
  if (standing === undefined) return undefined
  const { span, ...rest } = standing
  return canCarrySummary(at, value, { from: at - span, ...rest }) ? { ...plain, standing } : undefined
}

/** A row as the hub is told it, with the date that is known by now. */
export function frameReading(row: LiveRow, { at, bounds }: Dated): FrameReading {
  const { seq, series, value, mark, standing } = row
  const reading = { seq, series, at, value, flag: knownFlag(flagOf(mark)) ?? FLAG.notEvaluated }
  if (standing === undefined) return reading
  const { span, ...rest } = standing
  const from = Math.min(at, Math.max(bounds?.after ?? 0, at - span))
  return { ...reading, summary: { from, ...rest } }
}

export function frameEvent({ seq, at: told, body }: AlarmLine, { at }: Dated): FrameEvent {
  return { seq, at, body: at === told ? body : redated(body, at) }
}

/** The event or outcome with another `at`; what is not a map stays as it is. */
function redated(body: Uint8Array, at: number): Uint8Array {
  const decoded = decodeCbor(body)
  const map = decoded.ok ? decoded.value : undefined
  return typeof map === 'object' && map !== null ? encodeCbor({ ...map, at }) : body
}

export function whole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
}

function anyWhole(value: unknown): value is number {
  return whole(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
}

const FLAGS: readonly Flag[] = Object.values(FLAG)

function knownFlag(code: number): Flag | undefined {
  return FLAGS.find((flag) => flag === code)
}
