import { connect } from 'node:net'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { integer } from '../../../core/random.ts'
import { createLogins } from '../../../edge/drivers/mqtt/logins.ts'
import { type MqttSite, mqttSite, passwordOf, text, until } from './mqtt-site.ts'

/** Who may do what on the node's own broker, over real sockets. */

let site: MqttSite
beforeEach(async () => {
  site = await mqttSite()
})
afterEach(() => site.stop())

const SENSOR = '{"Time":"2018.02.15 01:00:50","Switch1":"ON"}'

async function raw(bytes: Uint8Array): Promise<'closed'> {
  return new Promise((resolve) => {
    const socket = connect(site.port, '127.0.0.1', () => socket.write(bytes))
    socket.on('error', () => {})
    socket.on('close', () => resolve('closed'))
    socket.resume()
  })
}

describe('a device with its own password', () => {
  test('is heard on its own topic', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    expect(await pir.publish('pir-1/tele/SENSOR', text(SENSOR))).toBe(true)
    await until(() => site.telemetry.length > 0, 'telemetry')
    expect(site.telemetry[0]).toMatchObject({ device: 'pir-1', telemetry: { motion: 1 } })
  })

  test('is cut off when it publishes on another’s topic, and is not heard there', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    expect(await pir.publish('cabinet/plug/stat/RESULT', text('{"POWER":"ON"}'))).toBe(false)
    expect(site.refused).toContainEqual({ code: 'MQTT_TOPIC_FORBIDDEN', device: 'pir-1' })
    expect(site.telemetry).toEqual([])
  })

  test('a topic that only begins like its own is not its own', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    expect(await pir.publish('pir-10/tele/SENSOR', text(SENSOR))).toBe(false)
    expect(site.codes()).toContain('MQTT_TOPIC_FORBIDDEN')
  })

  test.each(['#', '+/cmnd/POWER', 'cabinet/plug/cmnd/#', '$SYS/#', 'cabinet/#'])(
    'hears nothing of others by subscribing to %s',
    async (filter) => {
      const pir = site.as('pir-1')
      const heard: string[] = []
      pir.subscribe(filter, (topic) => void heard.push(topic))
      const plug = site.as('plug-1')
      await until(() => plug.state() === 'online', 'the plug')
      await until(() => site.codes().includes('MQTT_TOPIC_FORBIDDEN'), 'the refusal')
      await plug.publish('cabinet/plug/stat/RESULT', text('{"POWER":"ON"}'))
      expect(heard).toEqual([])
    },
  )

  test('hears its own topic, however many others it has asked for in vain', async () => {
    const url = `mqtt://127.0.0.1:${site.port}`
    const pir = await connectAsync(url, { username: 'pir-1', password: passwordOf('pir-1') })
    const others = Array.from({ length: 40 }, (_, index) => `tasmotas/${index}`)
    await Promise.allSettled(others.map((topic) => pir.subscribeAsync(topic)))
    const [granted] = await pir.subscribeAsync('pir-1/cmnd/#')
    expect(granted).toMatchObject({ topic: 'pir-1/cmnd/#', qos: 0 })
    await pir.endAsync()
  })

  test('nothing that it publishes is kept for others', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    await pir.publish('pir-1/tele/SENSOR', text(SENSOR), { retain: true })
    const again = site.connect('pir-1', passwordOf('pir-1'), 'another')
    const heard: string[] = []
    again.subscribe('pir-1/#', (topic) => void heard.push(topic))
    await until(() => again.state() === 'online', 'the second connection')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(heard).toEqual([])
  })

  test('is cut off when it floods, and the other devices are heard on', async () => {
    await site.stop()
    // However long a busy machine takes for them, they come at once.
    const wall = systemClock()
    const begun = wall.monotonic()
    site = await mqttSite({}, { ...wall, monotonic: () => begun })
    const pir = site.as('pir-1')
    const plug = site.as('plug-1')
    await until(() => pir.state() === 'online' && plug.state() === 'online', 'both')
    await Promise.all(Array.from({ length: 100 }, () => pir.publish('pir-1/tele/SENSOR', text(SENSOR))))
    expect(site.refused).toContainEqual({ code: 'MQTT_FLOOD', device: 'pir-1' })
    expect(site.telemetry.length).toBeLessThanOrEqual(45)
    expect(await plug.publish('cabinet/plug/stat/RESULT', text('{"POWER":"ON"}'))).toBe(true)
    await until(() => site.telemetry.some(({ device }) => device === 'plug-1'), 'the plug')
  })

  test('a payload that is none is refused by name, and the connection stays', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    expect(await pir.publish('pir-1/tele/SENSOR', text('{"Switch1":'))).toBe(true)
    await until(() => site.refused.length > 0, 'the refusal')
    expect(site.refused).toEqual([{ code: 'PAYLOAD_TRUNCATED', device: 'pir-1' }])
    expect(await pir.publish('pir-1/tele/SENSOR', text(SENSOR))).toBe(true)
  })

  test('a message longer than the limit ends its connection', async () => {
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the connection')
    expect(await pir.publish('pir-1/tele/SENSOR', new Uint8Array(20_000))).toBe(false)
    expect(site.codes()).toContain('MQTT_PACKET_TOO_LARGE')
  })
})

describe('who has not proven to be a device', () => {
  test.each([
    ['a wrong password', 'pir-1', 'wrong'],
    ['another device’s password', 'pir-1', passwordOf('plug-1')],
    ['an unknown name', 'nobody', 'x'],
    ['no name', '', ''],
  ])('%s opens nothing', async (_what, username, password) => {
    const guest = site.connect(username, password)
    await until(() => site.codes().includes('MQTT_NOT_AUTHENTICATED'), 'the refusal')
    expect(guest.state()).toBe('offline')
  })

  test('no password opens a device whose own is empty', () => {
    const login = { device: 'pir-1', username: 'pir-1', password: '', topic: 'pir-1' }
    const logins = createLogins(fakeClock(), [login])
    expect(logins.check('pir-1', new Uint8Array(0), '192.168.7.9').ok).toBe(false)
  })

  test('a device with the right password gets in where others of the same address failed', async () => {
    for (let index = 0; index < 12; index++) site.connect('nobody', `${index}`, `guest-${index}`)
    await until(() => site.codes().includes('MQTT_TOO_MANY_FAILURES'), 'the limit')
    const pir = site.as('pir-1')
    await until(() => pir.state() === 'online', 'the device')
  })

  test('refusals repeat no password', async () => {
    site.connect('pir-1', 'hunter2')
    await until(() => site.refused.length > 0, 'the refusal')
    expect(JSON.stringify(site.refused)).not.toContain('hunter2')
  })
})

test('100,000 malformed bytes streams and packets never throw, and devices are heard afterwards', async () => {
  const random = seededRandom(4)
  const hello = Buffer.from('101000044d5154540402003c0004746573740000', 'hex')
  const streams = 400
  for (let index = 0; index < streams; index++) {
    // 250 packets a stream: damaged connects, and noise.
    const packets = Array.from({ length: 250 }, () => {
      const bytes =
        random.next() < 0.5 ? Buffer.from(hello) : Buffer.from(random.bytes(integer(random, 1, 40)))
      bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
      return bytes
    })
    const socket = connect(site.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(Buffer.concat(packets))
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve())
      socket.end()
      socket.resume()
      setTimeout(() => socket.destroy(), 200)
    })
  }
  const pir = site.as('pir-1')
  await until(() => pir.state() === 'online', 'the device')
  await pir.publish('pir-1/tele/SENSOR', text(SENSOR))
  await until(() => site.telemetry.length > 0, 'telemetry')
}, 120_000)

test('a packet that announces more than it may is cut off before it comes', async () => {
  expect(await raw(Buffer.from('30ffffff7f', 'hex'))).toBe('closed')
  expect(site.codes()).toContain('MQTT_PACKET_TOO_LARGE')
})
