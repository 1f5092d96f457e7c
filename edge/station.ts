import type { Clock } from '../core/clock.ts'
import type { FloodStation } from '../core/documents/flood-station.ts'
import type { Reading } from '../core/reading.ts'
import type { AlarmEvent } from '../core/wire/messages.ts'
import type { FloodInput, FloodOutput } from './control/flood/inputs.ts'
import { createFloodState, type FloodState, restoreFloodState } from './control/flood/state.ts'
import { step } from './control/flood/step.ts'
import type { ControlState } from './control-state.ts'
import type { Refusals } from './refusals.ts'

/** What a station's controller tells the agent, in this order within a step: outputs before anything is recorded. */
export interface StationSink {
  outputs(outputs: readonly FloodOutput[]): void
  /** Resolves once they are on disk, or are known not to get there. */
  alarms(events: readonly AlarmEvent[]): Promise<unknown>
  readings(readings: readonly Reading[]): void
}

/** One flood station at work: the pure controller, its memory on disk, and the document in force. */
export interface Station {
  readonly id: string
  document(): FloodStation
  state(): FloodState
  input(input: FloodInput): void
  /** Writes the memory down for the last time. */
  close(): void
}

/** Between events the memory is written this often: what a power cut may cost is a little history of the window. */
const SAVE_MS = 30_000

export function createStation(
  document: FloodStation,
  parts: {
    readonly clock: Clock
    readonly memory: ControlState
    readonly refusals: Refusals
    readonly sink: StationSink
  },
): Station {
  const { clock, memory, refusals, sink } = parts
  let state = remembered(document, memory, refusals)
  let savedAt = clock.monotonic()

  let closed = false

  const save = () => {
    if (closed) return
    savedAt = clock.monotonic()
    memory.write(document.id, state)
  }
  const input = (given: FloodInput) => {
    const mono = clock.monotonic()
    const result = step(state, given, { at: clock.now(), mono })
    state = result.state
    if (result.outputs.length > 0) sink.outputs(result.outputs)
    if (result.events.length > 0) {
      // Remembered only after it is kept: dying between the two raises an alarm twice, the other way round it is lost.
      savedAt = mono
      void sink.alarms(result.events).then(save)
    }
    if (result.readings.length > 0) sink.readings(result.readings)
    if (mono - savedAt >= SAVE_MS) save()
  }
  const close = () => {
    save()
    closed = true
  }
  input({ type: 'document', station: document })

  return { id: document.id, document: () => state.station, state: () => state, input, close }
}

function remembered(document: FloodStation, memory: ControlState, refusals: Refusals): FloodState {
  const saved = memory.read(document.id)
  if (saved === undefined) return createFloodState(document)
  const restored = restoreFloodState(saved)
  if (restored.ok) return restored.value
  refusals.note(restored.error, document.id)
  return createFloodState(document)
}
