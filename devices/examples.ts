import { hex } from '../core/random.ts'
import type { DeviceDefinition, Downlink, Example } from './define.ts'
import { decodedFault, difference, exampleBytes } from './examples/comparison.ts'
import { daliFault } from './examples/dali.ts'
import { firmataFault } from './examples/firmata.ts'
import { modbusFault } from './examples/modbus.ts'
import { mqttFault } from './examples/mqtt.ts'
import { serialFault } from './examples/serial.ts'

export { exampleBytes }

/** Runs one example of a definition: null when it holds, otherwise what differs. */
export function exampleFault(definition: DeviceDefinition, example: Example): string | null {
  switch (example.via) {
    case 'lorawan':
      return lorawanFault(definition, example)
    case 'serial':
      return serialFault(definition, example)
    case 'dali':
      return daliFault(definition, example)
    case 'modbus':
      return modbusFault(definition, example)
    case 'mqtt':
      return mqttFault(definition, example)
    case 'firmata':
      return firmataFault(definition, example)
  }
}

type LorawanExample = Extract<Example, { via: 'lorawan' }>

function lorawanFault(definition: DeviceDefinition, example: LorawanExample): string | null {
  const binding = definition.via.lorawan
  if (binding === undefined) return 'no LoRaWAN binding to run it on'
  if ('requests' in example) {
    const encoded = binding.encode?.(example.requests)
    if (encoded === undefined) return 'no encoder to run it on'
    if (!encoded.ok) return `expected downlinks, got ${encoded.error.code}`
    return difference(example.downlinks.map(asPublished), encoded.value.map(asText))
  }
  return decodedFault(example, binding.decode(exampleBytes(example.bytes), example.fPort ?? binding.fPort))
}

function asText({ fPort, bytes }: Downlink): string {
  return `${fPort}:${hex(bytes)}`
}

function asPublished({ fPort, bytes }: { readonly fPort: number; readonly bytes: string }): string {
  return asText({ fPort, bytes: exampleBytes(bytes) })
}
