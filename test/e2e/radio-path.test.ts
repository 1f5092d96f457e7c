import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { serialStream } from '../../core/node/serial-stream.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { udpNetwork } from '../../core/node/udp.ts'
import { hashSecret } from '../../core/scrypt.ts'
import { memoryNonces } from '../../sim/nonces.ts'
import { createPacketForwarder } from '../../sim/packet-forwarder.ts'
import { createAir } from '../../sim/radio/air.ts'
import { createRui3Modem } from '../../sim/rui3-modem.ts'
import { openPtyPair, socatMissing } from '../pty-pair.ts'
import { openFaultyLine } from './faulty-line.ts'
import { freePort } from './free-port.ts'
import { drained, statusOf } from './ledgers.ts'
import { endAll, type Folder, start, temporaryFolder, tram } from './product.ts'
import { createTransmitter, distance, openGateway } from './radio.ts'
import { DATUM_M, EDGE, SITE, type Site, STATION, writeSite } from './site.ts'
import { until } from './until.ts'

/** The radio path as it is installed: a hub, a node with a modem at a serial port, and a neighbour with a gateway. */

const NEIGHBOUR = 'nut-2'
const MODEM_GATEWAY = 'aa555a0000000002'
const APP_KEY = '00112233445566778899aabbccddeeff'
const EUIS = { devEui: 'ac1f09fffe000001', joinEui: 'ac1f09fff8000001' }
const KEEPALIVE_S = 2
/** The shortest that a node may be told to wait. */
const AFTER_S = 10
const BY_RADIO = 'told by radio'

let folder: Folder
const closers: (() => unknown)[] = []
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await endAll()
  for (const close of closers.splice(0).reverse()) await close()
  folder.remove()
})

const secret = (name: string, text: string) => writeFileSync(join(folder.path, name), text, { mode: 0o600 })

/** The node of `writeSite` with a modem, the hub with its key, and a second node whose gateway hears it. */
async function writeNeighbours(
  modem: string,
): Promise<Site & { readonly line: number; readonly air: number }> {
  const line = await freePort('tcp')
  const air = await freePort('udp')
  const relay = { modem: { path: modem }, keyFile: 'relay.key', appKeyFile: 'modem.key', ...EUIS }
  const site = await writeSite(folder.path, {
    via: line,
    keepalive_s: KEEPALIVE_S,
    edge: { relay: { ...relay, dataRate: 2, after_s: AFTER_S } },
  })
  secret('relay.key', randomBytes(32).toString('hex'))
  secret('modem.key', APP_KEY)
  const key = randomBytes(32).toString('hex')
  secret('neighbour.key', key)
  writeFileSync(
    neighbourFile(),
    stringify({
      site: SITE,
      edge: NEIGHBOUR,
      name: { vi: 'Láng giềng', en: 'Neighbour' },
      dataDir: 'neighbour-data',
      hub: { url: `mqtt://127.0.0.1:${site.mqtt}`, keyFile: 'neighbour.key' },
      lorawan: {
        bind: { host: '127.0.0.1', port: air },
        gateways: [{ eui: MODEM_GATEWAY }],
        devices: [],
        relays: [{ edge: EDGE, appKeyFile: 'modem.key', ...EUIS }],
      },
      stations: [],
    }),
  )
  const hub: { edges: object[] } = parse(readFileSync(site.hubFile, 'utf8'))
  const [node] = hub.edges
  const keyHash = await hashSecret(key, systemRandom)
  const edges = [
    { ...node, relayKeyFile: join(folder.path, 'relay.key') },
    { id: NEIGHBOUR, keyHash },
  ]
  writeFileSync(site.hubFile, stringify({ ...hub, edges }))
  return { ...site, line, air }
}

function neighbourFile(): string {
  return join(folder.path, 'neighbour.yaml')
}

test('a node that is cut off tells its alarm over a neighbour, and the row that comes later is the same alert', async (context) => {
  if (socatMissing) context.skip('socat is not installed')
  const ports = await openPtyPair()
  closers.push(ports.close)
  const site = await writeNeighbours(ports.near)
  const clock = systemClock()
  const air = createAir({ clock, random: seededRandom(5), loss: 0 })
  const line = await openFaultyLine(site.mqtt, site.line, seededRandom(6))
  const far = serialStream({ path: ports.far, baud: 115_200 })
  const virtual = createRui3Modem({
    ...{ clock, random: seededRandom(7), air, stream: far, nonces: memoryNonces(), dwell: true },
    position: { x_m: 900, y_m: 0 },
  })
  const heard = createPacketForwarder({
    ...{ clock, random: seededRandom(8), network: udpNetwork, air, eui: MODEM_GATEWAY, log: silentLog },
    server: { host: '127.0.0.1', port: site.air },
    position: { x_m: 0, y_m: 0 },
  })
  const gateway = await openGateway(site.udp)
  closers.push(
    () => gateway.close(),
    () => line.close(),
    () => far.close(),
    () => heard.stop(),
    () => virtual.stop(),
  )
  const hub = start('hub', '--config', site.hubFile)
  await hub.ready()
  const neighbour = start('edge', '--config', neighbourFile())
  const node = start('edge', '--config', site.edgeFile)
  await Promise.all([neighbour.ready(), node.ready()])
  await Promise.all([virtual.start(), heard.start()])
  const level = createTransmitter(site.level)
  const rise = (stage_m: number) => gateway.hear(level.uplink(distance((DATUM_M - stage_m) * 1_000)))
  const ask = async (path: string): Promise<unknown> => (await fetch(`${site.url}/api/v1/${path}`)).json()
  const alerts = async () => JSON.stringify(await ask('alerts'))
  const inTouch = async () => (await statusOf(site.edgeData))?.hub.ready === true
  const radio = async () => (await statusOf(site.edgeData))?.relay

  await until('the node is in touch and its modem joined', 60_000, async () => {
    return (await inTouch()) && (await radio())?.modem === 'joined'
  })
  line.begin('half-open')
  await until('the node knows that it is alone', 20_000, async () => !(await inTouch()))
  for (const stage_m of [3.4, 3.41, 3.42]) rise(stage_m)
  await until('the hub has the alarm by radio', 60_000, async () => (await alerts()).includes(BY_RADIO))
  await until('the node knows that', 40_000, async () => (await radio())?.untold === 0)
  const early = await ask('alerts')
  expect(early).toMatchObject([{ id: '1', edge: EDGE, station: STATION, rule: 'level', level: 2, unit: 'm' }])
  expect(await ask('edges')).toMatchObject([
    { edge: EDGE, heardByRadio: { via: NEIGHBOUR } },
    { edge: NEIGHBOUR, heardByRadio: null },
  ])
  const shown = await tram('status', '--config', site.edgeFile)
  expect(shown.out).toMatch(
    /modem đã vào mạng\/joined.*đang báo qua vô tuyến\/telling by radio.*hub answered/s,
  )

  line.mend()
  await until('the node is in touch again', 40_000, inTouch)
  await drained(site, 30_000)
  const late = await alerts()
  expect(late).not.toContain(BY_RADIO)
  expect(JSON.parse(late)).toMatchObject([{ id: '1', rule: 'level', level: 2 }])
  await Promise.all([node.end('SIGTERM'), neighbour.end('SIGTERM'), hub.end('SIGTERM')])
}, 240_000)

test('a key that others may read, or that is missing, is named, and nothing is started', async () => {
  const site = await writeNeighbours('/dev/serial/by-id/none')
  const key = join(folder.path, 'relay.key')
  const asked = async () => [
    await tram('hub', '--config', site.hubFile),
    await tram('edge', '--config', site.edgeFile),
  ]
  chmodSync(key, 0o644)
  const open = await asked()
  rmSync(key)
  for (const { code, err } of [...open, ...(await asked())]) {
    expect(code).not.toBe(0)
    expect(err).toContain(`SECRET_UNREADABLE: Không đọc được tệp khóa ${key}`)
    expect(err).toContain(`SECRET_UNREADABLE: The key file ${key} cannot be read`)
  }
}, 60_000)

test('a modem that is not there keeps no node from its work, and is named', async () => {
  const site = await writeNeighbours('/dev/serial/by-id/none')
  const node = start('edge', '--config', site.edgeFile)
  await node.ready()
  await until('the status names the port', 20_000, async () => {
    const shown = await tram('status', '--config', site.edgeFile)
    return shown.out.includes('MODEM CHƯA NỐI/UNPLUGGED') && shown.out.includes('/dev/serial/by-id/none')
  })
  await node.end('SIGTERM')
}, 60_000)
