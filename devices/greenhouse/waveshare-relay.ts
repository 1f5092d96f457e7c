import { defineDevice, type Output } from '../define.ts'
import { relays } from '../pieces/outputs.ts'

const COUNT = 8

const eight = relays(COUNT, 1)

/** The module keeps what it was told until it is told again: only its node, and its supply, end it. */
const outputs = Object.fromEntries(
  Object.entries(eight.outputs).map(([name, { timedS: _, ...output }]): [string, Output] => [
    name,
    { ...output, readBackWithin: 0 },
  ]),
)

const coils = Object.fromEntries(
  Object.keys(outputs).map((name, address) => [name, { table: 'coil', address } as const]),
)

const bits = (values: readonly number[]) =>
  Object.fromEntries(values.map((value, address) => [address, value]))

export default defineDevice({
  model: 'waveshare-relay',
  kind: 'relay',
  label: { vi: 'Mô-đun 8 rơ-le (Modbus RTU Relay)', en: 'Eight-relay module (Modbus RTU Relay)' },
  telemetry: eight.telemetry,
  outputs,
  via: { modbus: { poll_s: 2, read: coils, write: coils } },
  examples: [
    { via: 'modbus', image: { coil: bits([0, 1, 0]) }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { coil: bits([1, 0, 0, 0, 0, 0, 0, 1]) },
      telemetry: {
        ...{ relay1: 1, relay2: 0, relay3: 0, relay4: 0, relay5: 0, relay6: 0, relay7: 0, relay8: 1 },
      },
    },
    {
      via: 'modbus',
      requests: [
        { output: 'relay1', value: 1 },
        { output: 'relay2', value: 0 },
      ],
      image: { coil: { 0: 1, 1: 0 } },
    },
  ],
  source:
    'Waveshare wiki, Modbus RTU Relay, development protocol: coils 0 to 7 by functions 01, 05 and 0F, in the normal control mode',
})
