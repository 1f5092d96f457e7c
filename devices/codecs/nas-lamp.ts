import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Decoded, Downlink, LorawanBinding, OutputRequest } from '../define.ts'
import { type Findings, measured, noFindings, outOfOrder, withinRange } from './findings.ts'
import type { CodecDevice } from './lorawan-codec.ts'

/**
 * Payloads of NAS UL20xx luminaire controllers, firmware 1.0.x and 1.1.x, little-endian, one layout per port.
 * Source: docs.nasys.no/en/lcu/payloads and github.com/nasys/nas-codecs (fields, vectors).
 */

export const NAS_STATUS_PORT = 23
const PORT = {
  status: NAS_STATUS_PORT,
  statusOfOld: 24,
  usageOfOld: 25,
  usage: 26,
  settingAsked: 49,
  setting: 50,
  update: 51,
  command: 60,
  event: 61,
  system: 99,
} as const

/** Addresses in a frame: all gears, one gear (even), the controller's own meter. */
const BROADCAST = 0xfe
const OWN_METER = 0xff
const NOTHING = 0xff
const REASON = { relayOpen: 245, gearNotFound: 246 } as const
const GEAR_STATUS = { gearFailure: 0x01, lampFailure: 0x02 } as const
const DALI_LINE_ERROR = 0x02
const DIM = 0x01
const DIM_FOR_A_TIME = 0x09
const SECONDS_PER_HOUR = 3_600
const LX_PER_DECADE = 4_000

/** Reads on past the end as zeros, and says so: what was read is judged once, when the frame is through. */
interface Cursor {
  u8(): number
  i8(): number
  u16(): number
  u32(): number
  skip(bytes: number): void
  left(): number
  at(): number
  isShort(): boolean
}

/** What a frame of one port says. Returns the number of a field that nobody has described. */
type ReadPort = (cursor: Cursor, findings: Findings) => number | undefined

/** PAYLOAD_TRUNCATED, PAYLOAD_UNKNOWN_FIELD, PAYLOAD_OUT_OF_RANGE, PAYLOAD_WRONG_PORT. */
export function nasLamp({ model, telemetry }: Pick<CodecDevice, 'model' | 'telemetry'>): LorawanBinding {
  return {
    class: 'C',
    fPort: NAS_STATUS_PORT,
    decode(bytes, port): Result<Decoded> {
      const read = ports.get(port)
      if (read === undefined) {
        return err(fault('PAYLOAD_WRONG_PORT', { model, port, expected: NAS_STATUS_PORT }))
      }
      if (bytes.length === 0) return err(fault('PAYLOAD_TRUNCATED', { model, at: 0 }))
      const findings = noFindings()
      const cursor = cursorOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      const unknown = read(cursor, findings)
      if (cursor.isShort()) return err(fault('PAYLOAD_TRUNCATED', { model, at: bytes.length }))
      if (unknown !== undefined) return err(unknownField(model, unknown, cursor))
      return withinRange(model, telemetry, findings)
    },
    encode: (requests) => encode(model, requests),
  }
}

/** Manual dimming of every gear, whole percent of light: `01 FE level`. */
function encode(model: string, requests: readonly OutputRequest[]): Result<readonly Downlink[]> {
  const other = requests.find(({ output }) => output !== 'level')
  const newest = requests.at(-1)
  if (other !== undefined || newest === undefined || !(newest.value >= 0 && newest.value <= 100)) {
    const output = (other ?? newest)?.output ?? ''
    return err(fault('ACTION_UNSUPPORTED', { model, output: output.slice(0, 40) }))
  }
  const bytes = Uint8Array.from([DIM, BROADCAST, Math.round(newest.value)])
  return ok([{ fPort: PORT.command, bytes }])
}

function unknownField(model: string, field: number, cursor: Cursor) {
  const name = field.toString(16).padStart(2, '0')
  return fault('PAYLOAD_UNKNOWN_FIELD', { model, field: name, at: cursor.at() })
}

function cursorOf(view: DataView): Cursor {
  let at = 0
  let short = false
  const take = (bytes: number, read: (from: number) => number): number => {
    const from = at
    at = Math.min(at + bytes, view.byteLength)
    if (from + bytes <= view.byteLength) return read(from)
    short = true
    return 0
  }
  return {
    u8: () => take(1, (from) => view.getUint8(from)),
    i8: () => take(1, (from) => view.getInt8(from)),
    u16: () => take(2, (from) => view.getUint16(from, true)),
    u32: () => take(4, (from) => view.getUint32(from, true)),
    skip: (bytes) => void take(bytes, () => 0),
    left: () => view.byteLength - at,
    at: () => at,
    isShort: () => short,
  }
}

const allOfIt: ReadPort = (cursor) => {
  cursor.skip(cursor.left())
  return undefined
}

const ports: ReadonlyMap<number, ReadPort> = new Map<number, ReadPort>([
  [PORT.status, readStatus],
  [PORT.statusOfOld, readStatusOfOld],
  [PORT.usageOfOld, (cursor, findings) => readUsage(cursor, findings, 'old')],
  [PORT.usage, (cursor, findings) => headed(cursor, 0, () => readUsage(cursor, findings, 'new'))],
  // Echoes of settings: what was asked for is in them, and nothing that is measured.
  [PORT.settingAsked, allOfIt],
  [PORT.setting, allOfIt],
  [PORT.update, allOfIt],
  [PORT.command, readCommand],
  [PORT.event, readEvent],
  [PORT.system, readSystem],
])

function headed(cursor: Cursor, wanted: number, read: () => number | undefined): number | undefined {
  const header = cursor.u8()
  return header === wanted ? read() : header
}

/** Firmware 1.1: header 0 up to 1.1.3, 1 from 1.1.4 on, which lists its sensors with their lengths. */
function readStatus(cursor: Cursor, findings: Findings): number | undefined {
  const header = cursor.u8()
  if (header > 1) return header
  cursor.skip(4) // the device's clock
  const daliError = (cursor.u8() & DALI_LINE_ERROR) !== 0
  if (header === 1) cursor.skip(1)
  cursor.skip(2) // how it hears us
  measured(findings, 'temperature', cursor.i8())
  if (header === 0) skipInterfacesOfOld(cursor)
  else {
    cursor.skip(1) // alerts of the last 24 h: not the present
    readSensors(cursor, findings)
  }
  const gears: Gear[] = []
  while (cursor.left() > 0) {
    gears.push({ address: cursor.u8(), reason: cursor.u8(), level: cursor.u8(), status: cursor.u8() })
  }
  tellGears(gears, daliError, findings)
  return undefined
}

function skipInterfacesOfOld(cursor: Cursor): void {
  const sent = cursor.u8()
  if ((sent & 0x02) !== 0) cursor.skip(1) // light-dependent resistor, raw
  if ((sent & 0x10) !== 0) cursor.skip(1)
}

function readSensors(cursor: Cursor, findings: Findings): void {
  const end = cursor.u8()
  const stopAt = cursor.at() + end
  while (cursor.at() < stopAt && !cursor.isShort()) {
    const sensor = cursor.u8()
    if (sensor === 0x01 || sensor === 0x08)
      cursor.skip(1) // raw resistor, tilt
    else if (sensor === 0x02 || sensor === 0x03) tellLight(cursor.u16(), findings)
    else if (sensor === 0x04) measured(findings, 'input1', cursor.u8() & 1)
    // The list has its length for this: sensors of a later firmware.
    else cursor.skip(Math.max(0, stopAt - cursor.at()))
  }
}

/** Logarithmic: 0.001 lx times ten to the raw value's 15 bits / 4000. */
function tellLight(raw: number, findings: Findings): void {
  const lx = 10 ** ((raw & 0x7fff) / LX_PER_DECADE) / 1_000
  if (raw === 0xffff) outOfOrder(findings, 'illuminance', 'unavailable')
  else measured(findings, 'illuminance', Math.round(lx * 10) / 10)
}

interface Gear {
  readonly address: number
  readonly reason: number
  readonly level: number
  /** DALI status byte, 0xFF for none. */
  readonly status: number
}

/** Firmware 1.0: profiles instead of gears, without their status. */
function readStatusOfOld(cursor: Cursor, findings: Findings): number | undefined {
  cursor.skip(4)
  const daliError = (cursor.u8() & DALI_LINE_ERROR) !== 0
  cursor.skip(2)
  measured(findings, 'temperature', cursor.i8())
  if ((cursor.u8() & 0x02) !== 0) cursor.skip(1)
  const gears: Gear[] = []
  while (cursor.left() > 0) {
    cursor.skip(1) // number of the profile
    const reason = cursor.u8()
    const address = cursor.u8()
    cursor.skip(1) // days
    gears.push({ address, reason, level: cursor.u8(), status: NOTHING })
  }
  tellGears(gears, daliError, findings)
  return undefined
}

/** Of several gears the first speaks for the level; any of them for a failure. */
function tellGears(gears: readonly Gear[], daliError: boolean, findings: Findings): void {
  const spoken = gears.find(({ level }) => level !== NOTHING)
  if (spoken !== undefined) measured(findings, 'level', spoken.level)
  // Its relay has cut the gear off: the lamp is out, whatever the gear was told.
  else if (gears.some(({ reason }) => reason === REASON.relayOpen)) measured(findings, 'level', 0)
  else if (gears.length > 0) outOfOrder(findings, 'level', 'unknown')
  const lost = gears.some(({ reason }) => reason === REASON.gearNotFound)
  tellFailures(
    gears.map(({ status }) => status),
    daliError || lost,
    findings,
  )
}

function tellFailures(all: readonly number[], gearLost: boolean, findings: Findings): void {
  const statuses = all.filter((status) => status !== NOTHING)
  const any = (bit: number) => statuses.some((status) => (status & bit) !== 0)
  measured(findings, 'gear_failure', Number(gearLost || any(GEAR_STATUS.gearFailure)))
  if (statuses.length > 0) measured(findings, 'lamp_failure', Number(any(GEAR_STATUS.lampFailure)))
}

interface Usage {
  readonly own: boolean
  readonly values: ReadonlyMap<UsageField, number>
}
type UsageField = (typeof usageFields)[number]['name']

/** By their bit in the block's mask. */
const usageFields = [
  { name: 'energy', bytes: 4 },
  { name: 'power', bytes: 2 },
  { name: 'load_energy', bytes: 4 },
  { name: 'load_power', bytes: 2 },
  { name: 'power_factor', bytes: 1 },
  { name: 'voltage', bytes: 1 },
  { name: 'gear_s', bytes: 4 },
  { name: 'lamp_s', bytes: 4 },
] as const

function readUsage(cursor: Cursor, findings: Findings, kind: 'old' | 'new'): number | undefined {
  const blocks: Usage[] = []
  while (cursor.left() > 0) {
    const own = cursor.u8() === OWN_METER
    const mask = cursor.u8()
    const values = new Map<UsageField, number>()
    for (const [bit, { name, bytes }] of usageFields.entries()) {
      if (((mask >> bit) & 1) === 0) continue
      const value = bytes === 4 ? cursor.u32() : bytes === 2 ? cursor.u16() : cursor.u8()
      if (bytes > 1 || value !== NOTHING) values.set(name, value)
    }
    // The old firmware's own clock of burning hours counts in a unit that nobody has written down.
    if (own && kind === 'old') values.delete('lamp_s')
    blocks.push({ own, values })
  }
  tellUsage(blocks, findings)
  return undefined
}

/** The controller's own meter sees the whole luminaire; where it has none, what the gears tell is added up. */
function tellUsage(blocks: readonly Usage[], findings: Findings): void {
  const told = (name: UsageField) =>
    blocks.flatMap(({ own, values }) => {
      const value = values.get(name)
      return value === undefined ? [] : [{ own, value }]
    })
  for (const name of ['energy', 'power'] as const) {
    const all = told(name)
    const meter = all.find(({ own }) => own)
    if (meter !== undefined) measured(findings, name, meter.value)
    else if (all.length > 0)
      measured(
        findings,
        name,
        all.reduce((sum, { value }) => sum + value, 0),
      )
  }
  const [factor] = told('power_factor')
  if (factor !== undefined) measured(findings, 'power_factor', factor.value / 100)
  const [voltage] = told('voltage')
  if (voltage !== undefined) measured(findings, 'voltage', voltage.value)
  const oldest = (name: UsageField) => Math.max(...told(name).map(({ value }) => value))
  const hours = Math.round(oldest('lamp_s') / SECONDS_PER_HOUR)
  const gearHours = Math.round(oldest('gear_s') / SECONDS_PER_HOUR)
  if (hours >= 0) measured(findings, 'hours', hours)
  if (gearHours >= 0) measured(findings, 'driver_hours', gearHours)
}

/** What was carried out is said back in the words of the command. */
function readCommand(cursor: Cursor, findings: Findings): number | undefined {
  const command = cursor.u8()
  if (command === DIM || command === DIM_FOR_A_TIME) {
    while (cursor.left() > 0) {
      cursor.skip(1)
      const level = cursor.u8()
      if (command === DIM_FOR_A_TIME) cursor.skip(1)
      // 0xFF ends the manual level: what follows is the profile's.
      if (level !== NOTHING && !cursor.isShort()) measured(findings, 'level', level)
    }
    return undefined
  }
  if (command > 0x0c || command === 0x02) return command
  cursor.skip(cursor.left())
  return undefined
}

function readEvent(cursor: Cursor, findings: Findings): number | undefined {
  const event = cursor.u8()
  const second = cursor.u8()
  switch (event) {
    case 0x80: // digital input, since firmware 1.1 with its state
      if (second >> 4 === 4) measured(findings, 'input1', second & 1)
      cursor.skip(second >> 4)
      return undefined
    case 0x81: // raw resistor
      cursor.skip(second >> 4)
      return undefined
    case 0x83: {
      const statuses: number[] = []
      while (cursor.left() > 0) {
        cursor.skip(1)
        statuses.push(cursor.u8())
      }
      tellFailures(statuses, false, findings)
      return undefined
    }
    case 0x84:
      measured(findings, 'power', cursor.u16())
      measured(findings, 'voltage', cursor.u16())
      measured(findings, 'power_factor', cursor.u8() / 100)
      return undefined
    case 0x85: // step of its own light sensor
      return undefined
    default:
      return event
  }
}

/** Its start, and downlinks that it did not understand. */
function readSystem(cursor: Cursor): number | undefined {
  const kind = cursor.u8()
  if (kind !== 0x00 && kind !== 0x13) return kind
  cursor.skip(kind === 0x00 ? 15 : 2)
  cursor.skip(Math.min(cursor.left(), 1))
  return undefined
}
