import { ok } from '../../core/result.ts'
import { relaySettings } from '../codecs/relay-requests.ts'
import { ON_OFF, tasmota } from '../codecs/tasmota.ts'
import { defineDevice, type MqttMessage } from '../define.ts'
import { lampEnergy, powerFactor } from '../pieces/lighting.ts'
import { current, power, voltage } from '../pieces/measures.ts'
import { relays } from '../pieces/outputs.ts'

const model = 'tasmota-plug'

/** PulseTime counts seconds from 12 up as 100 + s, to 64900. */
const TIMED_S = 64_800
const one = relays(1, TIMED_S)

const telemetry = {
  ...one.telemetry,
  power: power(),
  voltage: voltage({ resolution: 1, report: { deadBand: 2 } }),
  current: current({ resolution: 1, report: { deadBand: 5 } }),
  power_factor: powerFactor(),
  energy: lampEnergy(),
}

const text = (topic: string, words: string): MqttMessage => ({
  topic,
  payload: new TextEncoder().encode(words),
})

/** Tenths of a second up to 11.1 s, then whole seconds from 12 on; 0 never ends. */
function pulseTime(forS: number | null): number {
  if (forS === null) return 0
  return forS <= 11.1 ? Math.max(1, Math.ceil(forS * 10)) : 100 + Math.max(12, Math.ceil(forS))
}

export default defineDevice({
  model,
  kind: 'relay',
  label: { vi: 'Ổ cắm, rơ-le có đo điện (Tasmota, MQTT)', en: 'Metering plug or relay (Tasmota, MQTT)' },
  telemetry,
  outputs: one.outputs,
  via: {
    mqtt: tasmota({
      model,
      telemetry,
      silence_s: 900,
      topics: {
        'tele/STATE': [{ channel: 'relay1', path: ['POWER'], words: ON_OFF }],
        'stat/RESULT': [{ channel: 'relay1', path: ['POWER'], words: ON_OFF }],
        'tele/SENSOR': [
          { channel: 'power', path: ['ENERGY', 'Power'] },
          { channel: 'voltage', path: ['ENERGY', 'Voltage'] },
          { channel: 'current', path: ['ENERGY', 'Current'], scale: 1_000 },
          { channel: 'power_factor', path: ['ENERGY', 'Factor'] },
          { channel: 'energy', path: ['ENERGY', 'Total'], scale: 1_000 },
        ],
      },
      encode(requests) {
        const settings = relaySettings(model, 1, TIMED_S, requests)
        if (!settings.ok) return settings
        return ok(
          settings.value.flatMap(({ on, forS }) => [
            ...(on ? [text('cmnd/PulseTime1', String(pulseTime(forS)))] : []),
            text('cmnd/POWER', on ? 'ON' : 'OFF'),
          ]),
        )
      },
    }),
  },
  examples: [
    { via: 'mqtt', topic: 'stat/RESULT', payload: '{"POWER":"ON', error: 'PAYLOAD_TRUNCATED' },
    { via: 'mqtt', topic: 'stat/RESULT', payload: '{"POWER":"ON"}', telemetry: { relay1: 1 } },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload:
        '{"Time":"2018-01-17T18:59:50","ENERGY":{"Total":1.956,"Yesterday":0.054,"Today":0.049,"Period":0,"Power":9,"Factor":0.43,"Voltage":231,"Current":0.089}}',
      telemetry: { power: 9, voltage: 231, current: 89, power_factor: 0.43, energy: 1956 },
    },
    { via: 'mqtt', topic: 'stat/RESULT', payload: '{"POWER":1}', error: 'PAYLOAD_OUT_OF_RANGE' },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"ENERGY":{"Power":1e9}}',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'mqtt',
      requests: [{ output: 'relay1', value: 1, forS: 900 }],
      messages: [
        { topic: 'cmnd/PulseTime1', payload: '1000' },
        { topic: 'cmnd/POWER', payload: 'ON' },
      ],
    },
    {
      via: 'mqtt',
      requests: [{ output: 'relay1', value: 1 }],
      messages: [
        { topic: 'cmnd/PulseTime1', payload: '0' },
        { topic: 'cmnd/POWER', payload: 'ON' },
      ],
    },
    {
      via: 'mqtt',
      requests: [{ output: 'relay1', value: 0 }],
      messages: [{ topic: 'cmnd/POWER', payload: 'OFF' }],
    },
  ],
  source:
    'tasmota.github.io/docs/MQTT and /Commands (POWER, PulseTime); github.com/arendst/Tasmota issue 1621 (recorded SENSOR message)',
})
