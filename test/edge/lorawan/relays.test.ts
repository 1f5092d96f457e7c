import { describe, expect, test } from 'vitest'
import { RELAY_FPORT } from '../../../core/relay/frame-kinds.ts'
import { APP_KEY, DEV_EUI, JOIN_EUI, joinedSite, siteConfig } from './site.ts'

/** A neighbour's modem is a device whose words are passed on, and not read. */

const site = (deviceClass: 'A' | 'C' = 'C') =>
  joinedSite({
    config: siteConfig({
      devices: [],
      relays: [
        { edge: 'thach-han', devEui: DEV_EUI, joinEui: JOIN_EUI, appKey: APP_KEY, class: deviceClass },
      ],
    }),
  })
const WORD = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

describe('the modem of a neighbouring node', () => {
  test('is heard and passed on as it is', async () => {
    const { gateway, device, relayed, telemetry } = await site()
    await gateway.hear(device.uplink({ fPort: RELAY_FPORT, payload: WORD }))
    expect([relayed, telemetry]).toEqual([[{ from: 'thach-han', bytes: Uint8Array.from(WORD) }], []])
  })

  test('is passed on once, however many copies come', async () => {
    const { gateway, device, relayed } = await site()
    const phy = device.uplink({ fPort: RELAY_FPORT, payload: WORD })
    await gateway.hear(phy)
    await gateway.hear(phy)
    expect(relayed).toHaveLength(1)
  })

  test('on another port is refused', async () => {
    const { gateway, device, relayed, refused } = await site()
    await gateway.hear(device.uplink({ fPort: 85, payload: WORD }))
    expect([relayed, refused.at(-1)]).toEqual([[], 'PAYLOAD_WRONG_PORT'])
  })

  test('that says more than any frame of ours is refused', async () => {
    const { gateway, device, relayed, refused } = await site()
    await gateway.hear(device.uplink({ fPort: RELAY_FPORT, payload: Array(52).fill(1) }), 1_000_000, 7)
    expect([relayed, refused.at(-1)]).toEqual([[], 'RELAY_FRAME_MALFORMED'])
  })

  test('in class C is answered at once, unconfirmed', async () => {
    const { gateway, device, driver, clock } = await site()
    expect(driver.relay?.('thach-han', Uint8Array.from(WORD))).toEqual({ ok: true, value: undefined })
    await clock.advance(100)
    const heard = device.open(gateway.sent.at(-1)?.transmit.phy)
    expect(heard).toMatchObject({ payload: '0102030405060708090a0b', confirmed: false })
  })

  test('in class A is answered when it has spoken next, once', async () => {
    const { gateway, device, driver, clock } = await site('A')
    driver.relay?.('thach-han', Uint8Array.from(WORD))
    await clock.advance(10_000)
    const before = gateway.sent.length
    await gateway.pull()
    for (let turn = 0; turn < 2; turn++) {
      await gateway.hear(device.uplink({ fPort: RELAY_FPORT, payload: WORD }))
      await clock.advance(3_000)
      await gateway.pull()
    }
    const payloads = gateway.sent.map(({ transmit }) => device.open(transmit.phy).payload)
    expect([before, payloads.filter((payload) => payload !== '')]).toEqual([0, ['0102030405060708090a0b']])
  })

  test('in class A is kept four answers while it is silent, the newest', async () => {
    const { gateway, device, driver, clock } = await site('A')
    for (const byte of [1, 2, 3, 4, 5]) driver.relay?.('thach-han', Uint8Array.of(byte))
    for (let turn = 0; turn < 6; turn++) {
      await gateway.hear(device.uplink({ fPort: RELAY_FPORT, payload: WORD }))
      await clock.advance(3_000)
      await gateway.pull()
    }
    const payloads = gateway.sent.map(({ transmit }) => device.open(transmit.phy).payload)
    expect(payloads.filter((payload) => payload !== '')).toEqual(['02', '03', '04', '05'])
  })

  test('that is not configured is refused', async () => {
    const { driver } = await site()
    expect(driver.relay?.('elsewhere', Uint8Array.of(1))).toMatchObject({
      error: { code: 'RELAY_NOT_NEIGHBOUR' },
    })
  })

  test('is sent nothing that its window cannot carry', async () => {
    const { driver } = await site()
    expect(driver.relay?.('thach-han', new Uint8Array(200))).toMatchObject({
      error: { code: 'LORAWAN_DOWNLINK_TOO_LONG' },
    })
  })
})
