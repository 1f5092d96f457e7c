import { hex } from '../core/random.ts'
import type { DeviceDefinition, Downlink, Example, Telemetry } from './define.ts'

/** Bytes of an example; blanks between them are allowed. A slip of the author throws. */
export function exampleBytes(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`not hexadecimal: ${text}`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Runs one example of a definition: null when it holds, otherwise what differs. */
export function exampleFault(definition: DeviceDefinition, example: Example): string | null {
  switch (example.via) {
    case 'lorawan':
      return lorawanFault(definition, example)
    case 'modbus':
    case 'serial':
    case 'mqtt':
    case 'dali':
      return `nothing runs examples of ${example.via}`
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
  const decoded = binding.decode(exampleBytes(example.bytes), example.fPort ?? binding.fPort)
  if ('error' in example) {
    if (decoded.ok) return `expected ${example.error}, got ${JSON.stringify(decoded.value)}`
    return decoded.error.code === example.error
      ? null
      : `expected ${example.error}, got ${decoded.error.code}`
  }
  if (!decoded.ok)
    return `expected values, got ${decoded.error.code} ${JSON.stringify(decoded.error.details)}`
  return (
    difference(sorted(example.telemetry), sorted(decoded.value.telemetry)) ??
    difference(sorted(example.failed ?? {}), sorted(decoded.value.failed ?? {}))
  )
}

function sorted(
  record: Telemetry | Readonly<Record<string, string>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}

function asText({ fPort, bytes }: Downlink): string {
  return `${fPort}:${hex(bytes)}`
}

function asPublished({ fPort, bytes }: { readonly fPort: number; readonly bytes: string }): string {
  return asText({ fPort, bytes: exampleBytes(bytes) })
}

function difference(expected: unknown, actual: unknown): string | null {
  const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)]
  return want === got ? null : `expected ${want}, got ${got}`
}
