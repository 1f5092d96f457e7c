import { decodePins, pinWrites } from '../codecs/firmata-pins.ts'
import type { DeviceDefinition, Example } from '../define.ts'
import { decodedFault, difference } from './comparison.ts'

/** What a definition makes of a board's pins, or what it writes to them. */
export function firmataFault(
  definition: DeviceDefinition,
  example: Extract<Example, { via: 'firmata' }>,
): string | null {
  const binding = definition.via.firmata
  if (binding === undefined) return 'no Firmata binding to run it on'
  if (!('requests' in example)) return decodedFault(example, decodePins(definition, binding, example.pins))
  const writes = pinWrites(definition, binding, example.requests)
  if (!writes.ok) return `expected pins, got ${writes.error.code}`
  const told = writes.value.map(({ write, raw }) => [`d${write.pin}`, raw] as const)
  return difference(inOrder(Object.entries(example.pins)), inOrder(told))
}

function inOrder(pins: readonly (readonly [string, number | string])[]) {
  return [...pins].sort(([a], [b]) => (a < b ? -1 : 1))
}
