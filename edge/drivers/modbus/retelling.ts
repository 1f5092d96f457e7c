import type { Mono } from '../../../core/clock.ts'
import type { ModbusImage, OutputRequest } from '../../../devices/define.ts'
import type { Unit } from './unit.ts'
import { astray } from './writing.ts'

/** An output that does not hold what it was told (a switch on the module's front) is told again no more often. */
const RETELL_MS = 30_000

/**
 * What a unit is told again, seen from what it read: outputs that it lost while it was away, that were switched between
 * two polls, or by hand. After a silence all that it should hold is told, so that whoever waits hears that it is.
 */
export function toldAgain(
  unit: Unit,
  returned: boolean,
  image: ModbusImage,
  now: Mono,
): readonly OutputRequest[] {
  const wanted = [...unit.wanted.values()]
  const lost = new Set(astray(unit, wanted, image))
  return wanted.filter((request) => {
    if (!lost.has(request)) return returned
    const since = now - (unit.retoldAt.get(request.output) ?? Number.NEGATIVE_INFINITY)
    if (since < Math.max(switchingMs(unit, request.output), returned ? 0 : RETELL_MS)) return false
    unit.retoldAt.set(request.output, now)
    return true
  })
}

/**
 * The node's own count of a contactor's changes knows nothing of those that the module makes by itself: a share of its
 * limit lies between two tellings that undo them.
 */
function switchingMs({ definition }: Unit, output: string): number {
  const shares = (definition.outputs[output]?.interlocks ?? []).map((interlock) =>
    interlock.kind === 'switching-limit' ? (1_000 * interlock.per_s) / interlock.most : 0,
  )
  return Math.max(0, ...shares)
}
