import { fault } from '../core/errors.ts'
import type { Region } from '../core/lorawan/as923.ts'
import { parseEui } from '../core/lorawan/keys.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type GatewayBoard, REFERENCE_BOARDS } from './gateway-boards.ts'

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

export interface PacketForwarderOptions {
  readonly gatewayEui: string
  /** Address of the node that runs the LoRaWAN driver, as the gateway reaches it. */
  readonly server: string
  readonly port: number
  readonly region: Region
  /** Semtech's SX1302 reference unless told. */
  readonly board?: GatewayBoard
  /** What the antenna adds and its cable takes: the forwarder lowers its power by it, so that the EIRP stays legal. */
  readonly antennaGain_dBi?: number
}

/** Channels a concentrator demodulates at once, and how far from a radio's centre one may lie. */
const CHANNELS_MAX = 8
const IF_MAX_HZ = 400_000

/** Room left around the plan's own frequencies: half a 250 kHz channel, and no more. */
const TX_MARGIN_HZ = 125_000

/**
 * The `global_conf.json` of the Semtech UDP packet forwarder for one gateway: all channels of the region, and nothing
 * that it may transmit outside them. LORAWAN_HEX_MALFORMED for a bad EUI, CHANNELS_NOT_HEARD for a plan that two radios
 * cannot cover.
 */
export function packetForwarderConfig(
  options: PacketForwarderOptions,
): Result<Readonly<Record<string, Json>>> {
  const { gatewayEui, server, port, region, antennaGain_dBi = 0 } = options
  const board = options.board ?? REFERENCE_BOARDS['semtech-sx1302']
  const eui = parseEui('gatewayEui', gatewayEui)
  if (!eui.ok) return eui
  const plan = radioPlan(region)
  if (!plan.ok) return plan
  const concentrator = {
    lorawan_public: true,
    antenna_gain: Math.ceil(antennaGain_dBi),
    ...boardBus(board),
    radio_0: radio(board, plan.value.centres_Hz[0], transmitter(region, board)),
    radio_1: radio(board, plan.value.centres_Hz[1], { tx_enable: false }),
    ...Object.fromEntries(
      Array.from({ length: CHANNELS_MAX }, (_, index) => [
        `chan_multiSF_${index}`,
        plan.value.channels[index] ?? { enable: false },
      ]),
    ),
    // Our devices stay on 125 kHz LoRa: DR6 and FSK are beyond what AS923's default channels allow.
    chan_Lora_std: { enable: false },
    chan_FSK: { enable: false },
    ...(board.chip === 'SX1301'
      ? Object.fromEntries(board.gains.map((gain, index) => [`tx_lut_${index}`, { ...gain }]))
      : {}),
  }
  return ok({
    [board.chip === 'SX1301' ? 'SX1301_conf' : 'SX130x_conf']: concentrator,
    gateway_conf: {
      gateway_ID: eui.value.toUpperCase(),
      server_address: server,
      serv_port_up: port,
      serv_port_down: port,
      keepalive_interval: 10,
      stat_interval: 30,
      push_timeout_ms: 100,
      forward_crc_valid: true,
      forward_crc_error: false,
      forward_crc_disabled: false,
    },
  })
}

interface RadioPlan {
  readonly centres_Hz: readonly [number, number]
  readonly channels: readonly { readonly enable: true; readonly radio: 0 | 1; readonly if: number }[]
}

/** The lower radio takes every channel within its reach, the upper one the rest; channels keep the region's order. */
function radioPlan(region: Region): Result<RadioPlan> {
  const channels_Hz = [...region.defaultChannels_Hz, ...region.extraChannels_Hz].map(Math.round)
  const refuse = (reason: string) => err(fault('CHANNELS_NOT_HEARD', { region: region.name, reason }))
  if (channels_Hz.length > CHANNELS_MAX) return refuse(`${channels_Hz.length} > ${CHANNELS_MAX}`)
  const lowest_Hz = Math.min(...channels_Hz)
  const inReach = (frequency: number) => frequency <= lowest_Hz + 2 * IF_MAX_HZ
  const lower = centre(channels_Hz.filter(inReach))
  const rest = channels_Hz.filter((frequency) => !inReach(frequency))
  const upper = rest.length === 0 ? lower : centre(rest)
  if (Math.max(...channels_Hz) - upper > IF_MAX_HZ)
    return refuse(`${lowest_Hz / 1e6} … ${Math.max(...channels_Hz) / 1e6} MHz`)
  return ok({
    centres_Hz: [lower, upper],
    channels: channels_Hz.map((frequency) =>
      inReach(frequency)
        ? { enable: true, radio: 0, if: frequency - lower }
        : { enable: true, radio: 1, if: frequency - upper },
    ),
  })
}

function centre(frequencies: readonly number[]): number {
  return (Math.min(...frequencies) + Math.max(...frequencies)) / 2
}

function boardBus(board: GatewayBoard): { readonly [key: string]: Json } {
  switch (board.chip) {
    case 'SX1302':
      return { com_type: 'SPI', com_path: board.spiPath, clksrc: 0, full_duplex: false }
    case 'SX1301':
      return { clksrc: 1 } // radio_1 clocks the concentrator
  }
}

function radio(board: GatewayBoard, freq: number, transmits: { readonly [key: string]: Json }): Json {
  const receives = { enable: true, type: board.radio, freq, rssi_offset: board.rssiOffset_dB }
  if (board.chip === 'SX1301') return { ...receives, ...transmits }
  const [a, b, c, d, e] = board.rssiTemperature
  const rssi_tcomp = { coeff_a: a, coeff_b: b, coeff_c: c, coeff_d: d, coeff_e: e }
  return { ...receives, rssi_tcomp, ...transmits }
}

function transmitter(region: Region, board: GatewayBoard): { readonly [key: string]: Json } {
  const frequencies = [...region.defaultChannels_Hz, ...region.extraChannels_Hz, region.rx2.frequency_Hz]
  return {
    tx_enable: true,
    tx_freq_min: Math.round(Math.min(...frequencies)) - TX_MARGIN_HZ,
    tx_freq_max: Math.round(Math.max(...frequencies)) + TX_MARGIN_HZ,
    ...(board.chip === 'SX1302' ? { tx_gain_lut: board.gains.map((gain) => ({ ...gain })) } : {}),
  }
}
