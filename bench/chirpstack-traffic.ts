import { Socket } from 'node:net'
import { connectAsync, type MqttClient } from 'mqtt'
import { levelPayload, relayCommand, sirenPayload } from './flood-site.ts'
import { isRecord } from './values.ts'

/** A site's ChirpStack as its MQTT integration shows it: uplinks of sensors, commands to sirens, their answers. */
export interface ChirpstackTraffic {
  /** Publishes a level and resolves, with milliseconds, once the siren of the same number was ordered `on`. */
  crossing(index: number, distance_m: number, on: boolean): Promise<number>
  /** Publishes levels as fast as the broker takes them; resolves when all were taken. */
  levels(count: number, devices: number, distance_m: number): Promise<void>
  /** Publishes one level and waits for nothing. */
  level(index: number, distance_m: number): void
  close(): Promise<void>
}

export const levelEui = (index: number) => `a${index.toString(16).padStart(15, '0')}`
export const sirenEui = (index: number) => `b${index.toString(16).padStart(15, '0')}`

export const APPLICATION = '52f14cd4-c6f1-4fbd-8f87-4025e1d49242'
const DOWN_FILTER = 'application/+/device/+/command/down'
const ORDER_WITHIN_MS = 10_000

export async function chirpstackTraffic(brokerPort: number): Promise<ChirpstackTraffic> {
  const client = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { clean: true })
  if (client.stream instanceof Socket) client.stream.setNoDelay(true)
  const orders = new Map<string, (on: boolean, arrived: number) => void>()
  client.on('message', (topic, payload) => {
    const arrived = performance.now()
    const devEui = topic.split('/')[3] ?? ''
    const command: unknown = JSON.parse(payload.toString('utf8'))
    if (!isRecord(command)) return
    const on = relayCommand(Buffer.from(String(command.data), 'base64'))
    confirm(client, devEui, String(command.id ?? ''), on ?? false)
    if (on !== undefined) orders.get(devEui)?.(on, arrived)
  })
  await client.subscribeAsync(DOWN_FILTER, { qos: 1 })
  let fCnt = 0
  const publishLevel = (index: number, distance_m: number) => {
    const devEui = levelEui(index)
    return client.publishAsync(topicOf(devEui, 'up'), upEvent(devEui, ++fCnt, levelPayload(distance_m)), {
      qos: 1,
    })
  }
  return {
    crossing(index, distance_m, on) {
      const siren = sirenEui(index)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no order for ${siren}`)), ORDER_WITHIN_MS)
        orders.set(siren, (told, arrived) => {
          if (told !== on) return
          clearTimeout(timer)
          orders.delete(siren)
          resolve(arrived - sent)
        })
        const sent = performance.now()
        publishLevel(index, distance_m).catch(reject)
      })
    },
    async levels(count, devices, distance_m) {
      await Promise.all(Array.from({ length: count }, (_, n) => publishLevel(n % devices, distance_m)))
    },
    level: (index, distance_m) => void publishLevel(index, distance_m).catch(() => {}),
    close: () => client.endAsync(true),
  }
}

function topicOf(devEui: string, event: 'up' | 'ack'): string {
  return `application/${APPLICATION}/device/${devEui}/event/${event}`
}

/** The siren acknowledges and tells how it stands. */
function confirm(client: MqttClient, devEui: string, queueItemId: string, on: boolean): void {
  const ack = {
    deduplicationId: queueItemId,
    deviceInfo: { devEui },
    queueItemId,
    acknowledged: true,
    fCntDown: 1,
  }
  client.publish(topicOf(devEui, 'ack'), JSON.stringify(ack), { qos: 1 })
  client.publish(topicOf(devEui, 'up'), upEvent(devEui, 1, sirenPayload(on)), { qos: 1 })
}

/** As long and as deep as ChirpStack's own; numbers that no rule reads are made up. */
let events = 0
function upEvent(devEui: string, fCnt: number, payload: Uint8Array): string {
  const event = (++events).toString(16).padStart(12, '0')
  return JSON.stringify({
    deduplicationId: `3ac7e3c4-4401-4b8d-9386-${event}`,
    time: '2025-10-01T02:03:04.000000+00:00',
    deviceInfo: {
      tenantId: APPLICATION,
      tenantName: 'site',
      applicationId: APPLICATION,
      applicationName: 'flood',
      deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
      deviceProfileName: 'em500-udl',
      deviceName: devEui,
      devEui,
      tags: {},
    },
    devAddr: '01000001',
    adr: true,
    dr: 5,
    fCnt,
    fPort: 85,
    confirmed: false,
    data: Buffer.from(payload).toString('base64'),
    rxInfo: [
      {
        gatewayId: '0016c00100000000',
        uplinkId: 4217106255,
        rssi: -70,
        snr: 8.2,
        channel: 0,
        location: {},
        context: 'E3OWOQ==',
        crcStatus: 'CRC_OK',
      },
    ],
    txInfo: {
      frequency: 921400000,
      modulation: { lora: { bandwidth: 125000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
  })
}
