import { ok } from '../../core/result.ts'
import { type Field, sequence, skipped, value } from '../codecs/fields.ts'
import { MILESIGHT_PORT, milesight } from '../codecs/milesight.ts'
import { f16le, i16le, u8, u32le } from '../codecs/number-formats.ts'
import { littleEndian, packDownlinks, type RelaySetting, relaySettings } from '../codecs/relay-requests.ts'
import { defineDevice } from '../define.ts'
import { counter } from '../pieces/counters.ts'
import { current, temperature, voltage } from '../pieces/measures.ts'
import { relays } from '../pieces/outputs.ts'
import { digitalInput } from '../pieces/states.ts'

const model = 'milesight-uc300'

/** Four bytes of milliseconds. */
const TIMED_S = 4_294_967
const pair = relays(2, TIMED_S)

const pulses = (n: number) => counter({ vi: `Bộ đếm ${n}`, en: `Counter ${n}` })
const probe = (n: number) =>
  temperature({ label: { vi: `Nhiệt độ PT100 ${n}`, en: `PT100 ${n}` }, min: -200, max: 800 })
const analogCurrent = (n: number) =>
  current({ label: { vi: `Ngõ vào dòng điện ${n}`, en: `Current input ${n}` }, max: 25, resolution: 0.01 })
const analogVoltage = (n: number) =>
  voltage({ label: { vi: `Ngõ vào điện áp ${n}`, en: `Voltage input ${n}` }, max: 12, resolution: 0.01 })

const telemetry = {
  ...pair.telemetry,
  input1: digitalInput(1),
  input2: digitalInput(2),
  input3: digitalInput(3),
  input4: digitalInput(4),
  count1: pulses(1),
  count2: pulses(2),
  count3: pulses(3),
  count4: pulses(4),
  temperature1: probe(1),
  temperature2: probe(2),
  current1: analogCurrent(1),
  current2: analogCurrent(2),
  voltage1: analogVoltage(1),
  voltage2: analogVoltage(2),
}

const hundredths = { per: 100 }
/** Now, highest, lowest, mean since the last frame: only the first is kept, the node reckons its own. */
const statistics = (channel: string): Field => sequence(value(channel, f16le), skipped(6))

/**
 * The order for a time has changed its number between firmwares, so the plain order goes before it: a siren that
 * somebody must stop is better than one that is silent.
 */
function command({ relay, on, forS }: RelaySetting): readonly number[] {
  const plain = [0x06 + relay, Number(on), 0xff]
  if (forS === null) return plain
  return [...plain, 0xff, 0x93, relay, Number(on), ...littleEndian(Math.max(1, Math.round(forS * 1000)), 4)]
}

export default defineDevice({
  model,
  kind: 'relay',
  label: {
    vi: 'Bộ điều khiển UC300 (còi, đèn, nút nhấn)',
    en: 'I/O controller UC300 (siren, beacon, button)',
  },
  telemetry,
  outputs: pair.outputs,
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'C',
      fields: {
        '0300': value('input1', u8),
        '0400': value('input2', u8),
        '0500': value('input3', u8),
        '0600': value('input4', u8),
        '03C8': value('count1', u32le),
        '04C8': value('count2', u32le),
        '05C8': value('count3', u32le),
        '06C8': value('count4', u32le),
        '0701': value('relay1', u8),
        '0801': value('relay2', u8),
        '0967': value('temperature1', i16le, { per: 10 }),
        '0A67': value('temperature2', i16le, { per: 10 }),
        '0B02': value('current1', u32le, hundredths),
        '0C02': value('current2', u32le, hundredths),
        '0D02': value('voltage1', u32le, hundredths),
        '0E02': value('voltage2', u32le, hundredths),
        '09E2': statistics('temperature1'),
        '0AE2': statistics('temperature2'),
        '0BE2': statistics('current1'),
        '0CE2': statistics('current2'),
        '0DE2': statistics('voltage1'),
        '0EE2': statistics('voltage2'),
        FE93: skipped(6), // a timed output, as set by us
        FF93: skipped(6),
      },
      encode(requests) {
        const settings = relaySettings(model, 2, TIMED_S, requests)
        return settings.ok ? ok(packDownlinks(MILESIGHT_PORT, settings.value.map(command))) : settings
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '03C80A00000004C8140000000500000600000701010801', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '03C80A00000004C814000000050000060000070101080101',
      telemetry: { count1: 10, count2: 20, input3: 0, input4: 0, relay1: 1, relay2: 1 },
    },
    { via: 'lorawan', bytes: '0B02900100000C0290010000', telemetry: { current1: 4, current2: 4 } },
    { via: 'lorawan', bytes: '0D02480100000E0249010000', telemetry: { voltage1: 3.28, voltage2: 3.29 } },
    { via: 'lorawan', bytes: '096702010A670201', telemetry: { temperature1: 25.8, temperature2: 25.8 } },
    { via: 'lorawan', bytes: '0BE20044004400440044', telemetry: { current1: 4 } },
    { via: 'lorawan', bytes: '0DE28F425C428F428D42', telemetry: { voltage1: 3.279296875 } },
    { via: 'lorawan', bytes: '070102', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0BE2007C004400440044', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '09E2017E004400440044', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0F02480100000E0249010000', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '48656C6C6F', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '03C80A0000', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '070101', fPort: 1, error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1 },
        { output: 'relay2', value: 0 },
      ],
      downlinks: [{ fPort: 85, bytes: '0701FF0800FF' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'relay1', value: 1, forS: 1 }],
      downlinks: [{ fPort: 85, bytes: '0701FFFF930101E8030000' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1, forS: 900 },
        { output: 'relay2', value: 1, forS: 900 },
      ],
      downlinks: [
        { fPort: 85, bytes: '0701FFFF930101A0BB0D00' },
        { fPort: 85, bytes: '0801FFFF930201A0BB0D00' },
      ],
    },
  ],
  // Modbus values (FF19), history (20DC, 20DD) and free text are refused: what they mean is set device by device.
  source:
    'github.com/Milesight-IoT/SensorDecoders, uc-series/uc300 (fields, examples, output commands; FF92 in the older copy of github.com/TheThingsNetwork/lorawan-devices)',
})
