import Type, { type Static } from 'typebox'
import { type Fault, fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { DeviceDefinition, Interlock, OutputPlace } from '../devices/define.ts'
import { DosingPump, dosingPumpInterlocks } from '../devices/equipment/dosing-pump.ts'
import { Mister, misterInterlocks } from '../devices/equipment/mister.ts'
import { Fan, GrowLamp, motorInterlocks, Shade } from '../devices/equipment/motor.ts'
import { WaterPump, waterPumpInterlocks } from '../devices/equipment/water-pump.ts'
import { ZoneValve, zoneValveInterlocks } from '../devices/equipment/zone-valve.ts'
import { placesOf, pointsOf } from './control/needs.ts'

/**
 * What hangs on the outputs of a node. A relay board does not know that a pump is wired to it: `equipment` in edge.yaml
 * says so, and the interlocks of each kind are added to the output's own.
 */

export const EquipmentConfig = Type.Array(
  Type.Union([WaterPump, ZoneValve, DosingPump, Mister, Fan, Shade, GrowLamp]),
  { maxItems: 256, default: [] },
)
export type EquipmentConfig = Static<typeof EquipmentConfig>
type Equipment = EquipmentConfig[number]

/** `device/output` of what has an entry: what waters, doses or mists without one is not driven by a greenhouse. */
export function guardedOutputs(equipment: EquipmentConfig): ReadonlySet<string> {
  return new Set(equipment.map(keyOf))
}

/**
 * The definitions with the interlocks of the equipment.
 * Faults: EQUIPMENT_OUTPUT_UNKNOWN, EQUIPMENT_POINT_UNKNOWN, EQUIPMENT_TWICE, EQUIPMENT_VALVE_MISSING,
 * EQUIPMENT_ITSELF, EQUIPMENT_LIMITS.
 */
export function withEquipment(
  definitions: ReadonlyMap<string, DeviceDefinition>,
  equipment: EquipmentConfig,
): Result<ReadonlyMap<string, DeviceDefinition>> {
  const equipped = new Map(definitions)
  for (const one of equipment) {
    const interlocks = interlocksOf(one, equipment)
    const problem =
      wiringFault(one, equipment) ??
      interlocks.map((interlock) => unknownFault(one, interlock, definitions)).find(Boolean)
    if (problem !== undefined) return err(problem)
    const definition = equipped.get(one.device)
    const output = definition?.outputs[one.output]
    if (definition === undefined || output === undefined)
      return err(fault('EQUIPMENT_OUTPUT_UNKNOWN', namesOf(one, one)))
    const guarded = { ...output, interlocks: [...(output.interlocks ?? []), ...interlocks] }
    equipped.set(one.device, { ...definition, outputs: { ...definition.outputs, [one.output]: guarded } })
  }
  return ok(equipped)
}

function interlocksOf(one: Equipment, all: EquipmentConfig): readonly Interlock[] {
  switch (one.kind) {
    case 'water-pump':
      return waterPumpInterlocks(one)
    case 'zone-valve':
      return zoneValveInterlocks(one, pumpsThrough(one, all))
    case 'dosing-pump':
      return dosingPumpInterlocks(one, apartFrom(one, all))
    case 'mister':
      return misterInterlocks(one)
    case 'fan':
    case 'shade':
    case 'grow-lamp':
      return motorInterlocks(one)
  }
}

/** Pumps that name this valve as one of theirs. */
function pumpsThrough(valve: OutputPlace, all: EquipmentConfig): readonly OutputPlace[] {
  const pumps = all.filter((one) => one.kind === 'water-pump' || one.kind === 'dosing-pump')
  return pumps.filter(({ valves }) => valves.some((place) => isSame(place, valve))).map(placeOf)
}

/** Named by either of the two. */
function apartFrom(
  pump: Extract<Equipment, { kind: 'dosing-pump' }>,
  all: EquipmentConfig,
): readonly OutputPlace[] {
  const naming = all.filter(
    (other) => other.kind === 'dosing-pump' && other.never_with.some((place) => isSame(place, pump)),
  )
  const both = [...pump.never_with, ...naming.map(placeOf)]
  return both.filter((place, index) => both.findIndex((other) => isSame(other, place)) === index)
}

function wiringFault(one: Equipment, all: EquipmentConfig): Fault | undefined {
  if (all.filter((other) => isSame(one, other)).length > 1) return fault('EQUIPMENT_TWICE', namesOf(one, one))
  const valves = one.kind === 'water-pump' || one.kind === 'dosing-pump' ? one.valves : []
  const apart = one.kind === 'dosing-pump' ? one.never_with : []
  const itself = [...valves, ...apart].find((place) => isSame(place, one))
  if (itself !== undefined) return fault('EQUIPMENT_ITSELF', namesOf(one, itself))
  const bare = valves.find(
    (place) => !all.some((other) => other.kind === 'zone-valve' && isSame(place, other)),
  )
  if (bare !== undefined) return fault('EQUIPMENT_VALVE_MISSING', namesOf(one, bare))
  return limitsFault(one)
}

/** Limits that contradict each other, or none where some are needed. */
function limitsFault(one: Equipment): Fault | undefined {
  const wrong = (what: string, what_vi: string) =>
    fault('EQUIPMENT_LIMITS', { ...namesOf(one, one), what, what_vi })
  if (one.kind === 'water-pump' && one.pressure !== undefined) {
    const { most, least } = one.pressure
    if (most === undefined && least === undefined)
      return wrong('pressure has neither most nor least', 'pressure chưa có most hay least')
    if (most !== undefined && least !== undefined && least >= most)
      return wrong(
        `pressure.least ${least} is not below pressure.most ${most}`,
        `pressure.least ${least} phải nhỏ hơn pressure.most ${most}`,
      )
  }
  if (one.kind === 'zone-valve' && one.after_pump_s > one.most_s)
    return wrong(
      `after_pump_s ${one.after_pump_s} is longer than most_s ${one.most_s}`,
      `after_pump_s ${one.after_pump_s} dài hơn most_s ${one.most_s}`,
    )
  return undefined
}

/** A point or another output that an interlock goes by and that no device of this node has: it would never let it run. */
function unknownFault(
  one: Equipment,
  interlock: Interlock,
  definitions: ReadonlyMap<string, DeviceDefinition>,
): Fault | undefined {
  for (const { device, channel } of pointsOf([interlock]))
    if (!Object.hasOwn(definitions.get(device)?.telemetry ?? {}, channel))
      return fault('EQUIPMENT_POINT_UNKNOWN', { ...namesOf(one, one), point: `${device}/${channel}` })
  const strange = placesOf([interlock]).find(
    ({ device, output }) => !Object.hasOwn(definitions.get(device)?.outputs ?? {}, output),
  )
  return strange === undefined ? undefined : fault('EQUIPMENT_OUTPUT_UNKNOWN', namesOf(one, strange))
}

function namesOf(one: Equipment, { device, output }: OutputPlace) {
  return { kind: one.kind, of: keyOf(one), place: `${device}/${output}` }
}

function placeOf({ device, output }: OutputPlace): OutputPlace {
  return { device, output }
}

function isSame(one: OutputPlace, other: OutputPlace): boolean {
  return one.device === other.device && one.output === other.output
}

function keyOf({ device, output }: OutputPlace): string {
  return `${device}/${output}`
}
