import type { Mono, Utc } from '../../../core/clock.ts'
import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import { createFloodState } from './state.ts'
import { step } from './step.ts'

export interface RecordedStage {
  readonly at: Utc
  readonly stage_m: number
}

const TICK_MS = 60_000

/**
 * Runs the very controller of a pole over a record of stages and returns the events it would have told, in order.
 * Ticks come each minute until the sensor would have been called lost, and pause over longer gaps; the outputs are
 * taken as confirmed and the self-test as passed, since a record knows nothing of them: only the water is tried.
 */
export function replayRecord(
  station: FloodStation,
  records: readonly RecordedStage[],
): readonly AlarmEvent[] {
  const events: AlarmEvent[] = []
  const first = records[0]
  if (first === undefined) return events
  const trial = waterOnly(station)
  let state = createFloodState(trial)
  const run = (input: Parameters<typeof step>[1], at: Utc) => {
    const told = step(state, input, { at, mono: (at - first.at) as Mono })
    state = told.state
    for (const event of told.events) events.push(event)
  }
  let previous = first.at
  for (const { at, stage_m } of records) {
    const until = Math.min(at, previous + trial.level.silent_s * 1000 + TICK_MS)
    for (let tick = previous + TICK_MS; tick < until; tick += TICK_MS) run({ type: 'tick' }, tick)
    const telemetry = { [trial.level.channel]: stage_m }
    run({ type: 'telemetry', device: trial.level.device, telemetry, failed: {}, at }, at)
    previous = at
  }
  return events
}

/** The station with the stage itself as measurement, and without the parts that a record of stages cannot speak of. */
function waterOnly(station: FloodStation): FloodStation {
  const { rain: _rain, ...rest } = station
  return {
    ...rest,
    level: { ...station.level, measures: 'stage', datum_m: 0, correction_m: 0 },
    alarms: [],
    provenWithin_h: Number.MAX_SAFE_INTEGER,
  }
}
