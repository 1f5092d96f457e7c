import { expect } from 'vitest'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { LedgerView } from '../../hub/api/schema.ts'
import type { OutboxRows } from './edge-disk.ts'
import type { Feed } from './feed.ts'
import type { HubDisk } from './hub-disk.ts'
import type { Status } from './ledgers.ts'
import type { Site } from './site.ts'

/** The node's own account: everything it gave a number was committed by the hub, and nothing was lost. */
export function expectNothingOwed(status: Status): void {
  for (const { lane, produced, stored, acknowledged, lost } of status.ledger.lanes) {
    const superseded = lane === 'state' ? (lost.superseded ?? 0) : 0
    expect({ lane, stored, acknowledged: acknowledged + superseded, lost: { ...lost, superseded } }).toEqual({
      lane,
      stored: 0,
      acknowledged: produced,
      lost: { superseded },
    })
  }
}

/** The hub's account, over its API: one epoch, each lane one range from 0 to the last number given, no gaps. */
export function expectOneWholeRange(ledger: LedgerView, status: Status): void {
  expect(ledger.complete).toBe(true)
  expect(ledger.epochs.map(({ epoch }) => epoch)).toEqual([status.ledger.epoch])
  for (const { lane, produced, ranges, gaps } of ledger.epochs[0]?.lanes ?? []) {
    expect({ lane, ranges, gaps }).toEqual({
      lane,
      ranges: produced === 0 ? [] : [[0, produced - 1]],
      gaps: [],
    })
  }
}

/** The hub's database itself: each number once, and what the node had on disk at its kills unchanged. */
export function expectEachRowOnce(hub: HubDisk, kills: readonly OutboxRows[]): void {
  for (const { lane, next, stored, superseded, held, gaps, rows } of hub.streams) {
    expect({ lane, held, gaps, kept: stored + superseded }).toEqual({
      lane,
      held: next === 0 ? [] : [`0-${next - 1}`],
      gaps: [],
      kept: next,
    })
    if (lane !== 'state') expect({ lane, rows, superseded }).toEqual({ lane, rows: next, superseded: 0 })
  }
  for (const { live, alarm } of kills) {
    const changed = [
      ...[...live].filter(([seq, content]) => hub.live.get(seq) !== content),
      ...[...alarm].filter(([seq, content]) => hub.alarm.get(seq) !== content),
    ]
    expect(changed).toEqual([])
  }
}

/** Time from a PUSH_ACK to the row on disk, with a wide margin for a busy machine. */
const COMMITTED_MS = 1_500

/** A node's kill, `performance.now()`: when it was asked for, and when the next life began. */
export interface Death {
  readonly killedAt: number
  readonly rebornAt: number
}

/**
 * Each count is there once at most, in order, with its value; those that the node had taken well before it was killed
 * are there. Rollups counted each row once.
 */
export function expectCounts(hub: HubDisk, site: Site, feed: Feed, deaths: readonly Death[]): void {
  const arrived = hub.values(site.counter.id, 'distance').map((metres) => Math.round(metres * 1_000))
  expect(arrived.filter((count, index) => index > 0 && count <= (arrived[index - 1] ?? -1))).toEqual([])
  expect(hub.rolledUp(site.counter.id, 'distance')).toBe(arrived.length)
  const here = new Set(arrived)
  // What a socket still held of a killed node's answers is read after its death.
  const doomed = (heardAt: number) =>
    deaths.some(({ killedAt, rebornAt }) => heardAt <= rebornAt && killedAt - heardAt < COMMITTED_MS)
  const vanished = feed
    .counts()
    .flatMap(({ heardAt }, count) =>
      heardAt !== undefined && !doomed(heardAt) && !here.has(count) ? [count] : [],
    )
  expect(vanished).toEqual([])
  expect(arrived.length).toBeGreaterThan(100)
}

/** Events of the water's alarm: each once, and each alarm from its raising to its clearing without a hole. */
export function expectAlarmsInOrder(hub: HubDisk): void {
  const told = hub.events.map(({ alarm, event, level, at }) => `${alarm} ${event} ${level} ${at}`)
  expect(told.filter((line, index) => told.indexOf(line) !== index)).toEqual([])
  const byAlarm = new Map<string, AlarmEvent[]>()
  for (const event of hub.events) {
    if (event.rule === 'level') byAlarm.set(event.alarm, [...(byAlarm.get(event.alarm) ?? []), event])
  }
  expect(byAlarm.size).toBeGreaterThan(3)
  const broken: string[] = []
  let last = -1
  for (const [alarm, events] of byAlarm) {
    const number = Number(alarm.split('/').at(-1))
    if (number <= last) broken.push(`${alarm} after ${last}`)
    last = number
    let level = 0
    for (const [index, event] of events.entries()) {
      const closing = event.event === 'cleared'
      const moves = closing ? level > 0 : event.event === 'raised' ? event.level > level : event.level < level
      if (!moves || (closing && index !== events.length - 1)) {
        broken.push(`${alarm}: ${events.map((one) => `${one.event} ${one.level}`).join(', ')}`)
        break
      }
      level = event.level
    }
  }
  expect(broken).toEqual([])
}
