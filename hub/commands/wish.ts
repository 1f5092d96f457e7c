import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { misgiven } from '../../core/wire/command-rules.ts'
import type { Command, CommandAction, CommandClass } from '../../core/wire/commands.ts'

/** What an operator asks. */
export interface CommandWish {
  readonly class: CommandClass
  readonly action: CommandAction
  readonly why: string
  /** For how long it may still run, from `notBefore` or from now; by class where it is left out. */
  readonly expires_s?: number | undefined
  /** UTC; left out, at once. */
  readonly notBefore?: number | undefined
}

const MINUTE_S = 60
const DAY_S = 86_400
/** How long a command may still run, where the operator does not say. */
export const EXPIRES_S: Readonly<Record<CommandClass, number>> = {
  momentary: MINUTE_S,
  emergency: 5 * MINUTE_S,
  setting: 30 * DAY_S,
}
/** A node remembers what it ran until it can never come again: the longer, the fewer it can take. */
export const EXPIRES_S_MAX: Readonly<Record<CommandClass, number>> = {
  momentary: DAY_S,
  emergency: DAY_S,
  setting: 365 * DAY_S,
}
const AHEAD_DAYS_MAX = 30

/** The command that a wish becomes. Faults: COMMAND_CLASS_WRONG, COMMAND_OVERRIDE_REFUSED, COMMAND_TIMES_WRONG. */
export function commandOf(
  wish: CommandWish,
  given: Pick<Command, 'id' | 'order' | 'who'>,
  now: number,
): Result<Command> {
  const problem = misgiven(wish) ?? untimely(wish, now)
  if (problem !== undefined) return err(problem)
  const { action, why, notBefore = 0, expires_s = EXPIRES_S[wish.class] } = wish
  const expires = Math.round(Math.max(now, notBefore) + expires_s * 1000)
  return ok({ v: 1, ...given, class: wish.class, action, why, notBefore, expires })
}

function untimely(
  { class: given, expires_s = 0, notBefore = 0 }: CommandWish,
  now: number,
): Fault | undefined {
  const most_s = EXPIRES_S_MAX[given]
  if (expires_s <= most_s && notBefore <= now + AHEAD_DAYS_MAX * DAY_S * 1000) return undefined
  return fault('COMMAND_TIMES_WRONG', { class: given, hours: most_s / 3_600, days: AHEAD_DAYS_MAX })
}
