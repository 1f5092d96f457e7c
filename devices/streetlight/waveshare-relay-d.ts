import { type Channel, defineDevice, type Interlock, type ModbusField, type Output } from '../define.ts'
import { state } from '../pieces/states.ts'

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8] as const

/** A contactor's coil hangs on the relay's normally closed contact: a relay at rest is a contactor that is closed. */
const AT_REST = { scale: -1, offset: 1 } as const

/**
 * So often at most may a feeder be switched within an hour: what wears contacts and blows fuses is the inrush of a
 * whole row of drivers. A night takes two.
 */
const SWITCHING: Interlock = { kind: 'switching-limit', most: 6, per_s: 3_600 }

function contactor(number: number): Channel {
  return state(
    { vi: `Công tắc tơ ${number}`, en: `Contactor ${number}` },
    { 0: { vi: 'Cắt', en: 'Open' }, 1: { vi: 'Đóng', en: 'Closed' } },
  )
}

function contactorOutput(number: number): Output {
  return {
    label: contactor(number).label,
    ...{ min: 0, max: 1, safe: 1, powerUp: 1, deadManS: 0 },
    readBack: `relay${number}`,
    readBackWithin: 0,
    interlocks: [SWITCHING],
  }
}

/** A loop that is closed while all is well, so that a cut wire alarms too. */
function loop(number: number): Channel {
  return state(
    { vi: `Mạch vòng ${number}`, en: `Loop ${number}` },
    { 0: { vi: 'Kín', en: 'Closed' }, 1: { vi: 'Hở (báo động)', en: 'Open (alarm)' } },
  )
}

function eachNumber<T>(name: string, make: (number: number) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(NUMBERS.map((number) => [`${name}${number}`, make(number)]))
}

const coil = (number: number) => ({ table: 'coil', address: number - 1, ...AT_REST }) as const
const input = (number: number): ModbusField => ({ table: 'discrete', address: number - 1, ...AT_REST })

const bits = (values: readonly number[]) =>
  Object.fromEntries(values.map((value, address) => [address, value]))

export default defineDevice({
  model: 'waveshare-relay-d',
  kind: 'cabinet',
  label: {
    vi: 'Mô-đun tủ điện: 8 rơ-le công tắc tơ, 8 đầu vào (Modbus RTU Relay D)',
    en: 'Cabinet module: 8 contactor relays, 8 inputs (Modbus RTU Relay D)',
  },
  telemetry: { ...eachNumber('relay', contactor), ...eachNumber('input', loop) },
  outputs: eachNumber('relay', contactorOutput),
  via: {
    modbus: {
      poll_s: 5,
      read: { ...eachNumber('relay', coil), ...eachNumber('input', input) },
      write: eachNumber('relay', coil),
    },
  },
  examples: [
    { via: 'modbus', image: { coil: bits([0, 0, 0, 0, 0, 0, 0, 0]) }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { coil: bits([0, 1, 0, 0, 0, 0, 0, 0]), discrete: bits([1, 1, 1, 1, 1, 1, 1, 0]) },
      telemetry: {
        ...{ relay1: 1, relay2: 0, relay3: 1, relay4: 1, relay5: 1, relay6: 1, relay7: 1, relay8: 1 },
        ...{ input1: 0, input2: 0, input3: 0, input4: 0, input5: 0, input6: 0, input7: 0, input8: 1 },
      },
    },
    {
      via: 'modbus',
      requests: [
        { output: 'relay1', value: 0 },
        { output: 'relay3', value: 1 },
      ],
      image: { coil: { 0: 1, 2: 0 } },
    },
  ],
  source:
    'Waveshare wiki, Modbus RTU Relay (D), development protocol: coils 0 to 7 by functions 01, 05 and 0F, inputs 0 to 7 by function 02, in the normal control mode',
})
