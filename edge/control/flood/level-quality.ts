import type { FloodStation } from '../../../core/documents/flood-station.ts'
import { FLAG, type Flag } from '../../../core/reading.ts'
import type { FloodState, Sample } from './state.ts'

type Memory = FloodState['quality']
type Source = FloodStation['level']

const HOUR_MS = 3_600_000
/** A rate is not judged over less: ripples and the sensor's own noise are not rates. */
const RATE_WINDOW_MS = 300_000
/** The spike test compares neighbours; further apart than this many report periods, only the rate counts. */
const NEIGHBOUR_PERIODS = 2

export interface Judgement {
  readonly memory: Memory
  readonly flag: Flag
  /** Samples to decide by, oldest first: none, this one, or those that it has confirmed together with it. */
  readonly believed: readonly Sample[]
  readonly stuck: boolean
}

/** As many samples in a row beyond the past, all to one side of it, are no spikes, whatever their distance. */
const RUN_NEED = 3

/**
 * Judges a sample as it comes. Gross range: outside `range_m` fails. Spike and rate of change: the QARTOD spike test
 * needs the next sample, which a live station does not have, so a jump is suspect (or fails, beyond `fail_m`) and
 * waits: it costs a rising flood one report period. A spike falls back; water does not. So the jump and its follower
 * are believed together when the follower lies near it or goes on in its direction, and a third sample on the same
 * side of the past ends all doubt: a limit set too tight may delay an alarm by two periods, never withhold it.
 * Flat line: a value that has not moved for `stuck.after_h` is suspect and decides nothing.
 */
export function judge(memory: Memory, source: Source, sample: Sample): Judgement {
  const heard = { ...memory, newestT: sample.t, failed: null }
  const [lowest, highest] = source.range_m
  if (!(sample.stage_m >= lowest && sample.stage_m <= highest))
    return { memory: heard, flag: FLAG.fail, believed: [], stuck: false }
  const { good, pending } = memory
  if (good === null) return accept(heard, source, [sample], FLAG.notEvaluated)
  if (near(source, good, sample)) return accept(heard, source, [sample], FLAG.good)
  const jump = pending.at(-1)
  if (jump !== undefined && (near(source, jump, sample) || goesOn(source, good, jump, sample)))
    return accept(heard, source, [jump, sample], FLAG.good)
  const side = Math.sign(sample.stage_m - good.stage_m)
  const run = [...pending.filter(({ stage_m }) => Math.sign(stage_m - good.stage_m) === side), sample]
  if (run.length >= RUN_NEED) return accept(heard, source, run, FLAG.good)
  const spike =
    neighbours(source, good, sample) && Math.abs(sample.stage_m - good.stage_m) > source.spike.fail_m
  return {
    memory: { ...heard, pending: run },
    flag: spike ? FLAG.fail : FLAG.suspect,
    believed: [],
    stuck: false,
  }
}

function accept(memory: Memory, source: Source, samples: readonly Sample[], flag: Flag): Judgement {
  const last = samples[samples.length - 1] ?? null
  if (last === null) throw new Error('nothing to accept')
  const flat =
    memory.flat !== null && Math.abs(last.stage_m - memory.flat.stage_m) <= source.stuck.tolerance_m
      ? memory.flat
      : last
  const stuck = source.stuck.after_h > 0 && last.t - flat.t >= source.stuck.after_h * HOUR_MS
  return {
    memory: { ...memory, good: last, pending: [], flat, goodT: last.t },
    flag: stuck ? FLAG.suspect : flag,
    believed: stuck ? [] : samples,
    stuck,
  }
}

function near(source: Source, before: Sample, sample: Sample): boolean {
  const jump = Math.abs(sample.stage_m - before.stage_m)
  if (neighbours(source, before, sample) && jump > source.spike.suspect_m) return false
  return jump <= (source.rate_m_per_h * Math.max(sample.t - before.t, RATE_WINDOW_MS)) / HOUR_MS
}

/** The water moves on, away from the past, by less than what no water does between two samples. */
function goesOn(source: Source, good: Sample, jump: Sample, sample: Sample): boolean {
  const further = sample.stage_m - jump.stage_m
  return (
    Math.sign(further) === Math.sign(jump.stage_m - good.stage_m) && Math.abs(further) <= source.spike.fail_m
  )
}

function neighbours(source: Source, before: Sample, sample: Sample): boolean {
  return sample.t - before.t <= NEIGHBOUR_PERIODS * source.every_s * 1000
}

/**
 * The QARTOD spike test over a stored record (IOOS Manual for Real-Time Quality Control of Water Level Data, test 6):
 * each value against the mean of its two neighbours; beyond `suspect` is 3, beyond `fail` is 4, the ends are 2.
 */
export function spikeFlags(values: readonly number[], suspect: number, fail: number): readonly Flag[] {
  return values.map((value, index) => {
    const before = values[index - 1]
    const after = values[index + 1]
    if (before === undefined || after === undefined) return FLAG.notEvaluated
    const off = Math.abs(value - (before + after) / 2)
    if (off > fail) return FLAG.fail
    return off > suspect ? FLAG.suspect : FLAG.good
  })
}
