import { arcOf, percentOf } from '../codecs/dali-arc.ts'
import type { DeviceDefinition, Example } from '../define.ts'
import { difference, refusalFault } from './comparison.ts'

/** There and back: the arc level that a percentage becomes, and that its percentage leads to the same level. */
export function daliFault(
  definition: DeviceDefinition,
  example: Extract<Example, { via: 'dali' }>,
): string | null {
  const curve = definition.via.dali?.curve
  if (curve === undefined) return 'no DALI binding to run it on'
  const arc = arcOf(example.percent, curve)
  if ('error' in example) return refusalFault(example.error, arc)
  if (!arc.ok) return `expected arc level ${example.arc}, got ${arc.error.code}`
  const back = arcOf(percentOf(arc.value, curve) ?? Number.NaN, curve)
  return difference([example.arc, example.arc], [arc.value, back.ok ? back.value : back.error.code])
}
