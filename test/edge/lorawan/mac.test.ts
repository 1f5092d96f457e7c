import { describe, expect, test } from 'vitest'
import { REGIONS } from '../../../core/lorawan/as923.ts'
import type { MacUp } from '../../../core/lorawan/mac-commands.ts'
import { buildUplink } from '../../../core/lorawan/phy.ts'
import { adapt } from '../../../edge/drivers/lorawan/adr.ts'
import { createGateway, createSite, joinedSite, siteConfig } from './site.ts'

const region = REGIONS['AS923-2']
type Joined = Awaited<ReturnType<typeof joinedSite>>

/** What the device hears in answer to an uplink with these commands. */
async function answer(site: Joined, mac: readonly MacUp[], adr = false) {
  site.gateway.sent.length = 0
  await site.gateway.hear(site.device.uplink({ mac, adr }))
  await quiet(site)
  const [sent] = site.gateway.sent
  return sent === undefined ? undefined : site.device.open(sent.transmit.phy).mac
}

/** Until the driver may ask something of its own accord again. */
async function quiet(site: Joined): Promise<Joined> {
  await site.clock.advance(61_000)
  await site.gateway.pull()
  return site
}

describe('MAC commands', () => {
  test('LinkCheckReq is answered with margin and gateways', async () => {
    const site = await joinedSite()
    expect(await answer(site, [{ type: 'LinkCheckReq' }])).toEqual([
      { type: 'LinkCheckAns', margin_dB: 22, gateways: 1 },
    ])
  })

  test('DeviceTimeReq is answered with GPS time of the uplink', async () => {
    const site = await joinedSite()
    const utc = site.clock.now() + 1
    const [told] = (await answer(site, [{ type: 'DeviceTimeReq' }])) ?? []
    const gps_ms = utc - Date.UTC(1980, 0, 6) + 18_000
    expect(told).toEqual({
      type: 'DeviceTimeAns',
      gps_s: Math.floor(gps_ms / 1000),
      fraction_256: Math.floor((gps_ms % 1000) * 0.256),
    })
  })

  test('a node that does not know the time tells none', async () => {
    const site = await joinedSite()
    site.clock.setQuality('unknown')
    expect(await answer(site, [{ type: 'DeviceTimeReq' }])).toBeUndefined()
  })

  test('the battery is asked for once a day', async () => {
    const site = await joinedSite({ config: siteConfig({ devStatusEvery_h: 24 }) })
    const status = { type: 'DevStatusAns', battery: 254, margin_dB: 9 } as const
    expect(await answer(site, [status])).toBeUndefined()
    await site.clock.advance(24 * 3_600_000)
    await site.gateway.pull()
    expect(await answer(site, [])).toEqual([{ type: 'DevStatusReq' }])
  })

  test('battery and margin become health points', async () => {
    const site = await joinedSite()
    await answer(site, [{ type: 'DevStatusAns', battery: 254, margin_dB: 9 }])
    expect(site.health).toContainEqual({ source: 'siren', values: { link_margin: 9, link_battery: 100 } })
  })

  test('another RX2 frequency is told until the device acknowledges it', async () => {
    const site = await joinedSite({
      config: siteConfig({ overrides: { rx2: { frequency_MHz: 922, dataRate: 2 } } }),
    })
    const wanted = { type: 'RXParamSetupReq', rx1Offset: 0, rx2DataRate: 2, frequency_Hz: 922_000_000 }
    await quiet(site)
    expect(await answer(site, [])).toEqual([wanted])
    await answer(site, [{ type: 'RXParamSetupAns', rx1OffsetOk: true, rx2DataRateOk: true, channelOk: true }])
    expect(await answer(site, [])).toBeUndefined()
  })

  test('a request without an answer rests after three tries', async () => {
    const site = await joinedSite({
      config: siteConfig({ overrides: { rx2: { frequency_MHz: 922, dataRate: 2 } } }),
    })
    for (let index = 0; index < 3; index++) await answer(site, [])
    expect(await answer(site, [])).toBeUndefined()
  })

  test('the dwell time of the site is told', async () => {
    const site = await joinedSite({
      config: siteConfig({ overrides: { dwell: { up: true, down: true } } }),
    })
    await quiet(site)
    expect(await answer(site, [])).toEqual([
      { type: 'TxParamSetupReq', upDwell: true, downDwell: true, eirpIndex: 5 },
    ])
  })

  test('what we merely want to know is asked of one device a minute, so that sirens find the antenna free', async () => {
    const site = await joinedSite({ config: siteConfig({ devStatusEvery_h: 1 }) })
    await site.clock.advance(3_600_000)
    await site.gateway.pull()
    for (let index = 0; index < 5; index++) {
      await site.gateway.hear(site.device.uplink())
      await site.clock.advance(4000)
    }
    expect(site.gateway.sent.length).toBe(1)
  })

  test('an unknown command is refused and the reading is kept', async () => {
    const key = '1'.repeat(32)
    const abp = { devAddr: '00000001', nwkSKey: key, appSKey: key }
    const other = await createSite({
      config: siteConfig({ devices: [{ id: 'siren', model: 'm', activation: { abp } }] }),
    })
    const gateway = await createGateway(other)
    const bytes = new Uint8Array(16).fill(0x11)
    const frame = { confirmed: false, devAddr: 1, fCnt: 0, fOpts: Uint8Array.of(0x80, 1), fPort: 85 }
    await gateway.hear(
      buildUplink({ ...frame, payload: Uint8Array.of(3) }, { nwkSKey: bytes, appSKey: bytes }),
    )
    expect([other.telemetry.length, other.refused]).toEqual([1, ['LORAWAN_MAC_UNKNOWN']])
  })
})

describe('rate adaptation', () => {
  const input = { region, dataRate: 2, txPower: 0, margin_dB: 10, dataRateMax: 5 }

  test('needs twenty frames', () => {
    expect(adapt({ ...input, snrHistory: Array.from({ length: 19 }, () => 10) })).toBeUndefined()
  })

  test('spends spare margin on rate first, then on power', () => {
    expect(adapt({ ...input, snrHistory: Array.from({ length: 20 }, () => 10) })).toEqual({
      dataRate: 5,
      txPower: 2,
    })
  })

  test('gives power back when margin is lacking', () => {
    expect(
      adapt({ ...input, dataRate: 5, txPower: 3, snrHistory: Array.from({ length: 20 }, () => -3) }),
    ).toEqual({
      dataRate: 5,
      txPower: 2,
    })
  })

  test('leaves alone what fits', () => {
    expect(adapt({ ...input, snrHistory: Array.from({ length: 20 }, () => -4) })).toBeUndefined()
  })

  test('reaches a device that leaves its rate to us', async () => {
    const site = await joinedSite({
      config: siteConfig({ adr: { on: true, margin_dB: 10, dataRateMax: 5 } }),
    })
    for (let index = 0; index < 18; index++) await answer(site, [], true)
    expect(await answer(site, [], true)).toEqual([
      { type: 'LinkADRReq', dataRate: 5, txPower: 1, channelMask: 3, maskControl: 0, repetitions: 1 },
    ])
  })
})
