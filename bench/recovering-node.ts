import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hubRecord } from './hub-record.ts'
import { openLink } from './link.ts'
import { amount, type Bench } from './measurement.ts'
import { EDGE, type EdgeNode, edgeNode, type HubNode, hubNode } from './nodes.ts'
import type { Outage } from './outage.ts'
import { type Latencies, probeNode } from './probe-node.ts'
import { pause, until } from './rounds.ts'
import { CHANNELS } from './series.ts'
import { freePort } from './workplace.ts'

/** How a backlog came in. Seconds since the first packet that got through; NaN for what never came. */
export interface Recovered {
  readonly firstAlarm_s: number
  readonly alarms_s: number
  readonly present_s: number
  readonly complete_s: number
  /** Both ways, for each reading. */
  readonly bytes: number
  readonly lost: number
  readonly doubled: number
}

export interface Undisturbed {
  readonly recovered: Recovered
  /** What another node waited for the hub: before, and meanwhile. */
  readonly quiet: Latencies
  readonly busy: Latencies
}

/** Of readings: so many, or so many percent. */
export interface Losses {
  readonly lost: number
  readonly doubled: number
}

export function shares({ lost, doubled }: Losses, { readings }: Outage): Losses {
  return { lost: (lost / readings) * 100, doubled: (doubled / readings) * 100 }
}

/** The sender dies when a third has arrived, the hub at two thirds. */
export const KILLED_AT = { sender: 1 / 3, receiver: 2 / 3 } as const

const OTHER = 'bench-other'
/** The other node alone with the hub, before the link comes back. */
const QUIET_MS = 4_000
const RECOVERS_WITHIN_MS = 90_000
const POLL_MS = 5

/** A hub with the other node at work, and the node behind a link that is cut. */
async function stage(bench: Bench, filled: string) {
  const { workplace } = bench
  const hub = await hubNode(workplace, { mqtt: await freePort(), http: await freePort() }, [OTHER])
  await hub.start()
  const link = await openLink(hub.port)
  workplace.atEnd(link.close)
  const node = edgeNode(workplace, { hubUrl: `mqtt://127.0.0.1:${link.port}`, stations: [] })
  mkdirSync(node.dataDir, { recursive: true, mode: 0o700 })
  copyFileSync(join(filled, 'outbox.db'), join(node.dataDir, 'outbox.db'))
  await node.start()
  return { hub, node, link }
}

/** The recovery undisturbed, and what another node felt of it. */
export async function recover(bench: Bench, dark: Outage, filled: string): Promise<Undisturbed> {
  const { hub, node, link } = await stage(bench, filled)
  const other = await probeNode({ edge: OTHER, mqttUrl: hub.mqttUrl })
  const record = hubRecord(hub.dataDir, EDGE)
  try {
    await pause(amount(bench.effort, QUIET_MS, 1_000))
    const quiet = other.take()
    await link.up()
    const times = await watched(record, dark)
    await until('the other node to be answered', RECOVERS_WITHIN_MS, other.heard)
    const busy = other.take()
    const { stored, doubled } = record.counted()
    const lost = dark.readings - (stored - doubled)
    if (lost + doubled > 0) throw new Error(`${lost} readings are lost and ${doubled} there twice`)
    const since = link.connectedAt() ?? Number.NaN
    const seconds = (at: number) => (at - since) / 1000
    return {
      quiet,
      busy,
      recovered: {
        firstAlarm_s: seconds(times.firstAlarm),
        alarms_s: seconds(times.alarms),
        present_s: seconds(times.present),
        complete_s: seconds(times.complete),
        bytes: link.bytes() / dark.readings,
        lost,
        doubled,
      },
    }
  } finally {
    record.close()
    await other.close()
    await ended(node, hub)
  }
}

/** When each of it was first seen, by `performance.now()`. */
async function watched(record: ReturnType<typeof hubRecord>, dark: Outage) {
  const seen = { firstAlarm: Number.NaN, alarms: Number.NaN, present: Number.NaN, complete: Number.NaN }
  const marks: readonly (readonly [keyof typeof seen, () => boolean])[] = [
    ['firstAlarm', () => record.alarms() > 0],
    ['alarms', () => record.alarms() >= dark.alarms.length],
    ['present', () => record.present(dark.until) >= CHANNELS.length],
    ['complete', () => record.told() >= dark.readings],
  ]
  await until(
    'the node to recover',
    RECOVERS_WITHIN_MS,
    () => {
      for (const [name, reached] of marks)
        if (Number.isNaN(seen[name]) && reached()) seen[name] = performance.now()
      return !Object.values(seen).some(Number.isNaN)
    },
    POLL_MS,
  )
  return seen
}

/** Sender and hub die in the middle of it, one after the other. */
export async function recoverKilled(bench: Bench, dark: Outage, filled: string): Promise<Losses> {
  const { hub, node, link } = await stage(bench, filled)
  const record = hubRecord(hub.dataDir, EDGE)
  try {
    await link.up()
    const told = (share: number) =>
      until('the node to tell', RECOVERS_WITHIN_MS, () => record.told() >= dark.readings * share, POLL_MS)
    await told(KILLED_AT.sender)
    await node.child().kill('SIGKILL')
    await node.start()
    await told(KILLED_AT.receiver)
    await hub.child().kill('SIGKILL')
    await hub.start()
    await told(1)
    const { stored, doubled } = record.counted()
    return shares({ lost: dark.readings - (stored - doubled), doubled }, dark)
  } finally {
    record.close()
    await ended(node, hub)
  }
}

async function ended(node: EdgeNode, hub: HubNode): Promise<void> {
  await node.child().kill('SIGTERM')
  await hub.child().kill('SIGTERM')
}
