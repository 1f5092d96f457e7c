import { describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { airtime_ms } from '../../../core/lorawan/airtime.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { ok } from '../../../core/result.ts'
import {
  createDevice,
  createGateway,
  createSite,
  id,
  joinedSite,
  relayDefinition,
  SECOND_GATEWAY,
  siteConfig,
} from './site.ts'

const SIREN = id('siren')
const ON = [{ output: 'relay1', value: 1 }] as const
const OFF = [{ output: 'relay1', value: 0 }] as const

const classA = () => relayDefinition({ via: { lorawan: { ...relayBinding(), class: 'A' } } })
function relayBinding() {
  const binding = relayDefinition().via.lorawan
  if (binding === undefined) throw new Error('no binding')
  return binding
}

describe('a class C siren', () => {
  test('is told at once, in its second window’s channel, confirmed', async () => {
    const site = await joinedSite()
    const before = site.clock.monotonic()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(5)
    const [first] = site.gateway.sent
    expect(first?.at).toBe(before + 1)
    expect(first?.transmit).toMatchObject({ when: 'now', frequency_Hz: 921_400_000, power_dBm: 16 })
    expect(site.device.open(first?.transmit.phy)).toMatchObject({ confirmed: true, payload: '01' })
  })

  test('an order that can wait overtakes no answer in a window: it would be taken for a replay', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ confirmed: true }), 5_000_000)
    await site.clock.advance(300)
    const [answer] = site.gateway.sent
    expect(answer?.transmit.when).toEqual({ tmst_us: 6_000_000 })
    const planned = site.clock.monotonic()
    site.driver.drive(SIREN, ON, 'normal')
    await site.clock.advance(3_000)
    const order = site.gateway.sent[1]
    expect(order?.at).toBeGreaterThan(planned + 700)
    expect(site.device.open(order?.transmit.phy)).toMatchObject({ payload: '01' })
  })

  test('an alarm waits for no answer', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ confirmed: true }), 5_000_000)
    await site.clock.advance(300)
    const now = site.clock.monotonic()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(5)
    expect(site.gateway.sent[1]?.at).toBe(now + 1)
  })

  test('its acknowledgement confirms the request', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(500)
    await site.gateway.hear(site.device.uplink({ ack: true }))
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })

  test('a reading that shows the output as wanted confirms it too', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(500)
    await site.gateway.hear(site.device.uplink({ payload: [0, 1] }))
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })

  test('that it is on still is no proof that it was told to be on for longer', async () => {
    const site = await joinedSite()
    const timed = [{ output: 'relay1', value: 1, forS: 600 }]
    site.driver.drive(SIREN, timed, 'urgent')
    await site.clock.advance(500)
    await site.gateway.hear(site.device.uplink({ ack: true, payload: [0, 1] }))
    await site.clock.advance(400_000)
    await site.gateway.pull()
    site.driver.drive(SIREN, timed, 'urgent')
    await site.clock.advance(500)
    // The frame was lost; the device speaks of its own accord, and is told once more.
    await site.gateway.hear(site.device.uplink({ payload: [0, 1] }))
    expect(site.stages()).toEqual(['sent', 'confirmed', 'sent'])
    await site.clock.advance(5_000)
    expect(site.gateway.sent.length).toBe(3)
    await site.gateway.hear(site.device.uplink({ ack: true, payload: [0, 1] }))
    expect(site.stages()).toEqual(['sent', 'confirmed', 'sent', 'confirmed'])
  })

  test('one that was off and reads on was told to be on for its time', async () => {
    const site = await joinedSite()
    await site.gateway.hear(site.device.uplink({ payload: [0, 0] }))
    site.driver.drive(SIREN, [{ output: 'relay1', value: 1, forS: 600 }], 'urgent')
    await site.clock.advance(500)
    await site.gateway.hear(site.device.uplink({ payload: [0, 1] }))
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })

  test('a reading that shows the output otherwise confirms nothing', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(500)
    await site.gateway.hear(site.device.uplink({ payload: [0, 0] }))
    expect(site.stages()).toEqual(['sent'])
  })

  test('is told again, with a new counter, until the tries are used up', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(30_000)
    const counters = site.gateway.sent.map(({ transmit }) => site.device.open(transmit.phy).fCnt16)
    expect(new Set(counters).size).toBe(4)
    expect(site.stages()).toEqual(['sent', 'failed'])
    expect(site.outputs.at(-1)?.problem?.code).toBe('LORAWAN_UNCONFIRMED')
  })

  test('the newest request per output wins', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(100)
    site.driver.drive(SIREN, OFF, 'urgent')
    await site.clock.advance(1000)
    expect(site.gateway.sent.map(({ transmit }) => site.device.open(transmit.phy).payload)).toEqual([
      '01',
      '00',
    ])
  })

  test('the same request said again while it is on its way is not sent again', async () => {
    const site = await joinedSite()
    for (let index = 0; index < 5; index++) {
      site.driver.drive(SIREN, ON, 'urgent')
      await site.clock.advance(200)
    }
    expect(site.gateway.sent.length).toBe(1)
  })

  test('an acknowledgement that may belong to a replaced request is not believed', async () => {
    const site = await joinedSite()
    site.driver.drive(SIREN, OFF, 'urgent')
    await site.clock.advance(600)
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(600)
    await site.gateway.hear(site.device.uplink({ ack: true }))
    expect(site.stages()).toEqual(['sent', 'sent'])
    await site.clock.advance(600)
    await site.gateway.hear(site.device.uplink({ ack: true }))
    expect(site.stages()).toEqual(['sent', 'sent', 'confirmed'])
  })

  test('a request for what the device does not have is refused at once', async () => {
    const site = await joinedSite()
    expect(site.driver.drive(SIREN, [{ output: 'relay9', value: 1 }], 'urgent')).toMatchObject({
      error: { code: 'ACTION_UNSUPPORTED' },
    })
  })

  test('a value out of range is refused at once', async () => {
    const site = await joinedSite()
    expect(site.driver.drive(SIREN, [{ output: 'relay1', value: 7 }], 'urgent').ok).toBe(false)
  })

  test('a downlink too long for its window is refused at once', async () => {
    const long = { ...relayBinding(), encode: () => ok([{ fPort: 85, bytes: new Uint8Array(60) }]) }
    const site = await joinedSite({
      definition: relayDefinition({ via: { lorawan: long } }),
      config: siteConfig({ overrides: { dwell: { up: true, down: true } } }),
    })
    expect(site.driver.drive(SIREN, ON, 'urgent')).toMatchObject({
      error: { code: 'LORAWAN_DOWNLINK_TOO_LONG' },
    })
  })

  test('a request before joining is carried out after it', async () => {
    const site = await createSite()
    expect(site.driver.drive(SIREN, ON, 'urgent').ok).toBe(true)
    const [gateway, device] = [await createGateway(site), createDevice()]
    await gateway.hear(device.joinRequest())
    await site.clock.advance(6000)
    const accept = gateway.sent.shift()
    if (accept !== undefined) device.accept(accept.transmit.phy)
    await gateway.hear(device.uplink())
    await site.clock.advance(5)
    expect(device.open(gateway.sent[0]?.transmit.phy).payload).toBe('01')
  })

  test('a lamp that is told in turn before it joins is told after it', async () => {
    const site = await createSite({ definition: relayDefinition({ kind: 'luminaire' }) })
    expect(site.driver.drive(SIREN, ON, 'normal').ok).toBe(true)
    const [gateway, device] = [await createGateway(site), createDevice()]
    await gateway.hear(device.joinRequest())
    await site.clock.advance(6000)
    const accept = gateway.sent.shift()
    if (accept !== undefined) device.accept(accept.transmit.phy)
    await gateway.hear(device.uplink())
    await site.clock.advance(5)
    expect(device.open(gateway.sent[0]?.transmit.phy).payload).toBe('01')
  })

  test('with its best gateway gone the other one is used', async () => {
    const site = await joinedSite()
    await site.clock.advance(30_000)
    const second = await createGateway(site, SECOND_GATEWAY)
    await site.clock.advance(10_000)
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(5)
    expect([site.gateway.sent.length, second.sent.length]).toEqual([0, 1])
  })

  test('with no gateway the request waits, and goes when one is back', async () => {
    const site = await joinedSite()
    await site.clock.advance(40_000)
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(1000)
    await site.gateway.pull()
    await site.clock.advance(5)
    expect(site.gateway.sent.length).toBe(1)
    expect(site.refused).toContain('LORAWAN_NO_GATEWAY')
  })

  test('a forwarder’s collision is answered by sending again a little later', async () => {
    const site = await joinedSite()
    site.gateway.answerWith('COLLISION_PACKET')
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(5)
    site.gateway.answerWith('NONE')
    await site.clock.advance(1500)
    expect(site.gateway.sent.length).toBe(2)
    expect(site.refused).toEqual(['GATEWAY_TX_FAILED'])
  })

  test('a gateway that leaves while requests wait for it does not count as having sent them', async () => {
    const key = '1'.repeat(32)
    const abp = (index: number) => ({
      id: `siren-${index}`,
      model: 'm',
      activation: { abp: { devAddr: `000000${index}`, nwkSKey: key, appSKey: key } },
    })
    const devices = Array.from({ length: 60 }, (_, index) => abp(index + 10))
    const site = await createSite({ config: siteConfig({ devices, tries: 32 }) })
    const gateway = await createGateway(site)
    await site.clock.advance(34_000)
    for (const device of devices) site.driver.drive(id(device.id), ON, 'urgent')
    await site.clock.advance(4000)
    const left = gateway.sent.length
    expect(left).toBeLessThan(10)
    expect(site.stages().length).toBe(left)
    expect(site.refused).toContain('LORAWAN_NO_GATEWAY')
  })

  test('several frames never overlap on the air, the urgent goes first, and normal ones leave room for answers', async () => {
    const key = '1'.repeat(32)
    const abp = (index: number) => ({
      id: `siren-${index}`,
      model: 'm',
      activation: { abp: { devAddr: `0000000${index}`, nwkSKey: key, appSKey: key } },
    })
    const site = await createSite({ config: siteConfig({ devices: [1, 2, 3, 4, 5].map(abp) }) })
    const gateway = await createGateway(site)
    for (const index of [1, 2, 3, 4]) site.driver.drive(id(`siren-${index}`), ON, 'normal')
    site.driver.drive(id('siren-5'), ON, 'urgent')
    await site.clock.advance(2900)
    const address = (phy: Uint8Array) => phy[1]
    expect(gateway.sent.map(({ transmit }) => address(transmit.phy))).toEqual([1, 5, 2])
    for (const [index, { at, transmit }] of gateway.sent.entries()) {
      const next = gateway.sent[index + 1]
      const length = airtime_ms({ ...transmit.modulation, bytes: transmit.phy.length, crc: false })
      if (next !== undefined) expect(next.at).toBeGreaterThan(at + length)
    }
  })
})

describe('downlink counters', () => {
  test('are never used twice, whenever the process is killed', async () => {
    const used: number[] = []
    let site = await joinedSite()
    const { device, store } = site
    for (let life = 0; life < 5; life++) {
      for (let index = 0; index < 40; index++) {
        site.driver.drive(SIREN, index % 2 === 0 ? ON : OFF, 'urgent')
        await site.clock.advance(700)
        await site.gateway.pull()
      }
      used.push(...site.gateway.sent.map(({ transmit }) => device.open(transmit.phy).fCnt16))
      // Nothing is closed or flushed: the process is gone in the middle of its work.
      const next = await createSite({ store })
      site = { ...next, device, gateway: await createGateway(next) }
    }
    expect(used.length).toBeGreaterThan(150)
    expect(new Set(used).size).toBe(used.length)
  })
})

describe('downlink counters over restarts', () => {
  test('an orderly restart skips none', async () => {
    const before = await joinedSite()
    before.driver.drive(SIREN, ON, 'urgent')
    await before.clock.advance(1000)
    const last = before.device.open(before.gateway.sent.at(-1)?.transmit.phy).fCnt16
    await before.driver.stop()
    const site = await createSite({ store: before.store })
    const gateway = await createGateway(site)
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(5)
    expect(before.device.open(gateway.sent.at(-1)?.transmit.phy).fCnt16).toBe(last + 1)
  })

  test('the first request after a restart does not wait for the disk', async () => {
    const before = await joinedSite()
    let writes = 0
    const store: SqlStore = {
      ...before.store,
      transaction(work) {
        writes++
        return before.store.transaction(work)
      },
    }
    const site = await createSite({ store })
    await createGateway(site)
    writes = 0
    site.driver.drive(SIREN, ON, 'urgent')
    expect([writes, site.stages()]).toEqual([0, ['sent']])
  })
})

describe('a class A device', () => {
  test('gets its request in the answer to its next uplink', async () => {
    const site = await joinedSite({ definition: classA() })
    site.driver.drive(SIREN, ON, 'normal')
    await site.clock.advance(1000)
    expect(site.gateway.sent).toEqual([])
    await site.gateway.hear(site.device.uplink(), 4_294_900_000)
    await site.clock.advance(300)
    const [answer] = site.gateway.sent
    expect(answer?.transmit.when).toEqual({ tmst_us: (4_294_900_000 + 1_000_000) % 2 ** 32 })
    expect(site.device.open(answer?.transmit.phy)).toMatchObject({ confirmed: true, payload: '01' })
  })

  test('RX2 is used when the gateway says that RX1 is too late', async () => {
    const site = await joinedSite({ definition: classA() })
    site.driver.drive(SIREN, ON, 'normal')
    site.gateway.answerWith('TOO_LATE')
    await site.gateway.hear(site.device.uplink(), 1_000_000)
    await site.clock.advance(201)
    site.gateway.answerWith('NONE')
    await site.clock.advance(100)
    expect(site.gateway.sent.map(({ transmit }) => transmit.when)).toEqual([
      { tmst_us: 2_000_000 },
      { tmst_us: 3_000_000 },
    ])
  })

  test('its next uplink without acknowledgement gets the request again', async () => {
    const site = await joinedSite({ definition: classA() })
    site.driver.drive(SIREN, ON, 'normal')
    for (let index = 0; index < 2; index++) {
      await site.gateway.hear(site.device.uplink())
      await site.clock.advance(3000)
    }
    await site.gateway.hear(site.device.uplink({ ack: true }))
    await site.clock.advance(3000)
    expect(site.gateway.sent.length).toBe(2)
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })
})

describe('duty cycle', () => {
  test('normal requests wait when the hour is used up, urgent ones still go', async () => {
    const site = await joinedSite({
      config: siteConfig({ dutyCycle: { percent: 0.05, urgentReserve_percent: 50 }, tries: 32 }),
    })
    site.driver.drive(SIREN, ON, 'normal')
    for (let minute = 0; minute < 2; minute++) {
      await site.clock.advance(20_000)
      await site.gateway.pull()
    }
    const normal = site.gateway.sent.length
    expect(site.refused).toContain('LORAWAN_DUTY_CYCLE')
    site.driver.drive(SIREN, OFF, 'urgent')
    await site.clock.advance(5)
    expect(site.gateway.sent.length).toBe(normal + 1)
  })
})

describe('a disk that fails', () => {
  test('is told, and the radio goes on from memory', async () => {
    const disk = openSqlite(':memory:')
    let broken = false
    const guard = () => {
      if (broken) throw new FaultError(fault('STORE_FULL', { file: 'edge.db' }))
    }
    const store: SqlStore = {
      ...disk,
      prepare: (sql) => disk.prepare(sql),
      transaction(work) {
        guard()
        return disk.transaction(work)
      },
    }
    const site = await joinedSite({ store })
    broken = true
    site.driver.drive(SIREN, ON, 'urgent')
    await site.gateway.hear(site.device.uplink({ payload: [5] }))
    await site.clock.advance(500)
    expect(site.gateway.sent.length).toBe(1)
    expect(site.telemetry.at(-1)?.telemetry.level).toBe(5)
    expect(site.refused).toContain('STORE_FULL')
  })

  test('from the start does not keep devices from joining', async () => {
    const dead: SqlStore = {
      exec: () => {
        throw new FaultError(fault('STORE_UNWRITABLE', { file: 'edge.db', reason: 'read-only' }))
      },
      prepare: () => {
        throw new FaultError(fault('STORE_UNWRITABLE', { file: 'edge.db', reason: 'read-only' }))
      },
      transaction: (work) => work(),
      close: () => {},
    }
    const site = await joinedSite({ store: dead })
    expect(site.telemetry.length).toBe(1)
    expect(site.refused).toContain('STORE_UNWRITABLE')
  })
})

test('after stopping no timer is left and the port is free', async () => {
  const site = await joinedSite()
  site.driver.drive(SIREN, ON, 'urgent')
  await site.driver.stop()
  await site.driver.stop()
  await site.clock.advance(10)
  expect(site.clock.pending()).toBe(0)
})
