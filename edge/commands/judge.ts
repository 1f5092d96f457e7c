import type { UtcBounds } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { misgiven } from '../../core/wire/command-rules.ts'
import type { Command } from '../../core/wire/commands.ts'

/** What is to be done with a command now. */
export type Judgement =
  | { readonly verdict: 'run' }
  /** `early`: not before its time. `doubt`: the clock cannot tell whether it has expired. */
  | { readonly verdict: 'wait'; readonly why: 'early' | 'doubt' }
  | { readonly verdict: 'refused' | 'expired'; readonly problem: Fault }

/**
 * Judges a command by what is proven of the time, never by what the clock shows. Between `bounds` lies the true UTC.
 * `inForce` is the order of the newest setting of the same target, undefined for none.
 */
export function judge(command: Command, bounds: UtcBounds, inForce: number | undefined): Judgement {
  const problem = misgiven(command)
  if (problem !== undefined) return { verdict: 'refused', problem }
  const { notBefore, expires } = command
  if (command.class === 'setting') {
    // The one in force itself may come again, once it is forgotten: it changes nothing.
    if (inForce !== undefined && command.order < inForce)
      return { verdict: 'refused', problem: fault('COMMAND_SUPERSEDED', { order: inForce }) }
    return bounds.earliest >= notBefore ? { verdict: 'run' } : { verdict: 'wait', why: 'early' }
  }
  if (bounds.earliest >= expires) {
    const late_s = Math.round((bounds.earliest - expires) / 1000)
    return { verdict: 'expired', problem: fault('COMMAND_EXPIRED', { late_s }) }
  }
  if (bounds.latest >= expires) return { verdict: 'wait', why: 'doubt' }
  return bounds.earliest >= notBefore ? { verdict: 'run' } : { verdict: 'wait', why: 'early' }
}
