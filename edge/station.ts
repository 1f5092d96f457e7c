import Type, { type Static } from 'typebox'
import type { Clock } from '../core/clock.ts'
import type { Reading } from '../core/reading.ts'
import { checker } from '../core/schema.ts'
import { AlarmEvent, Epoch } from '../core/wire/messages.ts'
import type { CommonInput, Controller, ControlOutput, Step } from './control/controller.ts'
import type { ControlState } from './control-state.ts'
import type { AlarmPlace } from './outbox/outbox.ts'
import type { Refusals } from './refusals.ts'

/** What a station's controller tells the agent, in this order within a step: outputs before anything is recorded. */
export interface StationSink {
  outputs(outputs: readonly ControlOutput[]): void
  /** Resolves once it is on disk, or is known not to get there; `before` as `Outbox.alarm` has it. */
  alarm(event: AlarmEvent, before: (place: AlarmPlace) => () => void): Promise<unknown>
  holds(place: AlarmPlace): boolean
  readings(readings: readonly Reading[]): void
}

/** One station at work, whatever it guards: the pure controller, its memory on disk, and the document in force. */
export interface Station<Document, Input, State> {
  readonly id: string
  document(): Document
  state(): State
  input(input: Input): void
  /** Writes the memory down now: what a person was promised outlives a power cut. */
  save(): void
  /** Writes the memory down for the last time. */
  close(): void
}

export interface StationParts {
  readonly clock: Clock
  readonly memory: ControlState
  readonly refusals: Refusals
  readonly sink: StationSink
  /** Between events the memory is written this often: what a power cut may cost is a little history of the window. */
  readonly saveMs: number
}

export function createStation<Document extends { readonly id: string }, Input, State>(
  controller: Controller<Document, Input | CommonInput<Document>, State>,
  document: Document,
  parts: StationParts,
): Station<Document, Input | CommonInput<Document>, State> {
  const { clock, memory, sink, saveMs } = parts
  const { state: restored, untold: unsure } = remembered(controller, document, parts)
  const untold = new Set<Untold>()
  let state = restored
  let savedAt = clock.monotonic()
  /** Something has changed since it was last written down. */
  let unsaved = true
  let closed = false

  const save = () => {
    if (closed || !unsaved) return
    savedAt = clock.monotonic()
    unsaved = false
    memory.write(document.id, { state, untold: [...untold] })
  }
  // Written down with the state just before it is committed: so a crash neither loses an alarm nor tells it twice.
  const tell = (event: AlarmEvent) => {
    const entry: Untold = { event, place: null }
    untold.add(entry)
    unsaved = true
    const kept = sink.alarm(event, (place) => {
      entry.place = place
      unsaved = true
      return save
    })
    void kept.then(() => {
      untold.delete(entry)
      unsaved = true
    })
  }
  /** By output, the step that asked for it last. */
  const askedBy = new Map<string, number>()
  let steps = 0
  /**
   * What begins is written down before it does, where the controller asks for that; what comes to rest waits for no disk.
   * What rests may be answered at once, which is the next step within this one: what that has asked stands.
   */
  const drive = ({ outputs, save: first }: Pick<Step<State>, 'outputs' | 'save'>) => {
    const step = ++steps
    for (const output of outputs) askedBy.set(placeOf(output), step)
    const resting = first === true ? outputs.filter(({ purpose }) => purpose === 'rest') : []
    if (resting.length > 0) sink.outputs(resting)
    if (first === true) save()
    const others = outputs.filter((one) => !resting.includes(one) && askedBy.get(placeOf(one)) === step)
    if (others.length > 0) sink.outputs(others)
  }
  /** Steps whose outputs are on their way: an output may be answered at once, which is the next step within this one. */
  const unrecorded: Pick<Step<State>, 'events' | 'readings'>[] = []
  const record = () => {
    for (let step = unrecorded.shift(); step !== undefined; step = unrecorded.shift()) {
      for (const event of step.events) tell(event)
      if (step.readings.length > 0) sink.readings(step.readings)
    }
  }
  const input = (given: Input | CommonInput<Document>) => {
    const mono = clock.monotonic()
    const result = controller.step(state, given, { at: clock.now(), mono, quality: clock.quality() })
    unsaved ||= result.state !== state
    state = result.state
    unrecorded.push(result)
    drive(result)
    record()
    if (mono - savedAt >= saveMs) save()
  }
  const close = () => {
    save()
    closed = true
  }
  for (const { event, place } of unsure) if (place === null || !sink.holds(place)) tell(event)
  input({ type: 'document', document })

  return {
    id: document.id,
    document: () => controller.documentOf(state),
    state: () => state,
    input,
    save,
    close,
  }
}

function placeOf({ device, output }: ControlOutput): string {
  return `${device}/${output}`
}

/** An alarm that is not known to be on disk, with the place that it was about to have there. */
type Untold = Static<typeof Untold>
const Untold = Type.Object({
  event: AlarmEvent,
  place: Type.Union([Type.Object({ epoch: Epoch, seq: Type.Integer() }), Type.Null()]),
})
const checkMemory = checker(Type.Object({ state: Type.Unknown(), untold: Type.Array(Untold) }))

function remembered<Document extends { readonly id: string }, Input, State>(
  controller: Controller<Document, Input, State>,
  document: Document,
  { memory, refusals }: StationParts,
): { readonly state: State; readonly untold: readonly Untold[] } {
  const saved = memory.read(document.id)
  if (saved === undefined) return { state: controller.create(document), untold: [] }
  const checked = checkMemory(saved)
  // What is no memory of a station at all is none that its controller could read: it says so in its own words.
  const restored = controller.restore(checked.ok ? checked.value.state : saved)
  const untold = checked.ok ? checked.value.untold : []
  if (restored.ok) return { state: restored.value, untold }
  refusals.note(restored.error, document.id)
  return { state: controller.create(document), untold }
}
