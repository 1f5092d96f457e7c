import type { Fault } from './errors.ts'

/** The outcome of an operation that is expected to fail at times: a value, or a fault with a code from the table. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Fault }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function err(error: Fault): { readonly ok: false; readonly error: Fault } {
  return { ok: false, error }
}
