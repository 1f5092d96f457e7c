import type { Fault } from '../../core/errors.ts'
import type { Command, CommandOutcome } from '../../core/wire/commands.ts'

/** What the hub is told of how a command ended, or that it was accepted. */
export function outcomeOf(
  { id, class: given, action, who }: Command,
  outcome: CommandOutcome['outcome'],
  at: number,
  more: { readonly problem?: Fault | undefined; readonly details?: CommandOutcome['details'] | undefined },
): CommandOutcome {
  const { problem, details } = more
  return {
    v: 1,
    command: id,
    outcome,
    at,
    class: given,
    action,
    who,
    ...(details === undefined ? {} : { details }),
    ...(problem === undefined ? {} : codeOf(problem)),
  }
}

/** As the schema of an outcome allows. */
const DETAIL_LENGTH_MAX = 200

export function codeOf({ code, details }: Fault): Pick<CommandOutcome, 'code' | 'details'> {
  const short = Object.entries(details).map(
    ([name, value]) => [name, typeof value === 'string' ? value.slice(0, DETAIL_LENGTH_MAX) : value] as const,
  )
  return { code, details: Object.fromEntries(short) }
}
