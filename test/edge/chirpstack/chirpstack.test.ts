import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { silentLog } from '../../../core/log.ts'
import { createChirpstackDriver } from '../../../edge/drivers/chirpstack/chirpstack-driver.ts'
import type { ChirpstackConfig } from '../../../edge/drivers/chirpstack/config.ts'
import { parseAck, parseUp } from '../../../edge/drivers/chirpstack/messages.ts'
import type { OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { DEV_EUI, id, relayDefinition } from '../lorawan/site.ts'

const APPLICATION = '17c82e96-be03-4f38-aef3-f83d48582d97'
const TOPIC = `application/${APPLICATION}/device/${DEV_EUI}`
const SIREN = id('siren')
const ON = [{ output: 'relay1', value: 1 }] as const

/** The shape of ChirpStack v4's own example (docs, "Event types"), with our device. */
const up = {
  deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
  time: '2022-07-18T09:34:15.775023242+00:00',
  deviceInfo: {
    tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
    applicationId: APPLICATION,
    devEui: DEV_EUI,
    tags: {},
  },
  devAddr: '00189440',
  dr: 1,
  fPort: 85,
  fCnt: 7,
  data: 'Kg==',
  rxInfo: [
    { gatewayId: '0016c001f153a14c', rssi: -96, snr: -2 },
    { gatewayId: '0016c001f153a14d', rssi: -36, snr: 10.5 },
  ],
  txInfo: { frequency: 921_400_000 },
}

const config: ChirpstackConfig = {
  url: 'mqtt://localhost',
  tries: 3,
  devices: [{ id: 'siren', model: 'test-relay', devEui: DEV_EUI.toUpperCase() }],
}

async function createSite(overrides: Partial<ChirpstackConfig> = { applicationId: APPLICATION }) {
  const clock = fakeClock()
  const mqtt = memoryBroker(clock)
  const chirpstack = mqtt.client('chirpstack')
  const commands: { readonly topic: string; readonly json: Record<string, unknown> }[] = []
  chirpstack.subscribe('application/+/device/+/command/down', (topic, payload) => {
    commands.push({ topic, json: JSON.parse(Buffer.from(payload).toString()) })
  })
  const telemetry: TelemetryReport[] = []
  const refused: string[] = []
  const outputs: OutputProgress[] = []
  const driver = createChirpstackDriver({
    config: { ...config, ...overrides },
    devices: new Map([['siren', relayDefinition()]]),
    broker: mqtt.client('node'),
    clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: (problem) => void refused.push(problem.code),
      output: (progress) => void outputs.push(progress),
      health: () => {},
    },
  })
  await driver.start()
  await clock.advance(10)
  const say = async (event: string, message: unknown) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    void chirpstack.publish(`${TOPIC}/event/${event}`, Buffer.from(text))
    await clock.advance(5)
  }
  const stages = () => outputs.map((progress) => progress.stage)
  return { clock, mqtt, commands, telemetry, refused, outputs, driver, say, stages }
}

describe('uplinks from ChirpStack', () => {
  test('become telemetry of the declared device', async () => {
    const site = await createSite()
    await site.say('up', up)
    expect(site.telemetry.map(({ device, telemetry }) => [device, telemetry])).toEqual([
      ['siren', { level: 42 }],
    ])
  })

  test('that MQTT brings twice are one', async () => {
    const site = await createSite()
    await site.say('up', up)
    await site.say('up', up)
    expect(site.telemetry.length).toBe(1)
  })

  test('of other devices are none of our business', async () => {
    const site = await createSite({ devices: [{ id: 'siren', model: 'm', devEui: '0000000000000001' }] })
    await site.say('up', up)
    expect([site.telemetry, site.refused]).toEqual([[], []])
  })

  test.each([
    ['no JSON', '{'],
    ['data that is not base64', { ...up, data: '%%%' }],
    ['a device other than the topic’s', { ...up, deviceInfo: { devEui: '0000000000000001' } }],
    ['no device', { ...up, deviceInfo: undefined }],
  ])('with %s are refused', async (_name, message) => {
    const site = await createSite()
    await site.say('up', message)
    expect([site.telemetry, site.refused]).toEqual([[], ['CHIRPSTACK_INVALID']])
  })

  test('whatever the bytes, parsing refuses and never throws', () => {
    const message = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc
        .record({ deviceInfo: fc.record({ devEui: fc.string() }), data: fc.string() })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(message, (text) => {
        const bytes = Buffer.from(text)
        expect(parseUp(`${TOPIC}/event/up`, bytes).ok).toBe(false)
        expect(parseAck(bytes).ok).toBe(false)
      }),
      { numRuns: 50_000 },
    )
  })
})

describe('requests through ChirpStack', () => {
  test('are queued as confirmed downlinks in its own words', async () => {
    const site = await createSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(10)
    expect(site.commands).toMatchObject([
      { topic: `${TOPIC}/command/down`, json: { devEui: DEV_EUI, confirmed: true, fPort: 85, data: 'AQ==' } },
    ])
    expect(site.stages()).toEqual(['sent'])
  })

  test('are confirmed by the acknowledgement of that very item', async () => {
    const site = await createSite()
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(10)
    const queueItemId = site.commands[0]?.json.id
    await site.say('ack', { deviceInfo: up.deviceInfo, queueItemId: 'another', acknowledged: true })
    expect(site.stages()).toEqual(['sent'])
    await site.say('ack', { deviceInfo: up.deviceInfo, queueItemId, acknowledged: true })
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })

  test('that ChirpStack could not get acknowledged are sent again, then given up', async () => {
    const site = await createSite()
    site.driver.drive(SIREN, ON, 'urgent')
    for (let index = 0; index < 3; index++) {
      await site.clock.advance(10)
      // Protobuf's JSON leaves out what is false.
      await site.say('ack', { deviceInfo: up.deviceInfo, queueItemId: site.commands.at(-1)?.json.id })
    }
    expect(site.stages()).toEqual(['sent', 'failed'])
    expect(new Set(site.commands.map(({ json }) => json.id)).size).toBe(3)
  })

  test('wait for a broker that is away', async () => {
    const site = await createSite()
    site.mqtt.cut('node')
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(1000)
    site.mqtt.restore('node')
    await site.clock.advance(2000)
    expect([site.refused, site.stages()]).toEqual([['CHIRPSTACK_OFFLINE'], ['sent']])
  })

  test('before the application is known go with the first uplink', async () => {
    const site = await createSite({})
    site.driver.drive(SIREN, ON, 'urgent')
    await site.clock.advance(100)
    expect(site.commands).toEqual([])
    await site.say('up', up)
    await site.clock.advance(10)
    expect(site.commands.map(({ topic }) => topic)).toEqual([`${TOPIC}/command/down`])
  })

  test('for what the device does not have are refused at once', async () => {
    const site = await createSite()
    expect(site.driver.drive(SIREN, [{ output: 'relay9', value: 1 }], 'urgent')).toMatchObject({
      error: { code: 'ACTION_UNSUPPORTED' },
    })
  })
})

test('after stopping nothing is left', async () => {
  const site = await createSite()
  site.driver.drive(SIREN, ON, 'urgent')
  await site.driver.stop()
  await site.driver.stop()
  await site.clock.advance(10)
  expect(site.clock.pending()).toBe(0)
})
