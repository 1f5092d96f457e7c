import { fault, isErrorCode } from '../../core/errors.ts'
import { problemOf } from '../../core/http/problem.ts'
import type { CommandState, CommandView, Problem } from '../api/schema.ts'
import type { StoredCommand } from './command-table.ts'

/** Without a word for so long after its expiry, a command is sent only when the node comes back. */
export const KEEP_TRYING_MS = 7 * 86_400_000

/** A command as people are shown it. */
export function commandView(stored: StoredCommand, now: number, withheld: boolean): CommandView {
  const { command, end, cancelledBy, sentAt } = stored
  const state = stateOf(stored, now)
  return {
    id: command.id,
    edge: stored.edge,
    class: command.class,
    action: command.action,
    who: command.who,
    why: command.why,
    state,
    issuedAt: stored.issuedAt,
    notBefore: command.notBefore,
    expires: command.expires,
    sentAt,
    sendings: stored.sendings,
    acceptedAt: stored.acceptedAt,
    endedAt: end?.at ?? null,
    heardAt: stored.heardAt,
    cancelledBy,
    withheld: withheld && (state === 'open' || state === 'sent'),
    problem: problemIn(end),
  }
}

function stateOf(
  { command, end, acceptedAt, sentAt, cancelledBy, unsent }: StoredCommand,
  now: number,
): CommandState {
  if (unsent && cancelledBy !== null) return 'cancelled'
  if (end !== null) return end.outcome
  if (now >= command.expires + KEEP_TRYING_MS) return 'unanswered'
  if (acceptedAt !== null) return 'accepted'
  return sentAt === null ? 'open' : 'sent'
}

/** A newer node may name a code that this hub does not know. */
function problemIn(end: StoredCommand['end']): Problem | null {
  if (end?.code === undefined) return null
  if (isErrorCode(end.code)) return problemOf({ code: end.code, details: end.details ?? {} })
  return { ...problemOf(fault('COMMAND_REASON_UNKNOWN')), code: end.code }
}
