import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import { type OutboxRows, outboxOnDisk } from './edge-disk.ts'
import {
  type Death,
  expectAlarmsInOrder,
  expectCounts,
  expectEachRowOnce,
  expectNothingOwed,
  expectOneWholeRange,
} from './exactness.ts'
import { startFeed } from './feed.ts'
import { hubOnDisk } from './hub-disk.ts'
import { drained, parseStatus } from './ledgers.ts'
import { endAll, type Folder, type Running, start, temporaryFolder, tram } from './product.ts'
import { createTransmitter, openGateway, operateSiren } from './radio.ts'
import { writeSite } from './site.ts'
import { until } from './until.ts'

const KILLS = 20
/** From the moment a process is ready to its end. */
const LIFE_MS = { min: 20, max: 2_500 }

let folder: Folder
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await endAll()
  folder.remove()
})

test('node and hub are each killed at twenty random moments, and every row is at the hub once', async () => {
  const seed = Number(process.env.TRAM_SEED ?? Math.floor(Math.random() * 2 ** 31))
  onTestFailed(() => console.error(`TRAM_SEED=${seed}`))
  const site = await writeSite(folder.path)
  const gateway = await openGateway(site.udp)
  operateSiren(gateway, createTransmitter(site.siren))
  const onDisk: OutboxRows[] = []
  const deaths: Death[] = []

  /** Starts a process again and again, until its last life, which goes on. */
  const lives = async (
    begin: () => Running,
    salt: number,
    killed: (killedAt: number) => void,
  ): Promise<Running> => {
    const random = seededRandom(seed + salt)
    for (let kill = 0; kill < KILLS; kill++) {
      const running = begin()
      await running.ready()
      await pause(integer(random, LIFE_MS.min, LIFE_MS.max))
      const killedAt = performance.now()
      await running.end('SIGKILL')
      killed(killedAt)
    }
    const last = begin()
    await last.ready()
    return last
  }
  const feed = startFeed(gateway, site)
  const [hub, edge] = await Promise.all([
    lives(
      () => start('hub', '--config', site.hubFile),
      0,
      () => {},
    ),
    lives(
      () => start('edge', '--config', site.edgeFile),
      1,
      (killedAt) => {
        const rows = outboxOnDisk(site.edgeData)
        if (rows !== undefined) onDisk.push(rows)
        deaths.push({ killedAt, rebornAt: performance.now() })
      },
    ),
  ])
  feed.stop()

  await drained(site, 60_000)
  // What a node tells of itself goes on: its own command is asked until it falls between two batches.
  await until('tram status owes nothing', 30_000, async () => {
    const shown = await tram('status', '--json', '--config', site.edgeFile)
    return parseStatus(JSON.parse(shown.out)).ledger.lanes.every(({ stored }) => stored === 0)
  })
  const { status, ledger } = await drained(site, 10_000)
  expectNothingOwed(status)
  expectOneWholeRange(ledger, status)
  await edge.end('SIGTERM')
  await hub.end('SIGTERM')
  await gateway.close()

  const stored = hubOnDisk(site.hubData)
  expectEachRowOnce(stored, onDisk)
  expectCounts(stored, site, feed, deaths)
  expectAlarmsInOrder(stored)
  stored.close()
  expect(onDisk.length).toBeGreaterThan(KILLS / 2)
}, 320_000)
