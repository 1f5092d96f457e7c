import { lampChannel } from '../../core/documents/lighting-street.ts'
import type { EdgePresents } from '../store/presents.ts'
import type { StreetDocument } from './street-document.ts'

/** Where what is asked and what is read back are taken for the same: a percent-point, or a step of the DALI curve. */
const POINT = 1
/** IEC 62386-102: from one arc level to the next by 10^(3/253). */
const STEP = 10 ** (3 / 253) - 1

/** Whether a lamp has shown the level by its own word. */
export function isConfirmed(
  presents: EdgePresents,
  lamp: StreetDocument['lamps'][number],
  level: number,
): boolean {
  const shown = presents.get(lamp.device, lampChannel(lamp, 'level'))
  return shown !== undefined && Math.abs(shown.value - level) <= Math.max(POINT, level * STEP)
}
