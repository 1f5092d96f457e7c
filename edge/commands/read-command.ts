import Type from 'typebox'
import { type Fault, fault } from '../../core/errors.ts'
import { checker } from '../../core/schema.ts'
import { decodeCbor } from '../../core/wire/cbor.ts'
import { Command, CommandId } from '../../core/wire/commands.ts'

/** The largest honest command names each lamp of the longest street. */
export const COMMAND_BYTES_MAX = 20_480

/** An id that could be read although the rest could not lets the hub be told. */
export type ReadCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: Fault; readonly id?: string }

const check = checker(Command)
const checkId = checker(Type.Object({ id: CommandId }))

/** Reads a payload of the `cmd` topic; never throws. A newer hub may know actions that this node does not. */
export function readCommand(payload: Uint8Array): ReadCommand {
  if (payload.length > COMMAND_BYTES_MAX)
    return {
      ok: false,
      problem: fault('MESSAGE_TOO_LARGE', { bytes: payload.length, limit: COMMAND_BYTES_MAX }),
    }
  const decoded = decodeCbor(payload)
  if (!decoded.ok) return { ok: false, problem: decoded.error }
  const checked = check(decoded.value)
  if (checked.ok) return { ok: true, command: checked.value }
  const { path, message, message_vi } = checked.problem
  const problem = fault('COMMAND_UNREADABLE', {
    reason: `${path} ${message}`,
    reason_vi: `${path} ${message_vi}`,
  })
  const id = checkId(decoded.value)
  return id.ok ? { ok: false, problem, id: id.value.id } : { ok: false, problem }
}
