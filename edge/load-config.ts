import { dirname, resolve } from 'node:path'
import { parseConfig } from '../core/config-file.ts'
import { FloodStation } from '../core/documents/flood-station.ts'
import { Greenhouse } from '../core/documents/greenhouse.ts'
import { LightingStreet } from '../core/documents/lighting-street.ts'
import { type Fault, fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import { parseHash } from '../core/scrypt.ts'
import { isTimeZone } from '../core/time-zone.ts'
import type { DeviceDefinition, OutputPlace } from '../devices/define.ts'
import { findDefinition } from '../devices/registry.ts'
import { EdgeConfig } from './config.ts'
import { outputNeeds } from './control/needs.ts'
import { type NodeDevices, type StationDocument, stationCheck } from './documents/stations.ts'
import { checkDali } from './drivers/dali/config.ts'
import { checkFirmata } from './drivers/firmata/config.ts'
import { checkMulticast } from './drivers/lorawan/config.ts'
import { checkMqtt } from './drivers/mqtt/config.ts'
import { checkSerial } from './drivers/serial/config.ts'
import { guardedOutputs, withEquipment } from './equipment.ts'
import { linesFault } from './modbus/check-lines.ts'

/** A node's configuration with everything it names: paths made whole, devices looked up, stations read and checked. */
export interface LoadedEdge {
  readonly config: EdgeConfig
  readonly dataDir: string
  readonly path: (relative: string) => string
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  /** The same, as documents are checked against it. */
  readonly devices: NodeDevices
  /** Of every kind. */
  readonly stations: readonly StationDocument[]
}

interface ListedDevice {
  readonly id: string
  readonly model: string
}

/** Where a configuration lists devices, one line a kind of driver. */
const DEVICE_LISTS: readonly ((config: EdgeConfig) => readonly ListedDevice[])[] = [
  ({ lorawan }) => lorawan?.devices ?? [],
  ({ chirpstack }) => chirpstack?.devices ?? [],
  ({ modbus }) => modbus.flatMap(({ devices }) => devices),
  ({ mqtt }) => mqtt?.devices ?? [],
  ({ dali }) => dali?.flatMap(({ devices }) => devices) ?? [],
  ({ serial }) => serial?.map(({ device }) => device) ?? [],
  ({ firmata }) => firmata ?? [],
]

/** What a schema cannot say of a driver's section. */
const SECTION_CHECKS: readonly ((config: EdgeConfig) => Result<void>)[] = [
  ({ dali, modbus }) => checkDali(dali ?? [], modbus),
  ({ serial }) => checkSerial(serial ?? []),
  ({ firmata }) => checkFirmata(firmata ?? [], findDefinition),
  ({ mqtt }) => checkMqtt(mqtt ?? { devices: [] }),
  ({ panel }) =>
    panel?.owner === undefined || parseHash(panel.owner.pinHash) !== undefined
      ? ok(undefined)
      : err(fault('HUB_HASH_MALFORMED', { name: panel.owner.name })),
  ({ lorawan }) => (lorawan === undefined ? ok(undefined) : checkMulticast(lorawan)),
]

const LOOPBACK_HOSTS = ['127.0.0.1', '::1', '[::1]', 'localhost']

export function loadEdgeConfig(file: string, readText: (file: string) => Result<string>): Result<LoadedEdge> {
  const read = readYaml(EdgeConfig, file, readText)
  if (!read.ok) return read
  const config = read.value
  const { timeZone } = config
  if (!isTimeZone(timeZone)) return err(fault('CONFIG_TIME_ZONE', { zone: timeZone.slice(0, 60) }))
  const exposed = linkFault(config) ?? linesFault(config.modbus, file)
  if (exposed !== undefined) return err(exposed)
  for (const check of SECTION_CHECKS) {
    const sound = check(config)
    if (!sound.ok) return sound
  }

  const known = new Map<string, DeviceDefinition>()
  for (const { id, model } of DEVICE_LISTS.flatMap((list) => list(config))) {
    const found = findDefinition(model)
    if (!found.ok) return found
    if (known.has(id)) return err(fault('CONFIG_DUPLICATE', { file, list: 'devices', id }))
    known.set(id, found.value)
  }
  const equipped = withEquipment(known, config.equipment)
  if (!equipped.ok) return equipped
  const definitions = equipped.value

  const taken = new Set([config.edge, ...definitions.keys()])
  for (const { edge } of config.lorawan?.relays ?? []) {
    if (taken.has(edge)) return err(fault('CONFIG_DUPLICATE', { file, list: 'lorawan.relays', id: edge }))
    taken.add(edge)
  }

  const path = (relative: string) => resolve(dirname(file), relative)
  const devices = deviceLookup(definitions, guardedOutputs(config.equipment))
  const check = stationCheck(devices)
  const stations: StationDocument[] = []
  const lists = [
    { list: 'stations', schema: FloodStation },
    { list: 'streets', schema: LightingStreet },
    { list: 'greenhouses', schema: Greenhouse },
  ] as const
  for (const { list, schema } of lists) {
    for (const name of config[list]) {
      const station = readYaml(schema, path(name), readText)
      if (!station.ok) return station
      const sound = check(station.value)
      if (!sound.ok) return sound
      // Of whatever kind: commands, points and memory know a station by its id alone.
      if (stations.some(({ id }) => id === sound.value.id))
        return err(fault('CONFIG_DUPLICATE', { file, list, id: sound.value.id }))
      stations.push(sound.value)
    }
  }
  return ok({ config, dataDir: path(config.dataDir), path, definitions, devices, stations })
}

/** What the node's devices offer, as their definitions say, and what of it (`device/output`) is told to be guarded. */
export function deviceLookup(
  definitions: ReadonlyMap<string, DeviceDefinition>,
  guarded: ReadonlySet<string> = new Set(),
): NodeDevices {
  const needsOf = ({ device, output }: OutputPlace) =>
    outputNeeds(definitions.get(device)?.outputs[output]?.interlocks ?? [])
  return {
    isGuarded: (device, output) => guarded.has(`${device}/${output}`),
    apart_s: (pump, other) => {
      const apart = needsOf(pump).filter((need) => need.is === 'rest' && isAt(need, other))
      return apart.length === 0 ? undefined : Math.max(...apart.map((need) => need.for_s))
    },
    runsThrough: (pump, valve) => {
      const open = needsOf(pump).filter((need) => need.is === 'away')
      return open.length === 0 || open.some((need) => isAt(need, valve))
    },
    hasChannel: (device, channel) => Object.hasOwn(definitions.get(device)?.telemetry ?? {}, channel),
    rangeOf: (device, output) => definitions.get(device)?.outputs[output],
    hasOutput: (device, output) => Object.hasOwn(definitions.get(device)?.outputs ?? {}, output),
  }
}

function isAt(one: OutputPlace, other: OutputPlace): boolean {
  return one.device === other.device && one.output === other.output
}

function readYaml<S extends Parameters<typeof parseConfig>[0]>(
  schema: S,
  file: string,
  readText: (file: string) => Result<string>,
) {
  const text = readText(file)
  return text.ok ? parseConfig(schema, text.value, file) : text
}

/** The hub must be one that can be called, and a key must not cross a network in the clear unless somebody has said so. */
function linkFault({ hub }: EdgeConfig): Fault | undefined {
  for (const link of [hub.url, ...(hub.documents === undefined ? [] : [hub.documents])]) {
    const malformed = fault('HUB_LINK_MALFORMED', { url: link.slice(0, 200) })
    if (!URL.canParse(link)) return malformed
    const url = new URL(link)
    if (url.hostname === '' || url.username !== '') return malformed
    const plain = ['mqtt:', 'ws:', 'http:'].includes(url.protocol)
    if (plain && !hub.allowPlain && !LOOPBACK_HOSTS.includes(url.hostname))
      return fault('HUB_LINK_PLAIN', { url: link })
  }
  return undefined
}
