import { decodeImage, imageOf, writesFor } from '../codecs/modbus-image.ts'
import type { DeviceDefinition, Example, ModbusImage } from '../define.ts'
import { decodedFault, difference } from './comparison.ts'

/** What a definition makes of registers, or which registers it writes. */
export function modbusFault(
  definition: DeviceDefinition,
  example: Extract<Example, { via: 'modbus' }>,
): string | null {
  const binding = definition.via.modbus
  if (binding === undefined) return 'no Modbus binding to run it on'
  if (!('requests' in example)) return decodedFault(example, decodeImage(definition, binding, example.image))
  const patches = writesFor(definition, binding, example.requests)
  if (!patches.ok) return `expected registers, got ${patches.error.code}`
  return difference(registers(example.image), registers(imageOf(patches.value)))
}

function registers(image: ModbusImage): readonly (readonly [string, number])[] {
  return Object.entries(image)
    .flatMap(([table, held]) =>
      Object.entries(held ?? {}).map(([address, value]) => [`${table} ${address}`, value] as const),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
