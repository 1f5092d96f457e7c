import { fault } from '../core/errors.ts'
import { readText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Language } from '../core/text.ts'
import { type LorawanConfig, regionOf } from '../edge/drivers/lorawan/config.ts'
import { type LoadedEdge, loadEdgeConfig } from '../edge/load-config.ts'
import { type BoardName, REFERENCE_BOARDS } from '../firmware-config/gateway-boards.ts'
import { packetForwarderConfig } from '../firmware-config/packet-forwarder.ts'
import { pinSheet } from '../firmware-config/pin-sheet.ts'
import { settingsSheet } from '../firmware-config/settings-sheet.ts'
import { print, printJson } from './terminal.ts'

/** What a technician writes into gateways and sensors, from the node's own configuration. */

export interface GatewayOptions {
  readonly config: string
  /** Address of the node as the gateway reaches it; otherwise the one that the driver binds to. */
  readonly server?: string
  readonly board: string
  readonly antennaGain: number
}

/** `tram gateway EUI`: the packet forwarder's `global_conf.json`. */
export function gatewayCommand(eui: string, options: GatewayOptions): number {
  const radio = radioOf(options.config)
  if (!radio.ok) return refuse(radio.error)
  const { bind, gateways } = radio.value.lorawan
  const known = gateways.some((gateway) => gateway.eui.toLowerCase() === eui.toLowerCase())
  if (!known) return refuse(fault('GATEWAY_NOT_CONFIGURED', { eui: eui.slice(0, 40), file: options.config }))
  const boards: readonly string[] = Object.keys(REFERENCE_BOARDS)
  if (!isBoard(options.board)) {
    return refuse(fault('BOARD_UNKNOWN', { board: options.board.slice(0, 40), known: boards.join(', ') }))
  }
  const written = packetForwarderConfig({
    gatewayEui: eui,
    server: options.server ?? bind.host,
    port: bind.port,
    region: regionOf(radio.value.lorawan),
    board: REFERENCE_BOARDS[options.board],
    antennaGain_dBi: options.antennaGain,
  })
  if (!written.ok) return refuse(written.error)
  printJson(written.value)
  return 0
}

/**
 * `tram sheet DEVICE`: what is typed into the maker's tool, the reporting interval the station's, where it has one; of a
 * board, what hangs on its pins.
 */
export function sheetCommand(device: string, config: string, language: Language): number {
  const node = loadEdgeConfig(config, readText)
  if (!node.ok) return refuse(node.error)
  const board = node.value.config.firmata?.find(({ id }) => id === device)
  if (board !== undefined) return printSheet(pinSheet({ model: board.model, device, language }))
  const radio = radioOf(config)
  if (!radio.ok) return refuse(radio.error)
  const { lorawan, loaded } = radio.value
  const found = lorawan.devices.find(({ id }) => id === device)
  if (found === undefined || !('otaa' in found.activation)) {
    const known = lorawan.devices.filter(({ activation }) => 'otaa' in activation).map(({ id }) => id)
    return refuse(fault('DEVICE_NOT_OTAA', { device: device.slice(0, 40), known: known.join(', ') }))
  }
  const { devEui, joinEui } = found.activation.otaa
  const level = loaded.stations
    .filter((station) => station.kind === 'flood-station')
    .find((station) => station.level.device === device)?.level
  const sheet = settingsSheet({
    model: found.model,
    device,
    devEui,
    joinEui,
    region: regionOf(lorawan),
    language,
    ...(level === undefined ? {} : { reportEveryS: level.every_s }),
  })
  return printSheet(sheet)
}

function printSheet(sheet: Result<string>): number {
  if (!sheet.ok) return refuse(sheet.error)
  print(sheet.value.trimEnd())
  return 0
}

function isBoard(name: string): name is BoardName {
  return Object.hasOwn(REFERENCE_BOARDS, name)
}

function radioOf(file: string): Result<{ readonly loaded: LoadedEdge; readonly lorawan: LorawanConfig }> {
  const loaded = loadEdgeConfig(file, readText)
  if (!loaded.ok) return loaded
  const { lorawan } = loaded.value.config
  return lorawan === undefined ? err(fault('NO_RADIO', { file })) : ok({ loaded: loaded.value, lorawan })
}
