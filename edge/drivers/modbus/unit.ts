import type { Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { type ModbusSpan, plannedReads } from '../../../devices/codecs/modbus-reads.ts'
import type { DeviceDefinition, ModbusBinding, OutputRequest } from '../../../devices/define.ts'
import type { ModbusUnitConfig } from './config.ts'

/** One unit on the line, as the driver knows it. */
export interface Unit {
  readonly id: DeviceId
  readonly number: number
  readonly definition: DeviceDefinition
  readonly binding: ModbusBinding
  readonly periodMs: number
  plan: readonly ModbusSpan[]
  /** It refused a read that touched registers which nobody asked for: they are read one by one since. */
  withoutHoles: boolean
  dueAt: Mono
  polledAt: Mono | undefined
  /** Polls in a row that it did not answer. */
  unanswered: number
  down: boolean
  /** Polls of it while it was down: each waits longer for the next. */
  probes: number
  /** What each output was last told to hold, and is told again when the unit returns or reads otherwise. */
  readonly wanted: Map<string, OutputRequest>
  /** What is not written yet. */
  readonly pending: Map<string, OutputRequest>
  urgent: boolean
  writing: boolean
  /** When each output was last told again what it did not hold. */
  readonly retoldAt: Map<string, Mono>
  /** Registers of gauges as they last were, and since when. */
  stillness: { readonly image: string; readonly since: Mono } | undefined
  stuckTold: boolean
}

/** DEVICE_UNKNOWN_MODEL for a model that does not speak Modbus, ID_MALFORMED. */
export function unitOf(
  { id, model, unit, poll_s }: ModbusUnitConfig,
  definition: DeviceDefinition | undefined,
  now: Mono,
): Result<Unit> {
  const binding = definition?.via.modbus
  if (definition === undefined || binding === undefined) return err(unknown(model))
  const device = deviceId(id)
  if (!device.ok) return device
  return ok({
    id: device.value,
    number: unit,
    definition,
    binding,
    periodMs: 1_000 * (poll_s ?? binding.poll_s),
    plan: plannedReads(binding),
    withoutHoles: false,
    dueAt: now,
    polledAt: undefined,
    unanswered: 0,
    down: false,
    probes: 0,
    wanted: new Map(),
    pending: new Map(),
    urgent: false,
    writing: false,
    retoldAt: new Map(),
    stillness: undefined,
    stuckTold: false,
  })
}

function unknown(model: string): Fault {
  return fault('DEVICE_UNKNOWN_MODEL', { model: model.slice(0, 60) })
}
