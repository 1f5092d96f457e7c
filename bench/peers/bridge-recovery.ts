import { openLink } from '../link.ts'
import type { Outage } from '../outage.ts'
import type { Recovered } from '../recovering-node.ts'
import { pause, until } from '../rounds.ts'
import { CHANNELS } from '../series.ts'
import { freePort, type Workplace } from '../workplace.ts'
import { bridgeLines } from './mosquitto-bridge.ts'
import { startMosquitto } from './mqtt-broker.ts'
import { type Message, publishAll, subscribeAll } from './mqtt-stream.ts'

export interface BridgeSettings {
  readonly autosave_s: number
  /** Nothing comes any more when nothing came for so long. */
  readonly quiet_ms: number
  /** Share of the readings at whose arrival it is killed, and started again. */
  readonly killAt?: number
}

const RECOVERS_WITHIN_MS = 120_000
const POLL_MS = 20
const ALARMS = 'alarms'
const READINGS = 'readings'

/** The same outage through a Mosquitto bridge with persistence. */
export async function bridgeRecovery(
  workplace: Workplace,
  mosquitto: string,
  dark: Outage,
  settings: BridgeSettings,
): Promise<Recovered> {
  const [near, far] = [await freePort(), await freePort()]
  await startMosquitto(workplace, mosquitto, far)
  const link = await openLink(far)
  const lines = bridgeLines({
    store: workplace.folder('bridge-store'),
    autosave_s: settings.autosave_s,
    port: link.port,
    topics: [READINGS, ALARMS],
  })
  let bridge = await startMosquitto(workplace, mosquitto, near, lines)
  await publishAll(near, messagesOf(dark))
  const arrived = arrivals(dark)
  const subscriber = await subscribeAll(far, '#', arrived.note)
  try {
    await link.up()
    if (settings.killAt !== undefined) {
      const wanted = dark.readings * settings.killAt
      await until('the bridge to tell', RECOVERS_WITHIN_MS, () => arrived.different() >= wanted, 1)
      await bridge.kill('SIGKILL')
      bridge = await startMosquitto(workplace, mosquitto, near, lines)
    }
    await until('the bridge to dial', RECOVERS_WITHIN_MS, () => link.connectedAt() !== undefined)
    const start = performance.now()
    await until(
      'the bridge to recover',
      RECOVERS_WITHIN_MS,
      () => {
        const quiet = performance.now() - Math.max(start, arrived.lastAt()) > settings.quiet_ms
        return arrived.different() >= dark.readings || quiet
      },
      POLL_MS,
    )
    // What comes twice may come late.
    if (settings.killAt !== undefined) await pause(settings.quiet_ms / 4)
    return arrived.since(link.connectedAt() ?? Number.NaN, link.bytes())
  } finally {
    subscriber.close()
    await bridge.kill()
    await link.close()
  }
}

/** As sparse as JSON that says what ours says can be: the point is in the topic. */
function* messagesOf(dark: Outage): Generator<Message> {
  const alarms = [...dark.alarms]
  for (const set of dark.sets()) {
    for (const { device, channel, at, value, flag } of set) {
      yield {
        topic: `${READINGS}/dong-ha/${device}/${channel}`,
        payload: JSON.stringify({ at, value, flag }),
      }
    }
    for (let next = alarms[0]; next !== undefined && next.at <= (set[0]?.at ?? 0); next = alarms[0]) {
      alarms.shift()
      yield { topic: `${ALARMS}/dong-ha`, payload: JSON.stringify(next) }
    }
  }
}

const AT = Buffer.from('"at":')

/** Notes each reading by its channel and time, a bit each. */
function arrivals(dark: Outage) {
  const channels = new Map(
    CHANNELS.map(({ device, channel }, index) => [`${READINGS}/dong-ha/${device}/${channel}`, index]),
  )
  const times = new Map<number, number>()
  for (const set of dark.sets()) times.set(set[0]?.at ?? 0, times.size)
  const seen = new Uint8Array(dark.readings)
  const seenAt = { firstAlarm: Number.NaN, alarms: Number.NaN, present: Number.NaN, last: 0 }
  let [different, doubled, alarms, present] = [0, 0, 0, 0]
  const reading = (channel: number, at: number, now: number) => {
    const index = (times.get(at) ?? Number.NaN) * CHANNELS.length + channel
    if (seen[index] === undefined) throw new Error(`a reading of ${at} was never published`)
    if (seen[index] === 1) return void doubled++
    seen[index] = 1
    different++
    if (at === dark.until && ++present === CHANNELS.length) seenAt.present = now
  }
  return {
    note(topic: string, payload: Buffer) {
      const now = performance.now()
      seenAt.last = now
      const channel = channels.get(topic)
      if (channel !== undefined) {
        const from = payload.indexOf(AT) + AT.length
        return reading(channel, Number(payload.toString('latin1', from, payload.indexOf(',', from))), now)
      }
      alarms++
      if (alarms === 1) seenAt.firstAlarm = now
      if (alarms === dark.alarms.length) seenAt.alarms = now
    },
    different: () => different,
    lastAt: () => seenAt.last,
    since(start: number, bytes: number): Recovered {
      const seconds = (at: number) => (at - start) / 1000
      return {
        firstAlarm_s: seconds(seenAt.firstAlarm),
        alarms_s: seconds(seenAt.alarms),
        present_s: seconds(seenAt.present),
        complete_s: different < dark.readings ? Number.NaN : seconds(seenAt.last),
        bytes: bytes / dark.readings,
        lost: dark.readings - different,
        doubled,
      }
    },
  }
}
