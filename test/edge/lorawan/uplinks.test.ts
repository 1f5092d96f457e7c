import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fault } from '../../../core/errors.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { err } from '../../../core/result.ts'
import {
  createDevice,
  createGateway,
  createSite,
  DEV_EUI,
  GATEWAY,
  JOIN_EUI,
  joinedSite,
  relayDefinition,
  SECOND_GATEWAY,
  siteConfig,
} from './site.ts'

const levels = (site: { telemetry: readonly { telemetry: Readonly<Record<string, number>> }[] }) =>
  site.telemetry.map((report) => report.telemetry.level)

describe('joining', () => {
  test('a declared device is answered in its first window, on its own channel', async () => {
    const site = await createSite()
    const gateway = await createGateway(site)
    const device = createDevice()
    await gateway.hear(device.joinRequest(), 4_294_000_000)
    await site.clock.advance(300)
    expect(gateway.sent.map(({ transmit }) => [transmit.when, transmit.frequency_Hz])).toEqual([
      [{ tmst_us: (4_294_000_000 + 5_000_000) % 2 ** 32 }, 921_600_000],
    ])
  })

  test('after joining its readings arrive', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ payload: [42] }))
    expect(levels(site)).toEqual([1, 42])
  })

  test('further channels are told in the join-accept', async () => {
    const site = await createSite({
      config: siteConfig({ overrides: { extraChannels_MHz: [921.8, 922] } }),
    })
    const gateway = await createGateway(site)
    const device = createDevice()
    await gateway.hear(device.joinRequest())
    await site.clock.advance(300)
    const [answer] = gateway.sent
    expect(answer && device.accept(answer.transmit.phy).channels_Hz).toEqual([921_800_000, 922_000_000])
  })

  test('a DevNonce is not accepted twice', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.joinRequest(1))
    expect(site.refused).toEqual(['LORAWAN_DEVNONCE_REUSED'])
  })

  test('a DevNonce is not accepted again after kill -9', async () => {
    const before = await joinedSite()
    const site = await createSite({ store: before.store })
    const gateway = await createGateway(site)
    await gateway.hear(before.device.joinRequest(1))
    expect(site.refused).toEqual(['LORAWAN_DEVNONCE_REUSED'])
  })

  test('an undeclared device is refused', async () => {
    const site = await createSite({
      config: siteConfig({
        devices: [
          {
            id: 'other',
            model: 'm',
            activation: {
              otaa: { devEui: '0000000000000009', joinEui: JOIN_EUI, appKey: '0'.repeat(32) },
            },
          },
        ],
      }),
    })
    const gateway = await createGateway(site)
    await gateway.hear(createDevice().joinRequest())
    expect(site.refused).toEqual(['LORAWAN_UNKNOWN_DEVICE'])
  })

  test('a join under another key is refused', async () => {
    const site = await createSite()
    const gateway = await createGateway(site)
    await gateway.hear(createDevice('f'.repeat(32)).joinRequest())
    expect(site.refused).toEqual(['LORAWAN_BAD_MIC'])
  })

  test('the old session serves until the new one is used', async () => {
    const site = await joinedSite()
    await site.gateway.hear(createDevice().joinRequest(77))
    await site.gateway.hear(site.device.uplink({ payload: [9] }))
    expect(levels(site)).toEqual([1, 9])
  })

  test('the old session ends when the new one is used', async () => {
    const site = await joinedSite()
    const rejoined = createDevice()
    await site.gateway.hear(rejoined.joinRequest(77))
    await site.clock.advance(300)
    const answer = site.gateway.sent.at(-1)
    if (answer !== undefined) rejoined.accept(answer.transmit.phy)
    await site.gateway.hear(rejoined.uplink({ payload: [2] }))
    await site.gateway.hear(site.device.uplink({ payload: [3] }))
    expect([levels(site), site.refused]).toEqual([[1, 2], ['LORAWAN_UNKNOWN_DEVADDR']])
  })

  test('a session is on disk before the join-accept leaves', async () => {
    const before = await createSite()
    const gateway = await createGateway(before)
    const device = createDevice()
    await gateway.hear(device.joinRequest())
    await before.clock.advance(300)
    const answer = gateway.sent.at(-1)
    if (answer !== undefined) device.accept(answer.transmit.phy)
    // Nothing is closed: the process is gone.
    const site = await createSite({ store: before.store })
    const again = await createGateway(site)
    await again.hear(device.uplink({ payload: [5] }))
    expect(levels(site)).toEqual([5])
  })
})

describe('uplinks', () => {
  test('a reading is told at its first copy, before other gateways have spoken', async () => {
    const site = await joinedSite()
    const before = site.clock.monotonic()
    await site.gateway.hear(site.device.uplink({ payload: [7] }))
    expect(site.telemetry.at(-1)?.time.mono).toBe(before + 1)
  })

  test('copies over two gateways are one reading', async () => {
    const site = await joinedSite()
    const second = await createGateway(site, SECOND_GATEWAY, 9)
    const phy = site.device.uplink({ payload: [7] })
    await site.gateway.hear(phy)
    await second.hear(phy)
    expect([levels(site), site.refused]).toEqual([[1, 7], []])
  })

  test('the answer goes through the gateway that heard best', async () => {
    const site = await joinedSite()
    const second = await createGateway(site, SECOND_GATEWAY, 9)
    const phy = site.device.uplink({ confirmed: true })
    await site.gateway.hear(phy)
    await second.hear(phy)
    await site.clock.advance(300)
    expect([site.gateway.sent.length, second.sent.length]).toEqual([0, 1])
  })

  test('a replayed frame is refused', async () => {
    const site = await joinedSite()
    const old = site.device.uplink()
    await site.gateway.hear(old)
    for (let index = 0; index < 5; index++) await site.gateway.hear(site.device.uplink())
    await site.clock.advance(1000)
    await site.gateway.hear(old)
    expect([site.telemetry.length, site.refused]).toEqual([7, ['LORAWAN_REPLAY']])
  })

  test('the last frame, replayed after the window for copies, is refused', async () => {
    const site = await joinedSite()
    const last = site.device.uplink()
    await site.gateway.hear(last)
    await site.clock.advance(1000)
    await site.gateway.hear(last)
    expect([site.telemetry.length, site.refused]).toEqual([2, ['LORAWAN_REPLAY']])
  })

  test('a replay is refused after kill -9', async () => {
    const before = await joinedSite()
    const frame = before.device.uplink()
    await before.gateway.hear(frame)
    await before.clock.advance(150)
    const site = await createSite({ store: before.store })
    const gateway = await createGateway(site)
    await gateway.hear(frame)
    expect([site.telemetry.length, site.refused]).toEqual([0, ['LORAWAN_REPLAY']])
  })

  test('a counter beyond the gap limit is refused', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ fCnt: 20_000 }))
    expect(site.refused).toEqual(['LORAWAN_FCNT_GAP'])
  })

  test('a counter runs on over 65535', async () => {
    const site = await joinedSite()
    for (let fCnt = 16_000; fCnt < 70_000; fCnt += 16_000) {
      await site.gateway.hear(site.device.uplink({ fCnt }))
    }
    await site.gateway.hear(site.device.uplink({ fCnt: 70_000, payload: [8] }))
    expect(levels(site).at(-1)).toBe(8)
  })

  test('a forged frame is refused and does not disturb the session', async () => {
    const site = await joinedSite()
    const forged = Uint8Array.from(site.device.uplink())
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    await site.gateway.hear(forged)
    await site.gateway.hear(site.device.uplink({ payload: [6] }))
    expect([levels(site), site.refused]).toEqual([[1, 6], ['LORAWAN_BAD_MIC']])
  })

  test('a frame of another network is refused', async () => {
    const site = await joinedSite()
    const stranger = createDevice()
    stranger.use(0x0bad_cafe, { nwkSKey: new Uint8Array(16), appSKey: new Uint8Array(16) })
    await site.gateway.hear(stranger.uplink())
    expect(site.refused).toEqual(['LORAWAN_UNKNOWN_DEVADDR'])
  })

  test('a payload that the decoder refuses keeps its code', async () => {
    const definition = relayDefinition({
      via: {
        lorawan: {
          class: 'A',
          fPort: 85,
          decode: () => err(fault('PAYLOAD_TRUNCATED', { model: 'test-relay', at: 0 })),
        },
      },
    })
    const site = await joinedSite({ definition })
    expect(site.refused).toEqual(['PAYLOAD_TRUNCATED'])
  })

  test('a confirmed uplink is acknowledged in RX1', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ confirmed: true }), 5_000_000)
    await site.clock.advance(300)
    const [answer] = site.gateway.sent
    expect(answer?.transmit.when).toEqual({ tmst_us: 6_000_000 })
    expect(site.device.open(answer?.transmit.phy)).toMatchObject({ ack: true, payload: '' })
  })

  test('a repeated confirmed uplink is acknowledged again and not delivered again', async () => {
    const site = await joinedSite()
    const phy = site.device.uplink({ confirmed: true, payload: [4] })
    await site.gateway.hear(phy)
    await site.clock.advance(3000)
    await site.gateway.hear(phy)
    await site.clock.advance(300)
    expect([levels(site), site.gateway.sent.length, site.refused]).toEqual([[1, 4], 2, []])
  })

  test('a confirmed uplink that is repeated without end is refused as a replay', async () => {
    const site = await joinedSite()
    const phy = site.device.uplink({ confirmed: true })
    for (let index = 0; index < 12; index++) {
      await site.gateway.hear(phy)
      await site.clock.advance(3000)
      await site.gateway.pull()
    }
    expect(site.gateway.sent.length).toBe(9)
    expect(new Set(site.refused)).toEqual(new Set(['LORAWAN_REPLAY']))
  })

  test('devices that share a DevAddr are told apart by their keys', async () => {
    const key = (digit: string) => digit.repeat(32)
    const abp = (id: string, digit: string) => ({
      id,
      model: 'm',
      activation: { abp: { devAddr: '01020304', nwkSKey: key(digit), appSKey: key(digit) } },
    })
    const site = await createSite({ config: siteConfig({ devices: [abp('one', '1'), abp('two', '2')] }) })
    const gateway = await createGateway(site)
    const device = createDevice()
    const bytes = new Uint8Array(Buffer.from(key('2'), 'hex'))
    device.use(0x0102_0304, { nwkSKey: bytes, appSKey: bytes })
    await gateway.hear(device.uplink())
    expect(site.telemetry.map((report) => report.device)).toEqual(['two'])
  })

  test('whatever comes twice, late or out of order, no counter is delivered twice', async () => {
    const site = await joinedSite()
    const frames = Array.from({ length: 12 }, (_, index) => site.device.uplink({ payload: [index + 2] }))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(11), { maxLength: 20 }), async (order) => {
        for (const index of order) await site.gateway.hear(frames[index] ?? new Uint8Array(0))
        await site.clock.advance(250)
        const told = levels(site)
        expect(new Set(told).size).toBe(told.length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('hostile UDP', () => {
  test('an unknown gateway is refused and not answered', async () => {
    const site = await createSite()
    const gateway = await createGateway(site, 'bb555a0000000001')
    await gateway.hear(createDevice().joinRequest())
    expect(new Set(site.refused)).toEqual(new Set(['GATEWAY_UNKNOWN']))
  })

  test('an address that floods the port is cut off and told once a packet', async () => {
    const site = await createSite()
    const gateway = await createGateway(site)
    for (let index = 0; index < 10_100; index++) gateway.raw(Uint8Array.of(2, 0, 0))
    await site.clock.advance(5)
    const refused = (code: string) => site.refused.filter((other) => other === code).length
    expect([refused('LORAWAN_OVERLOADED') > 0, refused('UDP_TRUNCATED') < 10_001]).toEqual([true, true])
  })

  test('100,000 hostile packets are refused or ignored, counted, and never throw', async () => {
    const site = await joinedSite()
    const random = seededRandom(99)
    const genuine = Buffer.from(site.device.uplink())
    const accepted = site.telemetry.length
    const head = (kind: number) => Buffer.concat([Buffer.from([2, 1, 1, kind]), Buffer.from(GATEWAY, 'hex')])
    const packet = (index: number): Buffer => {
      if (index % 4 === 0) return Buffer.from(random.bytes(Math.floor(random.next() * 40)))
      const phy = Buffer.from(genuine)
      const at = Math.floor(random.next() * phy.length)
      phy[at] = (phy[at] ?? 0) ^ (1 + Math.floor(random.next() * 255))
      const cut = phy.subarray(0, index % 3 === 0 ? at : phy.length)
      const rxpk = {
        tmst: 1,
        freq: 921.4,
        modu: 'LORA',
        datr: 'SF10BW125',
        rssi: -3,
        data: cut.toString('base64'),
      }
      const json = Buffer.from(JSON.stringify({ rxpk: [rxpk] }))
      if (index % 7 === 0) json[Math.floor(random.next() * json.length)] = 0x2c
      return Buffer.concat([head(index % 5 === 0 ? 5 : 0), json])
    }
    for (let batch = 0; batch < 100; batch++) {
      for (let index = 0; index < 1000; index++) site.gateway.raw(packet(index))
      await site.clock.advance(1000)
    }
    const codes = new Set(site.refused)
    expect(site.telemetry.length).toBe(accepted)
    expect(site.refused.length).toBeGreaterThan(50_000)
    for (const code of [
      'UDP_TRUNCATED',
      'UDP_VERSION',
      'UDP_NOT_JSON',
      'LORAWAN_BAD_MIC',
      'LORAWAN_FRAME_MALFORMED',
    ])
      expect(codes).toContain(code)
  }, 60_000)

  test('a device is still heard after all that', async () => {
    const site = await joinedSite()
    for (let index = 0; index < 500; index++) site.gateway.raw(Uint8Array.of(2, 0, 0, index % 9))
    await site.clock.advance(10)
    await site.gateway.hear(site.device.uplink({ payload: [3] }))
    expect(levels(site).at(-1)).toBe(3)
  })
})

test('keys never reach what is told', async () => {
  const site = await joinedSite()
  await site.gateway.hear(createDevice('f'.repeat(32)).joinRequest(9))
  expect(JSON.stringify([site.telemetry, site.health, site.refused, DEV_EUI])).not.toMatch(/0011223344/)
})
