/** What differs between concentrator boards: radio chip, bus, and how output power is calibrated. */
export type GatewayBoard = Sx1302Board | Sx1301Board

export interface Sx1302Board {
  readonly chip: 'SX1302'
  readonly radio: 'SX1250' | 'SX1257'
  readonly spiPath: string
  readonly rssiOffset_dB: number
  /** Polynomial of the received strength over temperature, highest power first. */
  readonly rssiTemperature: readonly [number, number, number, number, number]
  /** Gain steps by output power in dBm. */
  readonly gains: readonly {
    readonly rf_power: number
    readonly pa_gain: number
    readonly pwr_idx: number
  }[]
}

export interface Sx1301Board {
  readonly chip: 'SX1301'
  readonly radio: 'SX1257'
  readonly rssiOffset_dB: number
  readonly gains: readonly {
    readonly rf_power: number
    readonly pa_gain: number
    readonly mix_gain: number
    readonly dig_gain: number
  }[]
}

function sx1302Gains(steps: readonly (readonly [number, number])[]): Sx1302Board['gains'] {
  return steps.map(([rf_power, pwr_idx]) => ({ rf_power, pa_gain: 1, pwr_idx }))
}

function sx1301Gains(steps: readonly (readonly [number, number, number])[]): Sx1301Board['gains'] {
  return steps.map(([rf_power, pa_gain, mix_gain]) => ({ rf_power, pa_gain, mix_gain, dig_gain: 0 }))
}

/**
 * Semtech's reference boards. A maker's board has its own calibration: copy its `tx_gain_lut` into a board of your own.
 * Only steps up to 16 dBm, the most that AS923 allows, so that no server can ask for more.
 * Source: Lora-net/sx1302_hal (global_conf for AS923) and Lora-net/packet_forwarder (global_conf.json).
 */
export const REFERENCE_BOARDS = {
  'semtech-sx1302': {
    chip: 'SX1302',
    radio: 'SX1250',
    spiPath: '/dev/spidev0.0',
    rssiOffset_dB: -215.4,
    rssiTemperature: [0, 0, 20.41, 2162.56, 0],
    gains: sx1302Gains([
      [12, 4],
      [13, 5],
      [14, 6],
      [15, 7],
      [16, 8],
    ]),
  },
  'semtech-sx1301': {
    chip: 'SX1301',
    radio: 'SX1257',
    rssiOffset_dB: -166,
    gains: sx1301Gains([
      [-6, 0, 8],
      [-3, 0, 10],
      [0, 0, 12],
      [3, 1, 8],
      [6, 1, 10],
      [10, 1, 12],
      [11, 1, 13],
      [12, 2, 9],
      [13, 1, 15],
      [14, 2, 10],
      [16, 2, 11],
    ]),
  },
} as const satisfies Readonly<Record<string, GatewayBoard>>

export type BoardName = keyof typeof REFERENCE_BOARDS
