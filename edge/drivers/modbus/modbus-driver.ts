import { type Cancel, type Clock, every, type Mono } from '../../../core/clock.ts'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'
import { err, ok } from '../../../core/result.ts'
import { readImage, writesFor } from '../../../devices/codecs/modbus-image.ts'
import type { DeviceDefinition, ModbusImage, OutputRequest } from '../../../devices/define.ts'
import type { ModbusBus } from '../../modbus/bus.ts'
import type { Driver, DriverSink } from '../driver.ts'
import type { ModbusUnitConfig } from './config.ts'
import { isSilence, modbusFault, pollUnit } from './poll.ts'
import { toldAgain } from './retelling.ts'
import { createSchedule } from './schedule.ts'
import { STUCK_HOURS, stuckGauges } from './stillness.ts'
import { type Unit, unitOf } from './unit.ts'
import { writeAndReadBack } from './writing.ts'

export interface ModbusDriverParts {
  /** The line's id and its units. */
  readonly config: { readonly id: string; readonly devices: readonly ModbusUnitConfig[] }
  readonly bus: ModbusBus
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  /** The node's clock dates what is read. */
  readonly clock: Clock
  /** Real time, by which the wire and the polling go. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
}

const WRITE_TRIES = 3
const HEALTH_MS = 60_000

/** The units of one Modbus line: read in turn as their definitions say, written at once and read back. */
export function createModbusDriver(parts: ModbusDriverParts): Driver {
  const { config, bus, clock, wall, log, sink } = parts
  const units = config.devices.map((device) => {
    const unit = unitOf(device, parts.devices.get(device.id), wall.monotonic())
    if (!unit.ok) throw new FaultError(unit.error)
    return unit.value
  })
  const byId = new Map<string, Unit>(units.map((unit) => [unit.id, unit]))
  const schedule = createSchedule(units)
  const counts = { polls: 0, timeouts: 0, refusals: 0 }
  let running = false
  let wake: Cancel = () => {}
  let stopHealth: Cancel = () => {}
  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })

  const turn = () => {
    wake()
    if (!running) return
    const next = schedule.next(wall.monotonic())
    if (next === undefined) return
    if (next.inMs > 0) {
      wake = wall.after(next.inMs, turn)
      return
    }
    void poll(next.unit).then(turn)
  }

  const poll = async (unit: Unit): Promise<void> => {
    const began = wall.monotonic()
    counts.polls++
    const polled = await pollUnit(bus, unit)
    if (!running) return
    if (!polled.ok) {
      counts.timeouts++
      return silent(unit, polled.error, began)
    }
    const returned = schedule.answered(unit, began)
    for (const problem of polled.value.refused) {
      counts.refusals++
      sink.refused(problem, unit.id)
    }
    tell(unit, polled.value.image)
    if (returned) log.info('unit answers again', { line: config.id, device: unit.id })
    rewrite(unit, returned, polled.value.image)
  }

  const silent = (unit: Unit, problem: Fault, began: Mono) => {
    const lineDown = problem.code === 'MODBUS_LINE_DOWN'
    const wentDown = schedule.unanswered(unit, { began, now: wall.monotonic(), lineDown })
    if (wentDown) tellMissing(unit, lineDown ? 'line-down' : 'no-answer')
    // Of a line that is down the line itself tells, not each of its units.
    if (lineDown) return
    sink.refused(problem, unit.id)
    if (wentDown) sink.refused(downFault(unit), unit.id)
  }

  const tell = (unit: Unit, image: ModbusImage) => {
    const { telemetry, failed, problems } = readImage(unit.definition, unit.binding, image)
    for (const problem of problems) {
      // Why registers are missing was told by the unit's own refusal.
      if (problem.code !== 'PAYLOAD_TRUNCATED') sink.refused(modbusFault(problem), unit.id)
    }
    const stuck = stuckGauges(unit, telemetry, wall.monotonic())
    const [first] = Object.keys(stuck)
    if (first !== undefined && !unit.stuckTold) {
      unit.stuckTold = true
      sink.refused(fault('MODBUS_STUCK', { device: unit.id, channel: first, hours: STUCK_HOURS }), unit.id)
    }
    const sound = Object.fromEntries(Object.entries(telemetry).filter(([name]) => !(name in stuck)))
    sink.telemetry({
      device: unit.id,
      time: now(),
      telemetry: sound,
      failed: { ...failed, ...stuck },
      asked: true,
    })
  }

  const tellMissing = (unit: Unit, reason: string) => {
    const failed = Object.fromEntries(Object.keys(unit.binding.read).map((name) => [name, reason]))
    sink.telemetry({ device: unit.id, time: now(), telemetry: {}, failed, asked: true })
  }

  const rewrite = (unit: Unit, returned: boolean, image: ModbusImage) => {
    if (unit.writing) return
    for (const request of toldAgain(unit, returned, image, wall.monotonic())) {
      if (!unit.pending.has(request.output)) unit.pending.set(request.output, request)
    }
    void write(unit)
  }

  const write = async (unit: Unit): Promise<void> => {
    if (unit.writing) return
    unit.writing = true
    while (running && unit.pending.size > 0) {
      const requests = [...unit.pending.values()]
      const { urgent } = unit
      unit.pending.clear()
      unit.urgent = false
      await deliver(unit, requests, urgent)
    }
    unit.writing = false
  }

  const deliver = async (unit: Unit, requests: readonly OutputRequest[], urgent: boolean): Promise<void> => {
    // A normal request does not wait out the silence of a unit that is down: it is told again when the unit returns.
    if (unit.down && !urgent) return progress(unit, requests, 'failed', downFault(unit))
    progress(unit, requests, 'sent')
    const tries = unit.down ? 1 : WRITE_TRIES
    let problem: Fault | undefined
    for (let attempt = 0; attempt < tries && running; attempt++) {
      const written = await writeAndReadBack(bus, unit, requests, urgent)
      if (written.ok) return progress(unit, requests, 'confirmed')
      problem = written.error
      // Newer wishes wait: the old ones are not worth another try.
      if (requests.every(({ output }) => unit.pending.has(output))) break
      if (!isSilence(problem) && problem.code !== 'MODBUS_READ_BACK') break
    }
    if (running && problem !== undefined) progress(unit, requests, 'failed', problem)
  }

  const progress = (
    unit: Unit,
    requests: readonly OutputRequest[],
    stage: 'sent' | 'confirmed' | 'failed',
    problem?: Fault,
  ) => {
    const told = problem === undefined ? {} : { problem }
    sink.output({ device: unit.id, requests, stage, time: now(), ...told })
  }

  const downFault = (unit: Unit) =>
    fault('MODBUS_UNIT_DOWN', { device: unit.id, unit: unit.number, where: bus.where })

  const tellHealth = () => {
    const values = { ...counts, cycle_s: schedule.cycle_s(), units_down: schedule.down() }
    sink.health({ source: config.id, values })
  }

  return {
    name: `modbus ${config.id}`,
    working: () => bus.working(),
    async start() {
      await bus.start()
      running = true
      stopHealth = every(wall, HEALTH_MS, tellHealth)
      log.info('asking a Modbus line', { line: config.id, where: bus.where, units: units.length })
      turn()
    },
    async stop() {
      if (!running) return
      running = false
      wake()
      stopHealth()
      await bus.stop()
    },
    drive(device, requests, urgency) {
      const unit = byId.get(device)
      if (unit === undefined)
        return err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' }))
      const { definition, binding } = unit
      const sound = writesFor(definition, binding, requests)
      if (!sound.ok) return sound
      for (const request of requests) {
        unit.wanted.set(request.output, request)
        unit.pending.set(request.output, request)
      }
      if (urgency === 'urgent') unit.urgent = true
      // After this returns: who drives must know that it was taken before it hears that it failed.
      queueMicrotask(() => void write(unit))
      return ok(undefined)
    },
  }
}
