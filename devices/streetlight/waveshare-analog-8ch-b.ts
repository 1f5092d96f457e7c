import { type Channel, defineDevice, type Output } from '../define.ts'
import { lampLevel, lightLevel } from '../pieces/lighting.ts'

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8] as const

/**
 * Millivolts at a driver's 0–10 V input: 10 V is full light, and light is proportional to voltage from 1 V on (IEC
 * 60929 Annex E). Below 1 V a driver holds its least light or puts the lamp out, whichever it was made to do.
 */
const PERCENT_PER_MV = 0.01

function label(number: number) {
  return { vi: `Mức sáng đèn ${number}`, en: `Light of lamp ${number}` }
}

function channel(number: number): Channel {
  return { ...lightLevel(), label: label(number) }
}

/** After a power cut the module gives 0 V until it is told: an open control wire, and so a cut one, is full light. */
function output(number: number): Output {
  return { ...lampLevel(), label: label(number), powerUp: 0, readBack: `level${number}` }
}

function eachLamp<T>(make: (number: number) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(NUMBERS.map((number) => [`level${number}`, make(number)]))
}

const register = (number: number) =>
  ({ table: 'holding', address: number - 1, scale: PERCENT_PER_MV }) as const

const millivolts = (values: readonly number[]) =>
  Object.fromEntries(values.map((value, address) => [address, value]))

export default defineDevice({
  model: 'waveshare-analog-8ch-b',
  kind: 'luminaire',
  label: {
    vi: 'Bộ điều khiển 8 đèn 0–10 V (Modbus RTU Analog Output 8CH B)',
    en: 'Eight-lamp 0–10 V controller (Modbus RTU Analog Output 8CH B)',
  },
  telemetry: eachLamp(channel),
  outputs: eachLamp(output),
  via: { modbus: { poll_s: 10, read: eachLamp(register), write: eachLamp(register) } },
  examples: [
    { via: 'modbus', image: { holding: millivolts([1_000, 0]) }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: millivolts([1_000, 0, 10_000, 6_000, 6_050, 3, 9_999, 5_000]) },
      telemetry: {
        ...{ level1: 10, level2: 0, level3: 100, level4: 60 },
        ...{ level5: 60.5, level6: 0.03, level7: 99.99, level8: 50 },
      },
    },
    {
      via: 'modbus',
      image: { holding: millivolts([0xffff, 0, 0, 0, 0, 0, 0, 0]) },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'modbus',
      requests: [
        { output: 'level1', value: 10 },
        { output: 'level2', value: 60 },
        { output: 'level8', value: 100 },
      ],
      image: { holding: { 0: 1_000, 1: 6_000, 7: 10_000 } },
    },
  ],
  source:
    'Waveshare wiki, Modbus RTU Analog Output 8CH (B): holding registers 0 to 7 in mV, 0 to 10 000, by functions 03, 06 and 10; example of 1 V (03E8)',
})
