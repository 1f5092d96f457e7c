import { type ErrorCode, type Fault, FaultError } from '../core/errors.ts'

/** What was refused since the start, by code. Bounded: codes come from the one table. */
export interface Refusals {
  count(code: ErrorCode): void
  all(): Readonly<Partial<Record<ErrorCode, number>>>
}

export function createRefusals(): Refusals {
  const counts = new Map<ErrorCode, number>()
  return {
    count: (code) => counts.set(code, (counts.get(code) ?? 0) + 1),
    all: () => Object.fromEntries(counts),
  }
}

/** Tells where a refused thing came from: counted always, logged for whoever debugs. */
export type Refuse = (problem: Fault) => void

/** Does what may meet a fault of the disk outside a request: the fault is told, programmer errors go on. */
export function guarded(refuse: Refuse, work: () => void): void {
  try {
    work()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    refuse(cause.fault)
  }
}
