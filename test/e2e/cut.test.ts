import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer, type Random } from '../../core/random.ts'
import {
  expectAlarmsInOrder,
  expectCounts,
  expectEachRowOnce,
  expectNothingOwed,
  expectOneWholeRange,
} from './exactness.ts'
import { type LineFault, openFaultyLine } from './faulty-line.ts'
import { startFeed } from './feed.ts'
import { freePort } from './free-port.ts'
import { hubOnDisk } from './hub-disk.ts'
import { drained, statusOf } from './ledgers.ts'
import { endAll, type Folder, start, temporaryFolder } from './product.ts'
import { openGateway } from './radio.ts'
import { writeSite } from './site.ts'
import { until } from './until.ts'

const FAULTS: readonly LineFault[] = [
  ...Array.from({ length: 8 }, () => 'cut' as const),
  ...Array.from({ length: 5 }, () => 'slow' as const),
  ...Array.from({ length: 3 }, () => 'half-open' as const),
  'deaf',
  'deaf',
  'mute',
  'mute',
]
/** The shortest that a site may set, so that the node finds a dead line within three seconds. */
const KEEPALIVE_S = 2
/** From a dead line to a new one: 1.5 times the keepalive, or 5 s for a CONNECT without an answer; and a busy machine. */
const RECOVERY_MS = 20_000
const LASTS_MS = { min: 50, max: 1_500 }
const SOUND_MS = { min: 0, max: 800 }

let folder: Folder
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await endAll()
  folder.remove()
})

test('the line to the broker fails twenty times in five ways, and every row is at the hub once', async () => {
  const seed = Number(process.env.TRAM_SEED ?? Math.floor(Math.random() * 2 ** 31))
  onTestFailed(() => console.error(`TRAM_SEED=${seed}`))
  const random = seededRandom(seed)
  const port = await freePort('tcp')
  const site = await writeSite(folder.path, { via: port, keepalive_s: KEEPALIVE_S })
  const line = await openFaultyLine(site.mqtt, port, random)
  const gateway = await openGateway(site.udp)
  const hub = start('hub', '--config', site.hubFile)
  const edge = start('edge', '--config', site.edgeFile)
  await Promise.all([hub.ready(), edge.ready()])
  const feed = startFeed(gateway, site)

  const inTouch = () =>
    until('the node is in touch with the hub over a sound line', RECOVERY_MS, async () => {
      return line.sound() && (await statusOf(site.edgeData))?.hub.ready
    })
  for (const fault of shuffled(FAULTS, random)) {
    await inTouch()
    await pause(integer(random, SOUND_MS.min, SOUND_MS.max))
    const before = line.suffered[fault]
    line.begin(fault)
    await pause(integer(random, LASTS_MS.min, LASTS_MS.max))
    // A line that had ended by itself meanwhile is struck as it comes again.
    await until(`a line suffers ${fault}`, RECOVERY_MS, () => line.suffered[fault] > before)
    line.mend()
  }
  await inTouch()
  feed.stop()

  const { status, ledger } = await drained(site, 60_000)
  expectNothingOwed(status)
  expectOneWholeRange(ledger, status)
  await edge.end('SIGTERM')
  await hub.end('SIGTERM')
  await gateway.close()
  await line.close()

  const stored = hubOnDisk(site.hubData)
  expectEachRowOnce(stored, [])
  expectCounts(stored, site, feed, [])
  expectAlarmsInOrder(stored)
  stored.close()
  expect(Object.entries(line.suffered).filter(([, count]) => count === 0)).toEqual([])
}, 240_000)

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
