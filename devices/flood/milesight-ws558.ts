import { ok } from '../../core/result.ts'
import { bits, sequence, skipped, value } from '../codecs/fields.ts'
import { MILESIGHT_PORT, milesight } from '../codecs/milesight.ts'
import { u8, u16le, u32le } from '../codecs/number-formats.ts'
import { littleEndian, packDownlinks, type RelaySetting, relaySettings } from '../codecs/relay-requests.ts'
import { defineDevice } from '../define.ts'
import { total } from '../pieces/counters.ts'
import { current, measure, power, voltage } from '../pieces/measures.ts'
import { RELAY_DEAD_MAN_S, relays } from '../pieces/outputs.ts'

const model = 'milesight-ws558'
const RELAYS = 8

/** Two bytes of seconds. */
const TIMED_S = 65_535
const eight = relays(RELAYS, TIMED_S)
const ALL_RELAYS = 0xff
/** The number of the only task: the same each time, for firmware that knows several. */
const TASK = 1
const LEAST_TASK_S = RELAY_DEAD_MAN_S

const telemetry = {
  ...eight.telemetry,
  voltage: voltage({ resolution: 0.1, report: { deadBand: 1 } }),
  current: current({ resolution: 1, report: { deadBand: 5 } }),
  power: power(),
  power_factor: measure('%', {
    label: { vi: 'Hệ số công suất', en: 'Power factor' },
    min: 0,
    max: 100,
    resolution: 1,
  }),
  energy: total('Wh', { vi: 'Điện năng', en: 'Energy' }, { max: 4_294_967_295, resolution: 1 }),
}

/**
 * One command switches all relays at once. The box keeps a single delayed task, and a newer one takes its place, so that
 * task must speak for every relay: "all off". Each relay that goes on for a time begins it anew, and whoever drives a
 * relay tells it again within `LEAST_TASK_S`; so all of them end when the node is dead, and none while it lives. A
 * shorter time than that is the node's to keep: a task for it would silence the siren beside it.
 */
function commands(settings: readonly RelaySetting[]): readonly (readonly number[])[] {
  if (settings.length === 0) return []
  const mask = settings.reduce((sum, { relay }) => sum | bit(relay), 0)
  const state = settings.reduce((sum, { relay, on }) => (on ? sum | bit(relay) : sum), 0)
  const times = settings.flatMap(({ forS }) => (forS === null ? [] : [Math.round(forS)]))
  const switched = [0x08, mask, state]
  if (times.length === 0) return [switched]
  const delay_s = Math.max(LEAST_TASK_S, ...times)
  return [[...switched, 0xff, 0x32, TASK, ...littleEndian(delay_s, 2), ALL_RELAYS, 0]]
}

function bit(relay: number): number {
  return 1 << (relay - 1)
}

export default defineDevice({
  model,
  kind: 'relay',
  label: { vi: 'Bộ tám rơ-le WS558 (còi, đèn)', en: 'Eight-relay controller WS558 (siren, beacon)' },
  telemetry,
  outputs: eight.outputs,
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'C',
      fields: {
        '0374': value('voltage', u16le, { per: 10 }),
        '0480': value('power', u32le),
        '0581': value('power_factor', u8),
        '0683': value('energy', u32le),
        '07C9': value('current', u16le),
        // Which relays changed, then how all eight stand.
        '0831': sequence(skipped(1), bits(Object.keys(eight.telemetry))),
        FF26: skipped(1), // metering turned on or off
        FE26: skipped(1),
        FF23: skipped(2), // a delayed task cancelled
        FE23: skipped(2),
        FF32: skipped(5), // a delayed task, as set by us
        FE32: skipped(5),
      },
      encode(requests) {
        const settings = relaySettings(model, RELAYS, TIMED_S, requests)
        return settings.ok ? ok(packDownlinks(MILESIGHT_PORT, commands(settings.value))) : settings
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '083100', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '0831000105816407C902000374B208068301000000048001000000',
      telemetry: {
        relay1: 1,
        relay2: 0,
        relay3: 0,
        relay4: 0,
        relay5: 0,
        relay6: 0,
        relay7: 0,
        relay8: 0,
        power_factor: 100,
        current: 2,
        voltage: 222.6,
        energy: 1,
        power: 1,
      },
    },
    {
      via: 'lorawan',
      bytes: '08318180FF320184030100',
      telemetry: { relay1: 0, relay2: 0, relay3: 0, relay4: 0, relay5: 0, relay6: 0, relay7: 0, relay8: 1 },
    },
    { via: 'lorawan', bytes: '0831000105', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '0683010000', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '058165', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0374FFFF', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0931000105816407', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '08310001', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      requests: [{ output: 'relay1', value: 1 }],
      downlinks: [{ fPort: 85, bytes: '080101' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1 },
        { output: 'relay2', value: 0 },
      ],
      downlinks: [{ fPort: 85, bytes: '080301' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'relay1', value: 1, forS: 10 }],
      downlinks: [{ fPort: 85, bytes: '080101FF32018403FF00' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1, forS: 900 },
        { output: 'relay8', value: 1, forS: 1000 },
      ],
      downlinks: [{ fPort: 85, bytes: '088181FF3201E803FF00' }],
    },
  ],
  source:
    'github.com/Milesight-IoT/SensorDecoders, ws-series/ws558 (fields, example); github.com/TheThingsNetwork/lorawan-devices, vendor/milesight-iot/ws558 (switch and delayed-task commands); Milesight WS558 user manual 5.3 (one task only)',
})
