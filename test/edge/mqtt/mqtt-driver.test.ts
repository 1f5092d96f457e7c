import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { findDefinition } from '../../../devices/registry.ts'
import type { OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import type { DeviceBrokerOptions } from '../../../edge/drivers/mqtt/device-broker.ts'
import { createMqttDriver } from '../../../edge/drivers/mqtt/mqtt-driver.ts'
import { createTasmotaSensor } from '../../../sim/mqtt/tasmota-sensor.ts'
import { id } from '../lorawan/site.ts'
import { DEVICES, mqttSite, text, until } from './mqtt-site.ts'

const PLUG = id('plug-1')
const ON = [{ output: 'relay1', value: 1 }] as const

/** The driver on a fake clock, with a broker in memory. */
async function scene(devices: Parameters<typeof createMqttDriver>[0]['config']['devices'] = [...DEVICES]) {
  const clock = fakeClock()
  const published: string[] = []
  const telemetry: TelemetryReport[] = []
  const outputs: OutputProgress[] = []
  const refused: string[] = []
  let options: DeviceBrokerOptions | undefined
  const driver = createMqttDriver({
    config: { host: '127.0.0.1', port: 0, tries: 3, devices: [...devices] },
    devices: new Map(
      devices.map(({ id: name, model }) => {
        const found = findDefinition(model)
        if (!found.ok) throw new Error(model)
        return [name, found.value]
      }),
    ),
    passwords: new Map(),
    clock,
    wall: clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: (problem) => void refused.push(problem.code),
      output: (progress) => void outputs.push(progress),
      health: () => {},
    },
    open(given) {
      options = given
      return Promise.resolve({
        start: () => Promise.resolve({ port: 1 }),
        stop: () => Promise.resolve(),
        publish(topic, payload) {
          published.push(`${topic} ${new TextDecoder().decode(payload)}`)
          return true
        },
      })
    },
  })
  await driver.start()
  if (options === undefined) throw new Error('not opened')
  const { received, presence } = options
  return {
    clock,
    driver,
    published,
    telemetry,
    outputs,
    refused,
    presence,
    say: (device: string, topic: string, words: string) => received(device, topic, text(words)),
    stages: () => outputs.map(({ stage }) => stage),
  }
}

describe('a relay over MQTT', () => {
  test('is told below its own topic, and what it reads back confirms it', async () => {
    const site = await scene()
    site.presence('plug-1', true)
    site.driver.drive(PLUG, ON, 'normal')
    expect(site.published).toEqual(['cabinet/plug/cmnd/PulseTime1 0', 'cabinet/plug/cmnd/POWER ON'])
    site.say('plug-1', 'cabinet/plug/stat/RESULT', '{"POWER":"ON"}')
    expect(site.stages()).toEqual(['sent', 'confirmed'])
  })

  test('what it reads back otherwise confirms nothing, and it is told again, at most so often', async () => {
    const site = await scene()
    site.presence('plug-1', true)
    site.driver.drive(PLUG, ON, 'normal')
    site.say('plug-1', 'cabinet/plug/stat/RESULT', '{"POWER":"OFF"}')
    await site.clock.advance(60_000)
    expect(site.published.filter((message) => message.endsWith('POWER ON')).length).toBe(3)
    expect(site.stages()).toEqual(['sent', 'failed'])
    expect(site.refused).toContain('MQTT_UNCONFIRMED')
  })

  test('is told when it connects, the newest alone', async () => {
    const site = await scene()
    site.driver.drive(PLUG, ON, 'normal')
    site.driver.drive(PLUG, [{ output: 'relay1', value: 0 }], 'normal')
    await site.clock.advance(30_000)
    expect(site.published).toEqual([])
    site.presence('plug-1', true)
    await site.clock.advance(1_500)
    expect(site.published).toEqual(['cabinet/plug/cmnd/POWER OFF'])
  })

  test('is not told what was wanted too long ago', async () => {
    const site = await scene()
    site.driver.drive(PLUG, ON, 'normal')
    await site.clock.advance(601_000)
    site.presence('plug-1', true)
    await site.clock.advance(5_000)
    expect(site.published).toEqual([])
    expect(site.stages()).toEqual(['failed'])
  })

  test('an output that it does not have is refused at once', async () => {
    const site = await scene()
    expect(site.driver.drive(PLUG, [{ output: 'relay2', value: 1 }], 'normal')).toMatchObject({
      error: { code: 'ACTION_UNSUPPORTED' },
    })
  })
})

describe('silence', () => {
  test('is told once, with every channel as failed, until the device speaks again', async () => {
    const site = await scene()
    await site.clock.advance(2_000_000)
    const failed = site.telemetry.filter(({ device }) => device === 'pir-1')
    expect(failed.map((report) => report.failed)).toEqual([{ motion: 'silent' }])
    site.say('pir-1', 'pir-1/tele/LWT', 'Online')
    await site.clock.advance(2_000_000)
    expect(site.telemetry.filter(({ device }) => device === 'pir-1').length).toBe(2)
  })

  test('a device that only says what nobody reads is not silent, and tells nothing', async () => {
    const site = await scene()
    for (let index = 0; index < 20; index++) {
      site.say('pir-1', 'pir-1/tele/STATE', '{"Uptime":"0T01:00:00"}')
      await site.clock.advance(300_000)
    }
    expect(site.telemetry.filter(({ device }) => device === 'pir-1')).toEqual([])
  })
})

test('devices that would stand on each other’s topic are refused at the start', async () => {
  const [pir] = DEVICES
  await expect(
    scene([pir, { ...pir, id: 'pir-2', username: 'pir-2', topic: 'pir-1/below' }]),
  ).rejects.toMatchObject({ fault: { code: 'MQTT_TOPIC_OVERLAP' } })
})

describe('the virtual devices, over real sockets', () => {
  test('a motion sensor is heard when something moves, a plug switches, reads back and ends by itself', async () => {
    const site = await mqttSite()
    const clock = systemClock()
    let on = false
    const driven: boolean[] = []
    const pir = createTasmotaSensor({
      broker: site.as('pir-1'),
      topic: 'pir-1',
      clock,
      every_s: 300,
      sensor: () => ({ Switch1: 'OFF' }),
      result: () => ({ Switch1: { Action: 'ON' } }),
    })
    const plug = createTasmotaSensor({
      broker: site.as('plug-1'),
      topic: 'cabinet/plug',
      clock,
      every_s: 300,
      sensor: () => ({ ENERGY: { Power: on ? 9 : 0, Voltage: 231, Total: 1.5 } }),
      relay: {
        on: () => on,
        drive(next) {
          on = next
          driven.push(next)
        },
      },
    })
    pir.start()
    plug.start()
    await until(() => site.telemetry.some(({ device }) => device === 'pir-1'), 'the sensor')
    pir.changed()
    await until(() => site.telemetry.some(({ telemetry }) => telemetry.motion === 1), 'the motion')
    await until(() => site.telemetry.some(({ telemetry }) => telemetry.energy === 1_500), 'the plug')
    site.driver.drive(PLUG, [{ output: 'relay1', value: 1, forS: 0.5 }], 'normal')
    await until(() => site.outputs.some(({ stage }) => stage === 'confirmed'), 'the confirmation')
    // Half a second may have passed before anybody looks.
    expect(driven[0]).toBe(true)
    await until(() => driven.at(-1) === false, 'the end of the pulse')
    await pir.stop()
    await plug.stop()
    await site.stop()
  })
})
