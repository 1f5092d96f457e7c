import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { REGIONS } from '../../core/lorawan/as923.ts'
import { createEndDevice, type EndDeviceOptions } from '../../sim/lorawan-device.ts'
import { memoryNonces } from '../../sim/nonces.ts'
import { createPacketForwarder } from '../../sim/packet-forwarder.ts'
import { createAir } from '../../sim/radio/air.ts'
import { memoryNetwork } from './memory-network.ts'
import { miniNetworkServer } from './mini-network-server.ts'

const EUI = '24e124136b000001'
const KEY = '000102030405060708090a0b0c0d0e0f'

async function scene(options: Partial<EndDeviceOptions> = {}, server: { deafToJoins?: number } = {}) {
  const clock = fakeClock()
  const random = seededRandom(7)
  const network = memoryNetwork(clock)
  const air = createAir({ clock, random })
  const ns = await miniNetworkServer({ network, port: 1700, devices: { [EUI]: KEY }, ...server })
  const gateway = createPacketForwarder({
    eui: 'aa555a0000000001',
    server: { host: '127.0.0.1', port: 1700 },
    network,
    clock,
    random,
    air,
    position: { x_m: 0, y_m: 0 },
    log: silentLog,
  })
  await gateway.start()
  const heard: string[] = []
  const device = createEndDevice({
    devEui: EUI,
    joinEui: '24e124c0002a0001',
    appKey: Buffer.from(KEY, 'hex'),
    class: 'A',
    region: REGIONS['AS923-2'],
    position: { x_m: 300, y_m: 0 },
    air,
    clock,
    random,
    nonces: memoryNonces(),
    log: silentLog,
    battery: () => 200,
    utc: () => clock.now(),
    onDownlink: ({ fPort, bytes }) => heard.push(`${fPort}:${Buffer.from(bytes).toString('hex')}`),
    ...options,
  })
  device.start()
  const report = (hex: string, confirmed = false) =>
    device.send(hex, { fPort: 85, bytes: Buffer.from(hex, 'hex'), confirmed })
  return { clock, ns, gateway, device, heard, report }
}

/** Joined, and its first exchange over. */
async function joined(options: Partial<EndDeviceOptions> = {}) {
  const all = await scene(options)
  await all.clock.advance(10_000)
  expect(all.device.state().joined).toBe(true)
  return all
}

describe('joining', () => {
  test('a device joins over the air and its first report arrives decrypted', async () => {
    const { clock, ns, report } = await joined()
    report('0175640382d007')
    await clock.advance(5_000)
    expect(ns.uplinks.map(({ fPort, bytes, fCnt }) => ({ fPort, bytes, fCnt }))).toEqual([
      { fPort: 85, bytes: '0175640382d007', fCnt: 0 },
    ])
  })

  test('unanswered joins are repeated with a new nonce each and growing pauses', async () => {
    const { clock, ns, device } = await scene({}, { deafToJoins: 3 })
    await clock.advance(120_000)
    expect(ns.nonces(EUI)).toEqual([0, 1, 2, 3])
    expect(device.state()).toMatchObject({ joined: true, joinRequests: 4, joins: 1 })
  })

  test('a change of battery joins again with a nonce that was never used', async () => {
    const { clock, ns, device } = await joined()
    device.stop()
    device.start()
    await clock.advance(10_000)
    expect(ns.nonces(EUI)).toEqual([0, 1])
  })

  test('the first uplink asks for the time, and the answer counts from that uplink', async () => {
    const { clock, ns, device, report } = await joined()
    const gps_s = (clock.now() + 90_000 - Date.UTC(1980, 0, 6)) / 1_000 + 18
    const whole_s = Math.floor(gps_s)
    ns.answer(EUI, {
      when: 'rx1',
      mac: [{ type: 'DeviceTimeAns', gps_s: whole_s, fraction_256: Math.floor((gps_s - whole_s) * 256) }],
    })
    report('01')
    await clock.advance(3_000)
    expect(ns.uplinks[0]?.mac).toEqual([{ type: 'DeviceTimeReq' }])
    // The uplink took 41 ms of the 90 s.
    expect(Math.abs((device.state().networkTimeAhead_ms ?? 0) - 90_000 + 41)).toBeLessThan(10)
  })
})

describe('receive windows of class A', () => {
  test('a downlink in RX1 is heard', async () => {
    const { clock, ns, heard, report } = await joined()
    ns.answer(EUI, { when: 'rx1', fPort: 85, bytes: 'ff03b004' })
    report('01')
    await clock.advance(3_000)
    expect(heard).toEqual(['85:ff03b004'])
  })

  test('a downlink in RX2 is heard', async () => {
    const { clock, ns, heard, report } = await joined()
    ns.answer(EUI, { when: 'rx2', fPort: 85, bytes: 'ff03b004' })
    report('01')
    await clock.advance(4_000)
    expect(heard).toEqual(['85:ff03b004'])
  })

  test('a downlink 100 ms after RX1 opened is sent and not heard', async () => {
    const { clock, ns, gateway, heard, report } = await joined()
    const before = gateway.counts().sent
    ns.answer(EUI, { when: { afterRx1_ms: 100 }, fPort: 85, bytes: 'ff03b004' })
    report('01')
    await clock.advance(4_000)
    expect({ heard, sent: gateway.counts().sent - before }).toEqual({ heard: [], sent: 1 })
  })

  test('a class A device hears nothing outside its windows', async () => {
    const { clock, ns, heard } = await joined()
    ns.now(EUI, { fPort: 85, bytes: '01' })
    await clock.advance(4_000)
    expect(heard).toEqual([])
  })

  test('the next uplink waits until RX2 has closed', async () => {
    const { clock, ns, report } = await joined()
    report('01')
    report('02')
    await clock.advance(10_000)
    const [first, second] = ns.uplinks.map((uplink) => uplink.received.tmst_us)
    const gap_ms = (((second ?? 0) - (first ?? 0) + 2 ** 32) % 2 ** 32) / 1_000
    expect(gap_ms).toBeGreaterThan(2_000)
  })

  test('a hurried device sends after its least gap, and still hears its answers', async () => {
    const { clock, ns, heard, report } = await joined({ uplinkGap_ms: 250 })
    ns.answer(EUI, { when: 'rx1', fPort: 85, bytes: 'aa' })
    ns.answer(EUI, { when: 'rx2', fPort: 85, bytes: 'bb' })
    report('01')
    report('02')
    report('03')
    await clock.advance(600)
    expect(ns.uplinks).toHaveLength(3)
    await clock.advance(4_000)
    expect(heard).toEqual(['85:aa', '85:bb'])
  })
})

describe('class C', () => {
  test('a downlink at any time on RX2 is heard as soon as it has been on the air', async () => {
    const { clock, ns, heard } = await joined({ class: 'C' })
    ns.now(EUI, { fPort: 85, bytes: '080101' })
    await clock.advance(600)
    expect(heard).toEqual(['85:080101'])
  })

  test('a confirmed downlink is acknowledged at once', async () => {
    const { clock, ns } = await joined({ class: 'C' })
    ns.now(EUI, { fPort: 85, bytes: '080101', confirmed: true })
    await clock.advance(2_000)
    expect(ns.uplinks.map((uplink) => uplink.ack)).toEqual([true])
  })
})

describe('confirmed uplinks', () => {
  test('an acknowledged one is sent once', async () => {
    const { clock, ns, report } = await joined()
    report('01', true)
    await clock.advance(60_000)
    expect(ns.uplinks.map((uplink) => uplink.fCnt)).toEqual([0])
  })

  test('an unacknowledged one is repeated under the same counter', async () => {
    const { clock, ns, report } = await joined()
    ns.acknowledge(false)
    report('01', true)
    await clock.advance(60_000)
    expect(ns.uplinks.map((uplink) => uplink.fCnt)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('after four unanswered ones the device joins again', async () => {
    const { clock, ns, device, report } = await joined()
    ns.acknowledge(false)
    for (const hex of ['01', '02', '03', '04']) report(hex, true)
    await clock.advance(300_000)
    expect(device.state().joins).toBe(2)
  })
})

describe('MAC commands', () => {
  test('LinkADRReq is obeyed and answered in the next uplink', async () => {
    const { clock, ns, report, device } = await joined()
    const request = { dataRate: 3, txPower: 2, channelMask: 0b1111, maskControl: 0, repetitions: 1 }
    ns.answer(EUI, { when: 'rx1', mac: [{ type: 'LinkADRReq', ...request }] })
    report('01')
    await clock.advance(5_000)
    report('02')
    await clock.advance(5_000)
    expect(device.state().dataRate).toBe(3)
    expect(ns.uplinks[1]?.mac).toEqual([
      { type: 'LinkADRAns', powerOk: true, dataRateOk: true, channelMaskOk: true },
    ])
    expect(ns.uplinks[1]?.dataRate).toBe(3)
  })

  test('LinkADRReq for a channel that is not there changes nothing', async () => {
    const { clock, ns, report, device } = await joined()
    const before = device.state().dataRate
    const request = { dataRate: 3, txPower: 2, channelMask: 0b1_0000_0000, maskControl: 0, repetitions: 1 }
    ns.answer(EUI, { when: 'rx1', mac: [{ type: 'LinkADRReq', ...request }] })
    report('01')
    await clock.advance(5_000)
    report('02')
    await clock.advance(5_000)
    expect(device.state().dataRate).toBe(before)
    expect(ns.uplinks[1]?.mac).toEqual([
      { type: 'LinkADRAns', powerOk: true, dataRateOk: true, channelMaskOk: false },
    ])
  })

  test('DevStatusReq is answered with battery and margin', async () => {
    const { clock, ns, report } = await joined()
    ns.answer(EUI, { when: 'rx1', mac: [{ type: 'DevStatusReq' }] })
    report('01')
    await clock.advance(5_000)
    report('02')
    await clock.advance(5_000)
    expect(ns.uplinks[1]?.mac).toEqual([
      { type: 'DevStatusAns', battery: 200, margin_dB: expect.any(Number) },
    ])
  })

  test('RXParamSetupReq moves RX2, and its answer is repeated until a downlink is heard', async () => {
    const { clock, ns, report, heard } = await joined({ class: 'C' })
    const request = { rx1Offset: 0, rx2DataRate: 3, frequency_Hz: 921_600_000 }
    ns.answer(EUI, { when: 'rx1', mac: [{ type: 'RXParamSetupReq', ...request }] })
    report('01')
    await clock.advance(10_000)
    report('02')
    await clock.advance(5_000)
    ns.now(EUI, { fPort: 85, bytes: '01' })
    await clock.advance(1_000)
    const answers = ns.uplinks.map((uplink) => uplink.mac.map(({ type }) => type))
    expect(answers.slice(1)).toEqual([['RXParamSetupAns'], ['RXParamSetupAns']])
    expect(heard).toEqual([])
  })

  test('an unheard device asks for a sign of life, slows down, and joins again at last', async () => {
    const { clock, ns, device } = await joined({ uplinkGap_ms: 250 })
    const uplinks = 64 + 32 * 6
    for (let index = 0; index < uplinks; index++) {
      device.send('routine', { fPort: 85, bytes: Uint8Array.of(index & 0xff), confirmed: false })
      await clock.advance(1_000)
    }
    expect(ns.uplinks.findIndex((uplink) => uplink.adrAckRequest)).toBe(64)
    expect(Math.min(...ns.uplinks.map((uplink) => uplink.dataRate ?? 9))).toBe(2)
    expect(device.state().joins).toBe(2)
  })
})

describe('what is not for the device', () => {
  test('a replayed downlink is sent, reaches the device and is not delivered twice', async () => {
    const { clock, ns, gateway, heard } = await joined({ class: 'C' })
    ns.now(EUI, { fPort: 85, bytes: '080101' })
    await clock.advance(2_000)
    ns.now(EUI, { fPort: 85, bytes: '080100' })
    await clock.advance(2_000)
    const sentBefore = gateway.counts().sent
    const first = ns.sent.find((transmit) => transmit.when === 'now')
    if (first !== undefined) ns.transmit(gateway.eui, first)
    await clock.advance(2_000)
    expect(gateway.counts().sent - sentBefore).toBe(1)
    expect(heard).toEqual(['85:080101', '85:080100'])
  })

  test('a downlink made with other keys is not delivered', async () => {
    const { clock, ns, gateway, heard } = await joined({ class: 'C' })
    ns.now(EUI, { fPort: 85, bytes: '080101' })
    await clock.advance(100)
    const first = ns.sent.find((transmit) => transmit.when === 'now')
    await clock.advance(2_000)
    const forged = Uint8Array.from(first?.phy ?? [])
    forged.set([0x01], 6)
    if (first !== undefined) ns.transmit(gateway.eui, { ...first, phy: forged })
    await clock.advance(2_000)
    expect(heard).toEqual(['85:080101'])
  })

  test('reports that wait under one key replace each other', async () => {
    const { clock, ns, device } = await joined()
    device.send('first', { fPort: 85, bytes: Uint8Array.of(0), confirmed: false })
    for (const value of [1, 2, 3]) {
      device.send('routine', { fPort: 85, bytes: Uint8Array.of(value), confirmed: false })
    }
    await clock.advance(10_000)
    expect(ns.uplinks.map((uplink) => uplink.bytes)).toEqual(['00', '03'])
  })
})
