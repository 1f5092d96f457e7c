import { ok } from '../../core/result.ts'
import { DRAGINO_PORT, dragino } from '../codecs/dragino.ts'
import { bits, type Field, sequence, skipped, value } from '../codecs/fields.ts'
import { i16be, u16be, u32be } from '../codecs/number-formats.ts'
import { bigEndian, type RelaySetting, relaySettings } from '../codecs/relay-requests.ts'
import { type Downlink, defineDevice, type OutputRequest } from '../define.ts'
import { counter } from '../pieces/counters.ts'
import { current, voltage } from '../pieces/measures.ts'
import { relays } from '../pieces/outputs.ts'
import { digitalInput, onOff } from '../pieces/states.ts'

const model = 'dragino-lt-22222-l'

/** Two bytes of milliseconds, by which every firmware can be told. */
const TIMED_S = 65.535
const pair = relays(2, TIMED_S)

const analogVoltage = (n: number) =>
  voltage({ label: { vi: `Ngõ vào điện áp ${n}`, en: `Voltage input ${n}` }, min: -33, max: 33 })
const analogCurrent = (n: number) =>
  current({ label: { vi: `Ngõ vào dòng điện ${n}`, en: `Current input ${n}` }, min: -1, max: 33 })
const pulses = (n: number) => counter({ vi: `Bộ đếm ${n}`, en: `Counter ${n}` })
const transistor = (n: number) => onOff({ vi: `Ngõ ra transistor ${n}`, en: `Transistor output ${n}` })

const telemetry = {
  ...pair.telemetry,
  input1: digitalInput(1),
  input2: digitalInput(2),
  output1: transistor(1),
  output2: transistor(2),
  voltage1: analogVoltage(1),
  voltage2: analogVoltage(2),
  current1: analogCurrent(1),
  current2: analogCurrent(2),
  count1: pulses(1),
  count2: pulses(2),
  voltage_count: counter({ vi: 'Bộ đếm của ngõ vào điện áp', en: 'Counter of the voltage input' }),
}

const milli = { per: 1000 }
/** Byte 8, lowest bit first. Inputs are only told in mode 1; elsewhere bit 5 is "first frame since power-up". */
const contacts = bits(['output1', 'output2', null, 'input1', 'input2', null, 'relay2', 'relay1'])
const contactsCounting = bits(['output1', 'output2', null, null, null, null, 'relay2', 'relay1'])
const tail = (contactByte: Field) => sequence(contactByte, skipped(2))
const counting = tail(contactsCounting)
const currents = sequence(value('current1', i16be, milli), value('current2', i16be, milli))
const voltages = sequence(value('voltage1', i16be, milli), value('voltage2', i16be, milli))
const count1 = value('count1', u32be)

/** Working modes by number, as set in the device (AT+MOD). Mode 1 is how it leaves the factory. */
const modes: ReadonlyMap<number, Field> = new Map([
  [1, sequence(voltages, currents, tail(contacts))],
  [2, sequence(count1, value('count2', u32be), counting)],
  [3, sequence(count1, currents, counting)],
  [4, sequence(count1, value('voltage_count', u32be), counting)],
  [5, sequence(voltages, value('current1', i16be, milli), value('count1', u16be), counting)],
])

const HARDWARE_LT22222 = 1
const MODE_BYTE = 10

const SWITCH = 0x03
const SWITCH_FOR_A_TIME = 0x05
/** After the time each relay takes the inverse of what it was told: from on to off, whatever it was before. */
const THEN_INVERT = 0x00
const NO_ACTION = 0x11
const NO_ACTION_NIBBLE = 2

function encode(requests: readonly OutputRequest[]) {
  const settings = relaySettings(model, 2, TIMED_S, requests)
  if (!settings.ok) return settings
  const lasting = settings.value.filter(({ forS }) => forS === null)
  const downlinks: Downlink[] = []
  if (lasting.length > 0) {
    const byte = (relay: number) => {
      const setting = lasting.find((each) => each.relay === relay)
      return setting === undefined ? NO_ACTION : Number(setting.on)
    }
    downlinks.push(frame([SWITCH, byte(1), byte(2)]))
  }
  const timed = settings.value.filter(({ forS }) => forS !== null)
  for (const time of new Set(timed.map(({ forS }) => forS ?? 0)))
    downlinks.push(
      timedFrame(
        time,
        timed.filter(({ forS }) => forS === time),
      ),
    )
  return ok(downlinks)
}

/** High nibble RO1, low nibble RO2, as in the manual's worked examples (its table of values swaps the names). */
function timedFrame(forS: number, settings: readonly RelaySetting[]): Downlink {
  const nibble = (relay: number) => (settings.some((each) => each.relay === relay) ? 1 : NO_ACTION_NIBBLE)
  const milliseconds = Math.max(1, Math.round(forS * 1000))
  const ports = (nibble(1) << 4) | nibble(2)
  return frame([SWITCH_FOR_A_TIME, THEN_INVERT, ports, ...bigEndian(milliseconds, 2)])
}

function frame(bytes: readonly number[]): Downlink {
  return { fPort: DRAGINO_PORT, bytes: Uint8Array.from(bytes) }
}

export default defineDevice({
  model,
  kind: 'relay',
  label: {
    vi: 'Bộ vào ra LT-22222-L (còi, đèn, nút nhấn)',
    en: 'I/O controller LT-22222-L (siren, beacon, button)',
  },
  telemetry,
  outputs: pair.outputs,
  via: {
    lorawan: dragino({
      model,
      telemetry,
      class: 'C',
      size: 11,
      layouts: [...modes.values()],
      choose(view) {
        const byte = view.getUint8(MODE_BYTE)
        if (byte >> 6 !== HARDWARE_LT22222) return { unknown: `hardware ${byte >> 6}`, at: MODE_BYTE }
        return modes.get(byte & 0x3f) ?? { unknown: `mode ${byte & 0x3f}`, at: MODE_BYTE }
      },
      encode,
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '04AB04AC13101300AAFF', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '04AB04AC13101300AAFF41',
      telemetry: {
        voltage1: 1.195,
        voltage2: 1.196,
        current1: 4.88,
        current2: 4.864,
        relay1: 1,
        relay2: 0,
        input1: 1,
        input2: 0,
        output1: 0,
        output2: 1,
      },
    },
    {
      via: 'lorawan',
      bytes: 'FFFFFFFF80000001C30042',
      telemetry: { count1: 4294967295, count2: 2147483649, relay1: 1, relay2: 1, output1: 1, output2: 1 },
    },
    {
      via: 'lorawan',
      bytes: '8000000113101300020043',
      telemetry: {
        count1: 2147483649,
        current1: 4.88,
        current2: 4.864,
        relay1: 0,
        relay2: 0,
        output1: 0,
        output2: 1,
      },
    },
    {
      via: 'lorawan',
      bytes: '80000001FFFFFFFF400044',
      telemetry: {
        count1: 2147483649,
        voltage_count: 4294967295,
        relay1: 0,
        relay2: 1,
        output1: 0,
        output2: 0,
      },
    },
    {
      via: 'lorawan',
      bytes: '04AB04AC1310002A800045',
      telemetry: {
        voltage1: 1.195,
        voltage2: 1.196,
        current1: 4.88,
        count1: 42,
        relay1: 1,
        relay2: 0,
        output1: 0,
        output2: 0,
      },
    },
    { via: 'lorawan', bytes: '04AB04AC13101300AAFF01', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '04AB04AC13101300AAFF46', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '04AB04AC13101300AAFF4100', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '04AB04AC80001300AAFF41', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '04AB04AC13101300AAFF41', fPort: 5, error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1 },
        { output: 'relay2', value: 0 },
      ],
      downlinks: [{ fPort: 2, bytes: '030100' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'relay2', value: 1 }],
      downlinks: [{ fPort: 2, bytes: '031101' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 1, forS: 2 },
        { output: 'relay2', value: 1, forS: 2 },
      ],
      downlinks: [{ fPort: 2, bytes: '05001107D0' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'relay2', value: 1, forS: 900 }],
      downlinks: [{ fPort: 2, bytes: '031101' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'relay1', value: 0, forS: 5 },
        { output: 'relay2', value: 1, forS: 5 },
      ],
      downlinks: [
        { fPort: 2, bytes: '030011' },
        { fPort: 2, bytes: '0500211388' },
      ],
    },
  ],
  source:
    'Dragino LT series I/O controller user manual, uplink payload and downlink types 03 and 05; github.com/TheThingsNetwork/lorawan-devices, vendor/dragino/lt22222-l (modes)',
})
