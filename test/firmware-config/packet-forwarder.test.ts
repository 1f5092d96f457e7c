import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REGIONS, type Region } from '../../core/lorawan/as923.ts'
import { REFERENCE_BOARDS } from '../../firmware-config/gateway-boards.ts'
import {
  type Json,
  type PacketForwarderOptions,
  packetForwarderConfig,
} from '../../firmware-config/packet-forwarder.ts'

const region = REGIONS['AS923-2']
const options = { gatewayEui: 'ac1f09fffe0c1a2b', server: '10.0.0.2', port: 1700, region }

function withExtras(extraChannels_Hz: readonly number[]): Region {
  return { ...region, extraChannels_Hz }
}

/** What the concentrator would listen to: centre of the radio plus the channel's offset. */
function heard_Hz(conf: Json | undefined): readonly number[] {
  const channelOf = (index: number) => object(object(conf)[`chan_multiSF_${index}`])
  return [0, 1, 2, 3, 4, 5, 6, 7].map(channelOf).flatMap((channel) => {
    if (channel.enable !== true) return []
    const radio = object(object(conf)[`radio_${channel.radio}`])
    return [number(radio.freq) + number(channel.if)]
  })
}

interface JsonObject {
  readonly [key: string]: Json
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && !Array.isArray(value)
}

function object(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error('not an object')
  return value
}

function number(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Error('not a number')
  return value
}

function made(from: PacketForwarderOptions) {
  const config = packetForwarderConfig(from)
  if (!config.ok) throw new Error(config.error.code)
  return config.value
}

describe('packetForwarderConfig', () => {
  test('hears the two mandatory channels of AS923-2', () => {
    expect(heard_Hz(made(options).SX130x_conf)).toEqual([921_400_000, 921_600_000])
  })

  test('names the gateway and both ports of the node', () => {
    expect(made(options).gateway_conf).toMatchObject({
      gateway_ID: 'AC1F09FFFE0C1A2B',
      server_address: '10.0.0.2',
      serv_port_up: 1700,
      serv_port_down: 1700,
    })
  })

  test('may transmit on the plan and nowhere else', () => {
    expect(object(object(made(options).SX130x_conf).radio_0)).toMatchObject({
      tx_enable: true,
      tx_freq_min: 921_275_000,
      tx_freq_max: 921_725_000,
    })
  })

  test('lowers its power by what the antenna adds, rounded to the legal side', () => {
    expect(object(made({ ...options, antennaGain_dBi: 2.15 }).SX130x_conf).antenna_gain).toBe(3)
  })

  test('uses the names and the gain tables of an SX1301 for an SX1301', () => {
    const conf = object(made({ ...options, board: REFERENCE_BOARDS['semtech-sx1301'] }).SX1301_conf)
    expect(conf.clksrc).toBe(1)
    expect(conf.tx_lut_9).toEqual({ rf_power: 14, pa_gain: 2, mix_gain: 10, dig_gain: 0 })
  })

  test.each(Object.values(REFERENCE_BOARDS))('$chip is never driven above 16 dBm', ({ gains }) => {
    expect(Math.max(...gains.map(({ rf_power }) => rf_power))).toBe(16)
  })

  test('spreads eight channels over both radios', () => {
    const extras = [922_000_000, 922_200_000, 922_400_000, 922_600_000, 922_800_000, 923_000_000]
    const conf = made({ ...options, region: withExtras(extras) }).SX130x_conf
    expect(heard_Hz(conf)).toEqual([921_400_000, 921_600_000, ...extras])
  })

  test('hears exactly the channels of any plan that it accepts', () => {
    const channel = fc.integer({ min: 0, max: 20 }).map((step) => 920_000_000 + step * 200_000)
    fc.assert(
      fc.property(fc.uniqueArray(channel, { maxLength: 8 }), (extras) => {
        const plan = withExtras(extras)
        const config = packetForwarderConfig({ ...options, region: plan })
        if (!config.ok) {
          expect(config.error.code).toBe('CHANNELS_NOT_HEARD')
          return
        }
        const conf = object(config.value.SX130x_conf)
        expect(heard_Hz(conf)).toEqual([...plan.defaultChannels_Hz, ...extras])
        for (let index = 0; index < 8; index++)
          expect(Math.abs(number(object(conf[`chan_multiSF_${index}`]).if ?? 0))).toBeLessThanOrEqual(400_000)
      }),
    )
  })

  test('refuses channels that two radios cannot cover', () => {
    const config = packetForwarderConfig({ ...options, region: withExtras([923_000_000, 924_000_000]) })
    expect(config.ok || config.error.code).toBe('CHANNELS_NOT_HEARD')
  })

  test('refuses nine channels', () => {
    const extras = [1, 2, 3, 4, 5, 6, 7].map((step) => 921_600_000 + step * 100_000)
    const config = packetForwarderConfig({ ...options, region: withExtras(extras) })
    expect(config.ok || config.error.code).toBe('CHANNELS_NOT_HEARD')
  })

  test('refuses an EUI that is none', () => {
    const config = packetForwarderConfig({ ...options, gatewayEui: 'AC1F09' })
    expect(config.ok || config.error.code).toBe('LORAWAN_HEX_MALFORMED')
  })
})
