import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseStatus, statusOf } from './ledgers.ts'
import { endAll, type Folder, type Running, start, temporaryFolder, tram } from './product.ts'
import {
  createTransmitter,
  distance,
  type Gateway,
  openGateway,
  operateSiren,
  SIREN_MS,
  type Transmitter,
} from './radio.ts'
import { type Site, STATION, writeSite } from './site.ts'
import { until } from './until.ts'

/** What a technician does at the pole, one step after another: a node that runs, and no hub anywhere. */

let folder: Folder
let site: Site
let gateway: Gateway
let edge: Running
let level: Transmitter
let relays: () => number
let sounded: () => number
beforeAll(async () => {
  folder = temporaryFolder()
  site = await writeSite(folder.path)
  gateway = await openGateway(site.udp)
  level = createTransmitter(site.level)
  ;({ relays, sounded } = operateSiren(gateway, createTransmitter(site.siren)))
  edge = start('edge', '--config', site.edgeFile)
  await edge.ready()
})
afterAll(async () => {
  await endAll()
  await gateway.close()
  folder.remove()
})

const onNode = (...command: readonly string[]) => tram(...command, '--config', site.edgeFile)
const stationNow = async () => (await statusOf(site.edgeData))?.stations[0]
const heard = async (stage_m: number) => {
  gateway.hear(level.uplink(distance(Math.round((10 - stage_m) * 1_000))))
}

test('tram status tells a person how the node is', async () => {
  const { code, out } = await onNode('status')
  expect(code).toBe(0)
  expect(out).toContain('nut-1 (thu-nghiem)')
  expect(out).toContain('offline')
  expect(out).toMatch(/live +\d+/)
})

test('tram status --json tells a script the same', async () => {
  const { code, out } = await onNode('status', '--json')
  expect(code).toBe(0)
  expect(parseStatus(JSON.parse(out)).ledger.lanes.map(({ lane }) => lane)).toEqual([
    'alarm',
    'state',
    'live',
  ])
})

test('water over BĐ2 sounds the siren with no hub anywhere', async () => {
  for (const stage_m of [3.1, 3.2]) await heard(stage_m)
  await until('the siren sounds', SIREN_MS, () => relays() === 1)
  expect(await stationNow()).toMatchObject({ level: 2, silenced: false })
})

test('tram silence quiets it, and the level stays in force', async () => {
  expect(await onNode('silence', STATION, '--minutes', '5', '--who', 'Lan')).toMatchObject({ code: 0 })
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  expect(await stationNow()).toMatchObject({ level: 2, silenced: true })
})

test('tram unsilence sounds it again', async () => {
  expect(await onNode('unsilence', STATION)).toMatchObject({ code: 0 })
  await until('the siren sounds', SIREN_MS, () => relays() === 1)
})

test('a silence ends by itself when the water reaches the next level', async () => {
  expect(await onNode('silence', STATION)).toMatchObject({ code: 0 })
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  for (const stage_m of [4.1, 4.2]) await heard(stage_m)
  await until('the siren sounds', SIREN_MS, () => relays() === 1)
  expect(await stationNow()).toMatchObject({ level: 3, silenced: false })
})

test('falling water quiets the siren', async () => {
  for (const stage_m of [1.1, 1.2]) await heard(stage_m)
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  expect(await stationNow()).toMatchObject({ level: 0 })
})

test('tram self-test sounds the siren for a moment', async () => {
  const before = sounded()
  expect(await onNode('self-test', STATION)).toMatchObject({ code: 0 })
  // It sounds for a second, which may have passed before the command's own process has ended.
  await until('the siren has sounded', SIREN_MS, () => sounded() > before)
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
})

test('tram doc list, get and put: new levels are in force at once', async () => {
  const listed = await onNode('doc', 'list')
  expect(listed.out).toContain(`flood-station:${STATION}`)
  const got = await onNode('doc', 'get', `flood-station:${STATION}`)
  const document: unknown = parse(got.out)
  expect(document).toMatchObject({ id: STATION, levels: [{ stage_m: 2 }, { stage_m: 3 }, { stage_m: 4 }] })
  const edited = join(folder.path, 'edited.yaml')
  const levels = [0.5, 1, 4].map((stage_m, index) => ({ level: index + 1, stage_m }))
  writeFileSync(edited, stringify({ ...Object(document), levels }))
  expect(await onNode('doc', 'put', `flood-station:${STATION}`, edited)).toMatchObject({ code: 0 })
  await until('the siren sounds by the new levels', SIREN_MS, () => relays() === 1)
  expect(await stationNow()).toMatchObject({ level: 2 })
})

test('a document that contradicts itself is refused, with the reason, and changes nothing', async () => {
  const edited = join(folder.path, 'wrong.yaml')
  const document: unknown = parse(readFileSync(site.stationFile, 'utf8'))
  const levels = [
    { level: 1, stage_m: 3 },
    { level: 2, stage_m: 2 },
  ]
  writeFileSync(edited, stringify({ ...Object(document), levels }))
  const { code, err } = await onNode('doc', 'put', `flood-station:${STATION}`, edited)
  expect(code).toBe(1)
  expect(err).toContain('STATION_LEVELS_NOT_RISING')
  expect(await stationNow()).toMatchObject({ level: 2 })
})

test('a station and a document that there are not are refused', async () => {
  const station = await onNode('silence', 'khong-co')
  expect(station).toMatchObject({ code: 1 })
  expect(station.err).toContain('STATION_UNKNOWN')
  expect(await onNode('doc', 'get', 'khong-co')).toMatchObject({ code: 1 })
})

test('the same node is not started twice, and the first goes on', async () => {
  const { code, err } = await onNode('edge')
  expect(code).toBe(1)
  expect(err).toContain('ALREADY_RUNNING')
  expect(edge.ended()).toBe(false)
  expect(await statusOf(site.edgeData)).toBeDefined()
})

test('SIGTERM ends the node in good order, with the siren quiet', async () => {
  expect(await edge.end('SIGTERM')).toBe(0)
  await until('the siren is quiet', SIREN_MS, () => relays() === 0)
  const { code, err } = await onNode('status')
  expect(code).toBe(1)
  expect(err).toContain('CONTROL_UNAVAILABLE')
})
