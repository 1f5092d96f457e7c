import { closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hubOnDisk } from './hub-disk.ts'
import { drained, statusOf } from './ledgers.ts'
import { endAll, type Folder, type Running, start, temporaryFolder } from './product.ts'
import {
  createTransmitter,
  distance,
  type Gateway,
  openGateway,
  operateSiren,
  SIREN_MS,
  type Transmitter,
} from './radio.ts'
import { type Site, writeSite } from './site.ts'
import { until } from './until.ts'

/** What a bad disk does to a node: it says so, it goes on deciding and alarming, and it saves what can be read. */

const PAGE_BYTES = 4_096
const COUNTS = 2_000

let folder: Folder
let site: Site
let gateway: Gateway
let level: Transmitter
let relays: () => number
beforeEach(async () => {
  folder = temporaryFolder()
  site = await writeSite(folder.path)
  gateway = await openGateway(site.udp)
  level = createTransmitter(site.level)
  relays = operateSiren(gateway, createTransmitter(site.siren)).relays
})
afterEach(async () => {
  await endAll()
  await gateway.close()
  folder.remove()
})

const started = async (): Promise<Running> => {
  const edge = start('edge', '--config', site.edgeFile)
  await edge.ready()
  return edge
}
const rise = () => {
  for (const stage_m of [3.1, 3.2]) gateway.hear(level.uplink(distance(Math.round((10 - stage_m) * 1_000))))
}
const fall = () => {
  for (const stage_m of [1.1, 1.2]) gateway.hear(level.uplink(distance(Math.round((10 - stage_m) * 1_000))))
}

/** Fills the outbox while there is no hub, and ends the node. */
const filled = async () => {
  const edge = await started()
  const counter = createTransmitter(site.counter)
  rise()
  await until('the siren sounds', SIREN_MS, () => relays() === 1)
  fall()
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  for (let count = 0; count < COUNTS; count++) {
    const frame = gateway.hear(counter.uplink(distance(count)))
    // No faster than the node takes them: UDP drops what it has no room for.
    if (count % 100 === 99)
      await until('the node has the frame', 5_000, () => gateway.acknowledged.has(frame))
  }
  await edge.end('SIGTERM')
}

/** Overwrites the outbox's pages from `first` on, each `every`th. */
const spoil = (first: number, every: number) => {
  const path = join(site.edgeData, 'outbox.db')
  const pages = Math.floor(statSync(path).size / PAGE_BYTES)
  const file = openSync(path, 'r+')
  for (let page = first; page < pages; page += every) {
    writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, page * PAGE_BYTES)
  }
  closeSync(file)
}

const saysCorrupt = () =>
  until('the node says that its database is damaged', 10_000, async () => {
    const status = await statusOf(site.edgeData)
    return status?.refusals.some(
      ({ source, problem }) => source === 'outbox' && problem.code === 'STORE_CORRUPT',
    )
  })

const soundsAgain = async () => {
  rise()
  await until('the siren sounds', SIREN_MS, () => relays() === 1)
}

/** A hub comes, after what was rescued has been taken up. */
const told = async (edge: Running) => {
  await until('what can be read is saved', 30_000, () =>
    edge.errors.some((line) => line.includes('damaged outbox saved')),
  )
  const hub = start('hub', '--config', site.hubFile)
  await hub.ready()
  await until('the hub has everything', 30_000, async () => {
    const status = await statusOf(site.edgeData)
    const lanes = status?.ledger.lanes ?? []
    return lanes.length > 0 && lanes.every(({ produced, stored }) => produced > 0 && stored === 0)
  })
  return hub
}

test('pages of the outbox are overwritten: what can be read reaches the hub, the rest is a gap with a reason', async () => {
  await filled()
  spoil(12, 9)
  const edge = await started()
  await soundsAgain()
  await saysCorrupt()
  const hub = await told(edge)
  await edge.end('SIGTERM')
  await hub.end('SIGTERM')
  const stored = hubOnDisk(site.hubData)
  const counts = stored.values(site.counter.id, 'distance').map((metres) => Math.round(metres * 1_000))
  expect(new Set(counts).size).toBe(counts.length)
  expect(counts.length).toBeGreaterThan(COUNTS * 0.7)
  expect(counts.length).toBeLessThan(COUNTS)
  expect(stored.streams.find(({ lane }) => lane === 'live')?.gaps.join()).toMatch(
    /corrupt|unreadable|damaged/,
  )
  expect(stored.events.map(({ event, level: reached }) => `${event} ${reached}`)).toEqual([
    'raised 2',
    'cleared 0',
    'raised 2',
  ])
  stored.close()
  expect(existsSync(join(site.edgeData, 'outbox.db.damaged-1'))).toBe(true)
}, 120_000)

test('the outbox is nothing but rubbish: the node starts a new one and alarms', async () => {
  await filled()
  spoil(0, 1)
  const edge = await started()
  await soundsAgain()
  await saysCorrupt()
  // What was raised meanwhile is written as soon as there is a new one, a moment after it stands.
  await until('the outbox works again and keeps the alarm', 10_000, async () => {
    const { fault, lanes } = (await statusOf(site.edgeData))?.ledger ?? { fault: undefined, lanes: [] }
    return fault === undefined && (lanes.find(({ lane }) => lane === 'alarm')?.stored ?? 0) > 0
  })
  const hub = start('hub', '--config', site.hubFile)
  await hub.ready()
  expect((await drained(site, 20_000)).ledger.complete).toBe(true)
  expect(edge.ended()).toBe(false)
}, 120_000)

test('every database of the node is rubbish: it starts, says so, keeps them for a look, and alarms', async () => {
  await filled()
  const databases = ['outbox.db', 'control.db', 'lorawan.db'].map((name) => join(site.edgeData, name))
  for (const file of databases) writeFileSync(file, Buffer.alloc(64 * PAGE_BYTES, 0x5a))
  await started()
  await soundsAgain()
  const status = await statusOf(site.edgeData)
  expect(status?.refusals.find(({ problem }) => problem.code === 'STORE_CORRUPT')?.count).toBe(
    databases.length,
  )
  expect(databases.filter((file) => !existsSync(`${file}.damaged-1`))).toEqual([])
}, 120_000)

test('there is no place for the data: the node says so, decides and alarms from memory', async () => {
  writeFileSync(site.edgeData, 'a file stands where the folder should be')
  const edge = await started()
  await soundsAgain()
  // A siren's radio may be quicker than the pipe of a log.
  await until('the node has said so', 5_000, () => edge.errors.join('\n').includes('STORE_UNWRITABLE'))
  await until('the alarm is in its log', 5_000, () => edge.lines.join('\n').includes('BĐ2'))
  fall()
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  await edge.end('SIGTERM')
}, 120_000)

test('the data folder is gone at the start: it is made', async () => {
  await started()
  expect(existsSync(join(site.edgeData, 'outbox.db'))).toBe(true)
  const hub = start('hub', '--config', site.hubFile)
  await hub.ready()
  expect((await drained(site, 20_000)).ledger.complete).toBe(true)
}, 120_000)
