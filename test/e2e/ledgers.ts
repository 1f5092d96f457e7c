import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { CONTROL_SOCKET, callControl } from '../../core/node/control-socket.ts'
import { checker } from '../../core/schema.ts'
import { LedgerView } from '../../hub/api/schema.ts'
import { EDGE, type Site } from './site.ts'
import { until } from './until.ts'

/** What is read of the answer to `tram status --json`. */
const Status = Type.Object({
  hub: Type.Object({ state: Type.String(), ready: Type.Boolean() }),
  relay: Type.Optional(Type.Object({ modem: Type.String(), untold: Type.Integer() })),
  stations: Type.Array(Type.Object({ id: Type.String(), level: Type.Integer(), silenced: Type.Boolean() })),
  outputs: Type.Array(
    Type.Object({
      device: Type.String(),
      output: Type.String(),
      told: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  refusals: Type.Array(
    Type.Object({
      source: Type.String(),
      count: Type.Integer(),
      problem: Type.Object({ code: Type.String() }),
    }),
  ),
  ledger: Type.Object({
    epoch: Type.Optional(Type.String()),
    fault: Type.Optional(Type.Object({ code: Type.String() })),
    queued: Type.Object({ alarms: Type.Integer(), readings: Type.Integer() }),
    lanes: Type.Array(
      Type.Object({
        lane: Type.String(),
        produced: Type.Integer(),
        stored: Type.Integer(),
        acknowledged: Type.Integer(),
        lost: Type.Record(Type.String(), Type.Integer()),
      }),
    ),
  }),
})
export type Status = Static<typeof Status>
const checkStatus = checker(Status)
const checkLedger = checker(LedgerView)

export function parseStatus(value: unknown): Status {
  const checked = checkStatus(value)
  if (!checked.ok) throw new Error(`status${checked.problem.path} ${checked.problem.message}`)
  return checked.value
}

/** How the node says that it is; undefined while it does not answer. */
export async function statusOf(edgeData: string): Promise<Status | undefined> {
  const answer = await callControl(join(edgeData, CONTROL_SOCKET), 'status')
  return answer.ok ? parseStatus(answer.value) : undefined
}

/** What the hub can prove about the node; undefined while it does not answer. */
export async function ledgerOf(url: string, edge = EDGE): Promise<LedgerView | undefined> {
  try {
    const response = await fetch(`${url}/api/v1/edges/${edge}/ledger`)
    if (!response.ok) return undefined
    const checked = checkLedger(await response.json())
    if (!checked.ok) throw new Error(`ledger${checked.problem.path} ${checked.problem.message}`)
    return checked.value
  } catch (cause) {
    if (cause instanceof TypeError) return undefined // fetch: nobody answers
    throw cause
  }
}

/**
 * Waits until the node has nothing left that the hub does not have, and both sides count the same numbers. What a
 * node tells of itself meanwhile may add a few rows, so both are read until they agree.
 */
export async function drained(
  site: Site,
  patienceMs: number,
): Promise<{ status: Status; ledger: LedgerView }> {
  let seen: unknown
  return until(
    'node and hub agree that nothing is missing',
    patienceMs,
    async () => {
      const before = await statusOf(site.edgeData)
      const ledger = await ledgerOf(site.url)
      if (before === undefined || ledger === undefined) return undefined
      const current = ledger.epochs.find(({ current }) => current)
      seen = {
        node: before.ledger.lanes.map(({ lane, produced, stored }) => ({ lane, produced, stored })),
        hub: current?.lanes,
      }
      const empty = before.ledger.lanes.every(({ stored }) => stored === 0)
      const { alarms, readings } = before.ledger.queued
      const agree = before.ledger.lanes.every(
        ({ lane, produced }) => current?.lanes.find((one) => one.lane === lane)?.produced === produced,
      )
      return empty && alarms + readings === 0 && agree && ledger.complete
        ? { status: before, ledger }
        : undefined
    },
    () => seen,
  )
}
