import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { DaliBinding } from '../define.ts'

/** Arc levels run from 1 to 254; 0 is out, and 255 stands for "no change" or "not known". */
export const ARC_MAX = 254
export const ARC_MASK = 255

type Curve = DaliBinding['curve']

/** Steps for ten times the light: 253 steps span three decades. */
const STEPS_A_DECADE = 253 / 3

/**
 * The arc level for a level in percent of light. Logarithmic (IEC 62386-102, 9.3): X = 10^((n−1)/(253/3) − 1) %;
 * linear (IEC 62386-207): X = n/254.
 * One rounding rule: the nearest step on the curve, a half goes up; any light that is asked for is light, so what lies
 * below the lowest step takes that one. Fault: PAYLOAD_OUT_OF_RANGE for less than 0, more than 100, or no number.
 */
export function arcOf(percent: number, curve: Curve): Result<number> {
  if (!(percent >= 0 && percent <= 100))
    return err(
      fault('PAYLOAD_OUT_OF_RANGE', { model: 'DALI', channel: 'level', value: percent, min: 0, max: 100 }),
    )
  if (percent === 0) return ok(0)
  const exact =
    curve === 'linear' ? (percent / 100) * ARC_MAX : 1 + STEPS_A_DECADE * (Math.log10(percent) + 1)
  return ok(Math.min(ARC_MAX, Math.max(1, Math.round(exact))))
}

/** Percent of light of an arc level, to three decimals, as the standard's table has it; undefined for 255 and no level. */
export function percentOf(arc: number, curve: Curve): number | undefined {
  if (!Number.isInteger(arc) || arc < 0 || arc > ARC_MAX) return undefined
  if (arc === 0) return 0
  const exact = curve === 'linear' ? (arc / ARC_MAX) * 100 : 10 ** ((arc - 1) / STEPS_A_DECADE - 1)
  return Math.round(exact * 1000) / 1000
}

/** Fade times of IEC 62386-102, table 6: code n from 1 stands for √2^n / 2 seconds; 0 is at once. */
const FADE_CODE_MAX = 15

/** The code whose time is nearest. */
export function fadeCodeOf(seconds: number): number {
  const codes = Array.from({ length: FADE_CODE_MAX + 1 }, (_, code) => code)
  return codes.reduce((best, code) =>
    Math.abs(fadeSecondsOf(code) - seconds) < Math.abs(fadeSecondsOf(best) - seconds) ? code : best,
  )
}

export function fadeSecondsOf(code: number): number {
  return code === 0 ? 0 : Math.SQRT2 ** code / 2
}
