import { dictionaryCrc } from '../../core/wire/dictionary-crc.ts'
import type { Frame } from '../../core/wire/frame.ts'
import { inside } from './ledger.ts'
import type { SeriesEntry } from './outbox.ts'

/** The frame's numbers up to `last`, as a frame of their own: what of it may stay under its epoch after a fork. */
export function clipped(frame: Frame, last: number, series: readonly SeriesEntry[]): Frame {
  const { epoch, first } = frame
  const head = { epoch, first, last, gaps: inside(frame.gaps, first, last) }
  const undated = inside(frame.undated ?? [], first, last)
  const kept = <R extends { readonly seq: number }>(rows: readonly R[]) =>
    rows.filter(({ seq }) => seq <= last)
  if (frame.lane === 'alarm') return { ...head, undated, lane: frame.lane, events: kept(frame.events) }
  const readings = kept(frame.readings)
  const used = readings.reduce((most, reading) => Math.max(most, reading.series + 1), 0)
  const dictionary = used === 0 ? {} : { dictionary: dictionaryCrc(series.slice(0, used)) }
  return { ...head, undated, lane: frame.lane, readings, ...dictionary }
}
