import { connectAsync } from 'mqtt'
import { pause, until } from '../rounds.ts'
import { freePort, type Workplace } from '../workplace.ts'
import { startMosquitto } from './mqtt-broker.ts'

/** Store and forward with Debian's Mosquitto: a local broker with persistence that bridges to one out of reach. */

const PUBLISHED_AT_ONCE = 1_000
const SUBSCRIBE_WITHIN_MS = 10_000
const DRAIN_WITHIN_MS = 60_000
const ACCESS_MS = 20

export interface Drained {
  readonly lost: number
  readonly doubled: number
  /** From the start after the kill until the last message; NaN when none came. */
  readonly drain_s: number
}

/**
 * Accepts `count` messages with the other side gone, is killed `after_ms` later, starts again and drains. It is done
 * when nothing came for `quiet_ms`.
 */
export async function bridgeBacklog(
  workplace: Workplace,
  mosquitto: string,
  options: {
    readonly count: number
    readonly after_ms: number
    readonly autosave_s: number
    readonly quiet_ms: number
  },
): Promise<Drained> {
  const { count, quiet_ms } = options
  const [local, remote] = [await freePort(), await freePort()]
  const lines = bridgeLines({
    store: workplace.folder('bridge-store'),
    autosave_s: options.autosave_s,
    port: remote,
    topics: ['readings'],
  })
  const first = await startMosquitto(workplace, mosquitto, local, lines)
  await publish(local, count)
  await pause(options.after_ms)
  await first.kill('SIGKILL')

  const far = await startMosquitto(workplace, mosquitto, remote)
  const heard = await subscriber(remote)
  const start = performance.now()
  const second = await startMosquitto(workplace, mosquitto, local, lines)
  await until('the bridge to go quiet', DRAIN_WITHIN_MS, () => {
    const quiet = performance.now() - Math.max(heard.lastAt(), start) > quiet_ms
    return heard.times().size >= count || quiet
  })
  // What comes twice may come late.
  await pause(quiet_ms / 4)
  await heard.close()
  await second.kill()
  await far.kill()
  const times = heard.times()
  const all = [...times.values()].reduce((sum, n) => sum + n, 0)
  return {
    lost: count - times.size,
    doubled: all - times.size,
    drain_s: times.size === 0 ? Number.NaN : (heard.lastAt() - start) / 1000,
  }
}

/** Configuration of a bridge that keeps what it cannot tell, and dials once a second. */
export function bridgeLines(options: {
  readonly store: string
  readonly autosave_s: number
  readonly port: number
  readonly topics: readonly string[]
}): readonly string[] {
  return [
    'persistence true',
    `persistence_location ${options.store}/`,
    `autosave_interval ${options.autosave_s}`,
    'user root',
    'connection up',
    `address 127.0.0.1:${options.port}`,
    ...options.topics.map((topic) => `topic ${topic}/# out 1`),
    'cleansession false',
    'notifications false',
    'try_private false',
    'restart_timeout 1',
  ]
}

async function publish(port: number, count: number): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
  for (let from = 0; from < count; from += PUBLISHED_AT_ONCE) {
    const batch = Array.from({ length: Math.min(PUBLISHED_AT_ONCE, count - from) }, (_, index) => {
      const reading = { n: from + index, at: 1_759_276_800_000 + from + index, value: 4.2, flag: 1 }
      return client.publishAsync('readings/weather/rain', JSON.stringify(reading), { qos: 1 })
    })
    await Promise.all(batch)
  }
  await client.endAsync()
}

async function subscriber(port: number) {
  const times = new Map<string, number>()
  let lastAt = 0
  await pause(ACCESS_MS)
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { connectTimeout: SUBSCRIBE_WITHIN_MS })
  client.on('message', (_topic, payload) => {
    const name = payload.toString('utf8')
    times.set(name, (times.get(name) ?? 0) + 1)
    lastAt = performance.now()
  })
  await client.subscribeAsync('readings/#', { qos: 1 })
  return {
    times: (): ReadonlyMap<string, number> => times,
    lastAt: () => lastAt,
    close: () => client.endAsync(true),
  }
}
