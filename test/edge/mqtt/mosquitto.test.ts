import { execFile, spawn, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { id } from '../lorawan/site.ts'
import { type MqttSite, mqttSite, passwordOf, until } from './mqtt-site.ts'

/** The node's broker against clients that somebody else wrote: mosquitto_pub and mosquitto_sub. */

const missing = spawnSync('mosquitto_pub', ['--help']).error !== undefined
if (missing) console.log('mosquitto-clients are not installed: the peers of the MQTT driver are skipped')

const run = promisify(execFile)
let site: MqttSite
beforeEach(async () => {
  site = await mqttSite()
})
afterEach(() => site.stop())

const login = (device: string) => [
  '-h',
  '127.0.0.1',
  '-p',
  String(site.port),
  '-u',
  device,
  '-P',
  passwordOf(device),
]
const publish = (device: string, topic: string, message: string, ...more: string[]) =>
  run('mosquitto_pub', [...login(device), '-t', topic, '-m', message, ...more])

describe.skipIf(missing)('mosquitto_pub and mosquitto_sub', () => {
  test.each([
    ['MQTT 3.1', 'mqttv31'],
    ['MQTT 3.1.1', 'mqttv311'],
  ])('%s: a message of a device is heard', async (_name, version) => {
    await publish('pir-1', 'pir-1/tele/SENSOR', '{"Switch1":"ON"}', '-V', version, '-q', '1')
    await until(() => site.telemetry.length > 0, 'telemetry')
    expect(site.telemetry[0]?.telemetry).toEqual({ motion: 1 })
  })

  test('a command reaches who subscribes below the device’s topic', async () => {
    // A line at a time, so that its subscription is seen before its first message.
    const peer = spawn('stdbuf', [
      ...['-oL', 'mosquitto_sub'],
      ...login('plug-1'),
      '-t',
      'cabinet/plug/cmnd/#',
      '-v',
      '-d',
      '-q',
      '1',
    ])
    onTestFinished(() => void peer.kill())
    let said = ''
    peer.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await until(() => said.includes('SUBACK'), 'the subscription')
    site.driver.drive(id('plug-1'), [{ output: 'relay1', value: 1, forS: 900 }], 'normal')
    const heard = () => said.split('\n').filter((line) => line.startsWith('cabinet/'))
    await until(() => heard().length >= 2, 'the command')
    expect(heard().slice(0, 2)).toEqual(['cabinet/plug/cmnd/PulseTime1 1000', 'cabinet/plug/cmnd/POWER ON'])
  })

  test('a wrong password is answered with "not authorised"', async () => {
    const attempt = run('mosquitto_pub', [
      '-h',
      '127.0.0.1',
      '-p',
      String(site.port),
      '-u',
      'pir-1',
      '-P',
      'x',
      '-t',
      'a/b',
      '-m',
      'c',
    ])
    await expect(attempt).rejects.toMatchObject({ stderr: expect.stringMatching(/not authori[sz]ed/i) })
  })

  test('nobody gets in without a name', async () => {
    const attempt = run('mosquitto_pub', [
      '-h',
      '127.0.0.1',
      '-p',
      String(site.port),
      '-t',
      'pir-1/tele/SENSOR',
      '-m',
      'x',
    ])
    await expect(attempt).rejects.toMatchObject({ stderr: expect.stringMatching(/not authori[sz]ed/i) })
  })

  test('a message with QoS 2 is refused by name and not delivered', async () => {
    await publish('pir-1', 'pir-1/tele/SENSOR', '{"Switch1":"ON"}', '-q', '2').catch(() => {})
    await until(() => site.codes().includes('MQTT_QOS'), 'the refusal')
    expect(site.telemetry).toEqual([])
  })

  test('a last will outside the device’s own topic is not published', async () => {
    const peer = spawn('mosquitto_sub', [
      ...login('pir-1'),
      '-t',
      'pir-1/cmnd/#',
      '--will-topic',
      'cabinet/plug/stat/RESULT',
      '--will-payload',
      '{"POWER":"ON"}',
    ])
    await until(() => site.health.some(({ values }) => values.link_up === 1), 'the peer')
    peer.kill('SIGKILL')
    await until(() => site.codes().includes('MQTT_TOPIC_FORBIDDEN'), 'the refusal')
    expect(site.telemetry).toEqual([])
  })
})
