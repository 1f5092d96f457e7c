import Type, { type Static } from 'typebox'
import type { Clock } from '../core/clock.ts'
import type { FloodStation } from '../core/documents/flood-station.ts'
import { fault } from '../core/errors.ts'
import type { Reading } from '../core/reading.ts'
import { checker } from '../core/schema.ts'
import { AlarmEvent, Epoch } from '../core/wire/messages.ts'
import type { ControlOutput } from './control/controller.ts'
import type { FloodInput } from './control/flood/inputs.ts'
import { createFloodState, type FloodState, restoreFloodState } from './control/flood/state.ts'
import { step } from './control/flood/step.ts'
import type { ControlState } from './control-state.ts'
import type { AlarmPlace } from './outbox/outbox.ts'
import type { Refusals } from './refusals.ts'

/** What a station's controller tells the agent, in this order within a step: outputs before anything is recorded. */
export interface StationSink {
  outputs(outputs: readonly ControlOutput[]): void
  /** Resolves once it is on disk, or is known not to get there; `before` as `Outbox.alarm` has it. */
  alarm(event: AlarmEvent, before: (place: AlarmPlace) => void): Promise<unknown>
  holds(place: AlarmPlace): boolean
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

export function createStation(
  document: FloodStation,
  parts: {
    readonly clock: Clock
    readonly memory: ControlState
    readonly refusals: Refusals
    readonly sink: StationSink
    /** Between events the memory is written this often: what a power cut may cost is a little history of the window. */
    readonly saveMs: number
  },
): Station {
  const { clock, memory, refusals, sink, saveMs } = parts
  const { state: restored, untold: unsure } = remembered(document, memory, refusals)
  const untold = new Set<Untold>()
  let state = restored
  let savedAt = clock.monotonic()
  let closed = false

  const save = () => {
    if (closed) return
    savedAt = clock.monotonic()
    memory.write(document.id, { state, untold: [...untold] })
  }
  // Written down with the state just before it is committed: so a crash neither loses an alarm nor tells it twice.
  const tell = (event: AlarmEvent) => {
    const entry: Untold = { event, place: null }
    untold.add(entry)
    const kept = sink.alarm(event, (place) => {
      entry.place = place
      save()
    })
    void kept.then(() => untold.delete(entry))
  }
  const input = (given: FloodInput) => {
    const mono = clock.monotonic()
    const result = step(state, given, { at: clock.now(), mono })
    state = result.state
    if (result.outputs.length > 0) sink.outputs(result.outputs)
    for (const event of result.events) tell(event)
    if (result.readings.length > 0) sink.readings(result.readings)
    if (mono - savedAt >= saveMs) save()
  }
  const close = () => {
    save()
    closed = true
  }
  for (const { event, place } of unsure) if (place === null || !sink.holds(place)) tell(event)
  input({ type: 'document', document })

  return { id: document.id, document: () => state.station, state: () => state, input, close }
}

/** An alarm that is not known to be on disk, with the place that it was about to have there. */
type Untold = Static<typeof Untold>
const Untold = Type.Object({
  event: AlarmEvent,
  place: Type.Union([Type.Object({ epoch: Epoch, seq: Type.Integer() }), Type.Null()]),
})
const checkMemory = checker(Type.Object({ state: Type.Unknown(), untold: Type.Array(Untold) }))

function remembered(
  document: FloodStation,
  memory: ControlState,
  refusals: Refusals,
): { readonly state: FloodState; readonly untold: readonly Untold[] } {
  const nothing = { state: createFloodState(document), untold: [] }
  const saved = memory.read(document.id)
  if (saved === undefined) return nothing
  const checked = checkMemory(saved)
  if (!checked.ok) {
    const { path, message } = checked.problem
    refusals.note(fault('FLOOD_STATE_UNREADABLE', { path: path || '/', reason: message }), document.id)
    return nothing
  }
  const { untold } = checked.value
  const restored = restoreFloodState(checked.value.state)
  if (restored.ok) return { state: restored.value, untold }
  refusals.note(restored.error, document.id)
  return { ...nothing, untold }
}
