import { type ErrorCode, type Fault, fault, wordsOf } from '../errors.ts'
import type { Text } from '../text.ts'

/** What an interface answers where it refuses: a code, what is wrong, and what to do next. */
export interface Problem {
  readonly code: string
  readonly what: Text
  readonly next: Text
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  HTTP_INVALID: 400,
  HTTP_LOGIN_REQUIRED: 401,
  HTTP_LOGIN_FAILED: 401,
  HTTP_FORBIDDEN: 403,
  HTTP_VERTICAL_FORBIDDEN: 403,
  HTTP_ORIGIN_REFUSED: 403,
  HTTP_NOT_FOUND: 404,
  HTTP_TOO_MANY: 429,
  DOCUMENT_INVALID: 400,
  DOCUMENT_KIND_UNKNOWN: 400,
  DOCUMENT_TOO_LARGE: 413,
  DOCUMENT_TOO_MANY: 403,
  DOCUMENT_FOREIGN: 403,
  DOCUMENT_WITHHELD: 503,
  DOCUMENT_UNKNOWN: 404,
  DOCUMENT_CONFLICT: 409,
  CONFLICT_UNKNOWN: 404,
  COMMAND_CLASS_WRONG: 400,
  COMMAND_OVERRIDE_REFUSED: 400,
  COMMAND_TIMES_WRONG: 400,
  LIGHT_TIME_WRONG: 400,
  LIGHT_RELEASE_UNCLEAR: 400,
  COMMAND_CANNOT_CANCEL: 409,
  COMMAND_ENDED: 409,
  EDGE_NOT_QUARANTINED: 409,
  PIN_WRONG: 401,
  PIN_LOCKED: 429,
  PIN_AGAIN: 403,
  PIN_UNSOUND: 422,
  PIN_TOO_EASY: 422,
  SETUP_CODE_WRONG: 401,
  ACCOUNT_UNKNOWN: 404,
  ACCOUNT_NAME_TAKEN: 409,
  ACCOUNTS_FULL: 409,
  ACCOUNT_LAST_OWNER: 409,
  OWNER_ONLY: 403,
  DOCUMENT_CHANGED: 409,
  HISTORY_UNKNOWN: 404,
  STATION_UNKNOWN: 404,
  OUTPUT_UNKNOWN: 404,
  OUTPUT_CLAIM_INVALID: 422,
  OUTPUT_VALUE_BETWEEN: 422,
  HOLD_TOO_LONG: 422,
  HOLD_ENDED: 409,
  OUTPUT_CLAIMS_FULL: 409,
  INTERLOCK_NOT_LATCHED: 409,
  COMMANDS_OPEN_MAX: 429,
}

/** What a station's or a street's document contradicts itself in. */
const EDITORS_TO_MEND = /^(STATION|STREET)_/

export function problemOf(problem: Fault): Problem {
  return { code: problem.code, ...wordsOf(problem) }
}

export function statusOf({ code }: Fault): number {
  if (code.startsWith('GREENHOUSE_')) return 422
  return STATUS[code] ?? (EDITORS_TO_MEND.test(code) ? 400 : 500)
}

/** What fastify or a plugin threw, in our terms; undefined for an error of our own making. */
export function faultOf(error: {
  readonly statusCode?: number | undefined
  readonly message: string
}): Fault | undefined {
  const status = error.statusCode ?? 500
  if (status === 404) return fault('HTTP_NOT_FOUND')
  if (status === 429) return fault('HTTP_TOO_MANY')
  if (status >= 400 && status < 500) return fault('HTTP_INVALID', { reason: error.message.slice(0, 200) })
  return undefined
}
