import { defineDevice } from '../define.ts'
import { switched } from '../pieces/boards.ts'
import { digitalInput, relayState } from '../pieces/states.ts'

const FIRST_PIN = 4
const numbers = [1, 2, 3, 4]

/** An Arduino Uno with StandardFirmata and a shield of four relays that a high pin closes. */
export default defineDevice({
  model: 'arduino-uno-relays',
  kind: 'board',
  label: { vi: 'Arduino Uno và 4 rơ-le', en: 'Arduino Uno with 4 relays' },
  telemetry: { input1: digitalInput(1), input2: digitalInput(2) },
  outputs: Object.fromEntries(
    numbers.map((number) => [`relay${number}`, switched(relayState(number).label)]),
  ),
  via: {
    firmata: {
      sample_ms: 100,
      tell_s: 10,
      read: {
        input1: { kind: 'digital', pin: 2, pullUp: true, inverted: true },
        input2: { kind: 'digital', pin: 3, pullUp: true, inverted: true },
      },
      write: Object.fromEntries(
        numbers.map((number, index) => [`relay${number}`, { kind: 'digital', pin: FIRST_PIN + index }]),
      ),
      heartbeat: { pin: 13, every_ms: 1_000 },
    },
  },
  examples: [
    { via: 'firmata', pins: { d2: 0, d3: 2 }, error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'firmata', pins: { d2: 0, d3: 1 }, telemetry: { input1: 1, input2: 0 } },
    {
      via: 'firmata',
      requests: [
        { output: 'relay1', value: 1 },
        { output: 'relay4', value: 0 },
      ],
      pins: { d4: 1, d7: 0 },
    },
  ],
  source:
    'Arduino 4 Relays Shield (pins 4, 7, 8 and 12 there; here 4 to 7, as screw-terminal relay boards are wired); StandardFirmata 2.5',
})
