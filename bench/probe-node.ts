import { edgeId, siteId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { mqttBroker } from '../core/node/mqtt-client.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { settledSystemTime } from '../core/ports/system-time.ts'
import { edgeTopics } from '../core/wire/topics.ts'
import { createOutbox } from '../edge/outbox/create-outbox.ts'
import { createSync } from '../edge/outbox/sync.ts'
import { createNodeClock } from '../edge/time/node-clock.ts'
import { EDGE_KEY, SITE } from './nodes.ts'
import { alarmAt } from './outage.ts'
import { until } from './rounds.ts'
import { readingSets, shapeOf, syntheticStages } from './series.ts'
import { sound } from './values.ts'

/** Milliseconds from a row's commit at the node until the hub's acknowledgement of its own commit was heard. */
export interface Latencies {
  readonly alarm: readonly number[]
  readonly live: readonly number[]
}

export interface ProbeNode {
  /** Of each kind something was acknowledged since the last `take`. */
  heard(): boolean
  /** What was acknowledged since the last call; throws for a row that was not within `ANSWER_WITHIN_MS`. */
  take(): Latencies
  close(): Promise<void>
}

/** An alarm and the ten readings behind it, so often. */
const EVERY_MS = 40
const READY_WITHIN_MS = 20_000
const ANSWER_WITHIN_MS = 30_000
const MADE_AT = Date.UTC(2026, 0, 1)

/**
 * Another node of the same hub, with the product's own outbox and sync and nothing around them. Its outbox is in
 * memory: what is measured is the hub and the way to it, not a second disk.
 */
export async function probeNode(options: {
  readonly edge: string
  readonly mqttUrl: string
}): Promise<ProbeNode> {
  const { edge, mqttUrl } = options
  const base = systemClock()
  const failed = ({ code }: { readonly code: string }) => {
    throw new Error(code)
  }
  const clock = createNodeClock({ base, system: settledSystemTime(true), madeAt: MADE_AT, refused: failed })
  const outbox = createOutbox({
    source: { open: () => openSqlite(':memory:'), moveAside: () => undefined, openAside: () => undefined },
    boot: 'probe',
    clock: base,
    random: systemRandom,
    log: silentLog,
    shape: shapeOf,
    onFault: failed,
  })
  const broker = mqttBroker({
    url: mqttUrl,
    clientId: `${SITE}-${edge}`,
    username: edge,
    password: EDGE_KEY,
    log: silentLog,
  })
  const [site, id] = [sound(siteId(SITE)), sound(edgeId(edge))]
  const topics = edgeTopics(site, id)
  const sync = createSync({
    outbox,
    broker,
    clock,
    log: silentLog,
    site,
    edge: id,
    hello: () => ({ software: 'bench', boot: 'probe' }),
    describe: () => ({ name: { vi: edge, en: edge }, devices: [], stations: [] }),
    refused: failed,
  })
  sync.start()
  await until('the probe to join', READY_WITHIN_MS, () => sync.status().ready)

  const waiting = { alarm: new Map<number, number>(), live: new Map<number, number>() }
  const heard = { alarm: [] as number[], live: [] as number[] }
  // After the sync, which has released by then what is acknowledged.
  const stopListening = broker.subscribe(topics.ack, () => {
    const now = performance.now()
    for (const { lane, oldest } of outbox.lanes()) {
      if (lane === 'state') continue
      for (const [seq, since] of waiting[lane]) {
        if (seq >= oldest) break
        waiting[lane].delete(seq)
        heard[lane].push(now - since)
      }
    }
  })
  const sets = readingSets(Number.POSITIVE_INFINITY, syntheticStages(2_000))
  let alarms = 0
  const timer = setInterval(() => {
    const at = clock.now()
    const time = { at, mono: clock.monotonic(), quality: clock.quality() }
    const next = (wanted: string) => outbox.lanes().find(({ lane }) => lane === wanted)?.next ?? 0
    const since = performance.now()
    const set = sets.next()
    if (set.done === true) return
    outbox.readings(
      set.value.map((reading) => ({ ...reading, at })),
      time,
    )
    outbox.flush()
    waiting.live.set(next('live') - 1, since)
    void outbox.alarm(alarmAt(at, alarms++), time)
    outbox.flush()
    waiting.alarm.set(next('alarm') - 1, since)
  }, EVERY_MS)

  return {
    heard: () => heard.alarm.length > 0 && heard.live.length > 0,
    take() {
      const now = performance.now()
      for (const since of [...waiting.alarm.values(), ...waiting.live.values()]) {
        if (now - since > ANSWER_WITHIN_MS)
          throw new Error(`the hub did not answer within ${ANSWER_WITHIN_MS} ms`)
      }
      return { alarm: heard.alarm.splice(0), live: heard.live.splice(0) }
    },
    async close() {
      clearInterval(timer)
      stopListening()
      await sync.stop()
      await broker.close()
      outbox.close()
      clock.stop()
    },
  }
}
