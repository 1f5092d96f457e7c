import { type Cancel, type Clock, every } from '../../../core/clock.ts'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import { deviceId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { pinWrites, rawOf } from '../../../devices/codecs/firmata-pins.ts'
import type { DeviceDefinition, FirmataBinding, OutputRequest } from '../../../devices/define.ts'
import { createReopening } from '../../lines/reopening.ts'
import type { DriverSink, OutputProgress } from '../driver.ts'
import { createActuators } from './actuators.ts'
import { createBoardLink } from './board-link.ts'
import { createDeliveries } from './deliveries.ts'
import { createInputs } from './inputs.ts'
import { createIoPlugin } from './io-plugin.ts'
import type { Libraries } from './libraries.ts'
import { createPacedSender } from './pacing.ts'
import { pinUses, unfit } from './pin-check.ts'
import { digitalPin, MODE } from './protocol.ts'

export interface Board {
  start(): Promise<void>
  stop(): Promise<void>
  working(): boolean
  drive(requests: readonly OutputRequest[]): Result<void>
}

export interface BoardParts {
  readonly id: string
  readonly definition: DeviceDefinition
  readonly binding: FirmataBinding
  readonly stream: ByteStream
  readonly libraries: Libraries
  /** By which readings are dated and pulses reckoned. */
  readonly clock: Clock
  /** Real time, by which the wire goes. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
}

/** So often meters are looked at, and so many pins are asked, in turn, whether they are still what they were made. */
const PULSE_MS = 250
const ASKED = 4
const SILENT_MS = 3_500
/** From an open line to pins that are read back: it starts for up to two seconds, and is asked each second. */
const BEGIN_MS = 10_000
/** A board that cannot be what it is said to be is asked again after this long. */
const UNFIT_MS = 30_000
/** Contacts that change together are told together; chattering ones no more often than this. */
const CHANGED_MS = 20
const HEALTH_MS = 60_000
/** So many samples are missed before analog pins count as not reported any more. */
const SAMPLES_MISSED = 5
const SILENT = 'silent'

/**
 * One board. Whenever it is met anew, for it restarted, hung, or its line was lost, it lets go of everything, its outputs
 * are made safe and read back, and only then is it served; what they did before their owners must ask for again.
 */
export function createBoard(parts: BoardParts): Board {
  const { definition, binding, stream, clock, wall, log, sink } = parts
  const named = deviceId(parts.id)
  if (!named.ok) throw new FaultError(named.error)
  const device = named.value
  const outputs = Object.entries(binding.write ?? {}).map(([output, write]) => {
    const { safe = 0 } = definition.outputs[output] ?? {}
    return { output, pin: write.pin, safe, safeRaw: rawOf(write, safe) }
  })
  const written = new Set(outputs.map(({ pin }) => pin))
  const uses = pinUses(binding)
  const counts = { resets: 0, silences: 0, broken: 0 }
  let brokenTold = 0
  let running = false
  let state: 'away' | 'settling' | 'ready' = 'away'
  let missingTold = false
  let answeredAt = wall.monotonic()
  /** What each output was told since the board began, where it is not at its safe value. */
  const told = new Map<string, OutputRequest>()
  /** Pins that were seen to be what they were made. */
  const seen = new Set<number>()
  const session: Cancel[] = []
  const timers: Cancel[] = []
  let beginning: Cancel = () => {}
  let changed: Cancel | undefined
  let beat = 0
  let asked = 0

  // Not waited for: a line that takes nothing is told by the silence that follows.
  const line = createPacedSender(wall, (bytes) => void stream.write(bytes))
  const { send } = line
  const link = createBoardLink({
    libraries: parts.libraries,
    clock: wall,
    send,
    on: {
      ready: () => meet(),
      restarted: () => restarted(),
      broken: () => void counts.broken++,
    },
  })
  const { library } = link
  const pwmPins = new Set(uses.flatMap(({ pin, mode }) => (mode === MODE.pwm ? [pin] : [])))
  const plugin = createIoPlugin({ library, pwmPins, send })
  const actuators = createActuators(parts.libraries.five, plugin, binding)
  const inputs = createInputs({ definition, binding, clock, wall })
  const query = (pin: number) => library.queryPinState(pin, () => {})
  const deliveries = createDeliveries({
    ...{ device, clock: wall, plugin, query },
    rewrite: (pin) => (seen.has(pin) ? plugin.repeat(pin) : plugin.again(pin)),
    confirmed(request) {
      if (state !== 'settling') return progress([request], 'confirmed')
      if (deliveries.waiting() === 0) serve()
    },
    failed(request, problem) {
      if (state !== 'ready') return lapse(problem)
      told.delete(request.output)
      progress([request], 'failed', problem)
    },
  })

  const instant = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  const progress = (requests: readonly OutputRequest[], stage: OutputProgress['stage'], problem?: Fault) => {
    if (requests.length === 0) return
    sink.output({
      ...{ device, requests, stage, time: instant() },
      ...(problem === undefined ? {} : { problem }),
    })
  }
  const tell = (which: 'all' | 'digital') => {
    const { telemetry, failed } = inputs.take(which)
    if (Object.keys(telemetry).length + Object.keys(failed).length > 0)
      sink.telemetry({ device, time: instant(), telemetry, failed, asked: true })
  }
  const tellMissing = () => {
    if (missingTold) return
    missingTold = true
    const failed = Object.fromEntries(Object.keys(binding.read).map((name) => [name, SILENT]))
    sink.telemetry({ device, time: instant(), telemetry: {}, failed })
  }
  const tellHealth = () => {
    sink.health({ source: device, values: { serving: state === 'ready' ? 1 : 0, ...counts } })
    if (counts.broken > brokenTold)
      sink.refused(fault('FIRMATA_GARBAGE', { device, where: stream.where }), device)
    brokenTold = counts.broken
  }

  /** It has said what its pins can do. */
  const meet = () => {
    const problem = unfit(device, library, binding)
    if (problem !== undefined) {
      sink.refused(problem, device)
      tellMissing()
      beginning()
      beginning = wall.after(UNFIT_MS, begin)
      return
    }
    state = 'settling'
    for (const { output, safeRaw } of outputs) actuators.set(output, safeRaw)
    plugin.connect()
    library.setSamplingInterval(binding.sample_ms)
    for (const { pin } of uses) library.on(`pin-state-${pin}`, () => link.later(() => hearPin(pin)))
    for (const { pin } of outputs) plugin.again(pin)
    inputs.listen(library, noteChange)
    if (binding.heartbeat !== undefined) library.pinMode(binding.heartbeat.pin, MODE.output)
    for (const { output, pin, safe } of outputs) deliveries.add(pin, { output, value: safe })
    for (const { pin } of uses) if (!written.has(pin)) query(pin)
    if (outputs.length === 0) serve()
  }
  const noteChange = () => {
    changed ??= wall.after(CHANGED_MS, () => {
      changed = undefined
      if (state === 'ready') tell('digital')
    })
  }
  const serve = () => {
    beginning()
    state = 'ready'
    missingTold = false
    answeredAt = wall.monotonic()
    session.push(every(wall, PULSE_MS, pulse))
    session.push(
      every(wall, 1_000 * binding.tell_s, () => {
        tell('all')
        inputs.ask(library)
      }),
    )
    const { heartbeat } = binding
    if (heartbeat !== undefined)
      session.push(
        every(wall, heartbeat.every_ms, () => {
          beat = 1 - beat
          send(digitalPin(heartbeat.pin, beat))
        }),
      )
    log.info('a board is served', {
      board: device,
      where: stream.where,
      firmware: library.firmware.name ?? '',
    })
    inputs.ask(library)
    tell('digital')
    progress(
      outputs.map(({ output, safe }) => ({ output, value: safe })),
      'confirmed',
    )
  }
  const pulse = () => {
    const now = wall.monotonic()
    if (now - answeredAt > SILENT_MS) return lapse()
    const analogAt = inputs.analogHeardAt()
    // It would report them had it not restarted.
    if (analogAt !== undefined && now - analogAt > SILENT_MS + SAMPLES_MISSED * binding.sample_ms)
      return restarted()
    inputs.look()
    if (uses.length === 0) answeredAt = now
    for (let nth = 0; nth < Math.min(ASKED, uses.length); nth++) {
      asked = (asked + 1) % uses.length
      query(uses[asked]?.pin ?? 0)
    }
  }
  const hearPin = (pin: number) => {
    if (state === 'away') return
    answeredAt = wall.monotonic()
    const { mode, state: holds } = library.pins[pin] ?? {}
    const wanted = uses.find((use) => use.pin === pin)?.mode
    if (mode !== wanted && seen.has(pin)) return restarted()
    if (mode === wanted && !seen.has(pin)) {
      seen.add(pin)
      inputs.believe(pin)
      noteChange()
    }
    if (deliveries.answered(pin, mode === wanted ? holds : undefined)) return
    if (mode !== wanted && wanted !== undefined && !written.has(pin)) {
      // What makes it an input was lost on the way.
      library.pinMode(pin, wanted)
      if (wanted !== MODE.output) library.reportDigitalPin(pin, 1)
      return
    }
    const value = plugin.writtenTo(pin)
    if (state === 'ready' && value !== undefined && holds !== value) restarted()
  }

  const begin = () => {
    beginning()
    beginning = wall.after(BEGIN_MS, () => lapse())
    link.begin()
  }
  /** What it did is over; whoever drove it hears so. */
  const fall = (problem: Fault) => {
    state = 'away'
    for (const cancel of session.splice(0)) cancel()
    changed?.()
    changed = undefined
    plugin.disconnect()
    inputs.lose()
    seen.clear()
    const awaited = deliveries.clear()
    const lost = [...new Map([...told, ...awaited.map((one) => [one.output, one] as const)]).values()]
    const wasServed = told.size > 0 || awaited.length > 0
    told.clear()
    if (running && wasServed) progress(lost, 'failed', problem)
  }
  const restarted = () => {
    if (state === 'away') return
    counts.resets++
    const problem = fault('FIRMATA_RESET', { device })
    sink.refused(problem, device)
    fall(problem)
    begin()
  }
  /** It does not answer: only a line that is opened anew tells whether it is the line. */
  const lapse = (problem?: Fault) => {
    counts.silences++
    const seconds = Math.round((state === 'ready' ? SILENT_MS : BEGIN_MS) / 1_000)
    const silent = problem ?? fault('FIRMATA_SILENT', { device, where: stream.where, seconds })
    if (!missingTold) sink.refused(silent, device)
    fall(silent)
    tellMissing()
    reopening.again()
  }
  const reopening = createReopening({
    stream,
    clock: wall,
    refused: (problem) => sink.refused(problem, device),
    opened: begin,
    lost() {
      beginning()
      link.end()
      line.clear()
      if (state !== 'away') fall(fault('FIRMATA_DOWN', { device }))
      if (running) tellMissing()
    },
  })

  return {
    working: () => state === 'ready',
    async start() {
      running = true
      timers.push(stream.onBytes(link.take), every(wall, HEALTH_MS, tellHealth))
      await reopening.start()
    },
    async stop() {
      if (!running) return
      running = false
      for (const cancel of timers.splice(0)) cancel()
      await reopening.stop()
      actuators.forget()
    },
    drive(requests) {
      const writes = pinWrites(definition, binding, requests)
      if (!writes.ok) return writes
      if (state !== 'ready') return err(fault('FIRMATA_DOWN', { device }))
      const newest = new Map(requests.map((request) => [request.output, request]))
      for (const { output, write, raw } of writes.value) {
        const request = newest.get(output)
        if (request === undefined) continue
        if (request.value === definition.outputs[output]?.safe) told.delete(output)
        else told.set(output, request)
        actuators.set(output, raw)
        deliveries.add(write.pin, request)
      }
      // After this returns: who drives must know that it was taken before it hears of it.
      queueMicrotask(() => progress([...newest.values()], 'sent'))
      return ok(undefined)
    },
  }
}
