import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static, type TSchema } from 'typebox'
import { parse, stringify } from 'yaml'
import { LightingStreet } from '../../core/documents/lighting-street.ts'
import { CONTROL_SOCKET, callControl } from '../../core/node/control-socket.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { checker } from '../../core/schema.ts'
import type { CommandAction } from '../../core/wire/commands.ts'
import { FaultView, OrderView, StreetView } from '../../hub/api/lighting-schema.ts'
import { CommandView } from '../../hub/api/schema.ts'
import { cityLayout } from '../../provisioning/city/layout.ts'
import { writeCity } from '../../provisioning/city/write-city.ts'
import { CitySpec } from '../../sim/spec.ts'
import { freePort } from './free-port.ts'
import { endAll, type Running, start, temporaryFolder } from './product.ts'
import { until } from './until.ts'

/**
 * The demonstration street alone: its hub, its node and its equipment, each a process, at a time and a pace of the
 * test's choice. Of its twenty lamps on the air there are five: radio goes by real time, and twenty take a minute of it
 * to join and be heard.
 */

export const STREET = 'hung-vuong'
const FIRST_ON_WIRE = 'hv-21'
const LAST_ON_AIR = 'hv-05'
const stands = (id: string) => id <= LAST_ON_AIR || id >= FIRST_ON_WIRE
const READY_MS = 60_000
/** Radio and wires go by real time: how often, in real seconds, a lamp on a wire tells what it draws. */
const DALI_EVERY_S = 2

const Snapshot = Type.Object({
  at: Type.Number(),
  streets: Type.Array(
    Type.Object({
      lamps: Type.Array(
        Type.Object({
          id: Type.String(),
          level: Type.Number(),
          power_W: Type.Number(),
          energy_Wh: Type.Number(),
        }),
      ),
      feeders: Type.Array(Type.Object({ id: Type.String(), closed: Type.Boolean() })),
      radios: Type.Array(Type.Object({ id: Type.String(), joined: Type.Boolean() })),
    }),
  ),
})
/** What is read of the answer to `tram status --json`. */
const Status = Type.Object({
  streets: Type.Array(
    Type.Object({
      faulty: Type.Optional(Type.Number()),
      night: Type.Object({
        next: Type.Union([Type.Object({ at: Type.Number(), level: Type.Number() }), Type.Null()]),
      }),
    }),
  ),
})
export type World = Static<typeof Snapshot>['streets'][number] & { readonly at: number }

export interface StreetCity {
  readonly url: string
  /** The city's time, UTC ms. */
  now(): number
  /** What the equipment truly does, whatever anybody believes. */
  world(): Promise<World>
  /** What the node itself says of its street. */
  status(): Promise<Static<typeof Status>['streets'][number]>
  /** `tram city fault WHERE NAME`. */
  fault(where: string, name: string): Promise<void>
  killHub(): Promise<void>
  startHub(): Promise<void>
  killNode(): Promise<void>
  startNode(): Promise<void>
  /** `path` under /api/v1; throws while nobody answers, or what comes is of another shape. */
  get<S extends TSchema>(path: string, schema: S): Promise<Static<S>>
  text(path: string): Promise<string>
  street(): Promise<StreetView>
  orders(): Promise<readonly OrderView[]>
  order(id: string): Promise<OrderView | undefined>
  faults(): Promise<readonly FaultView[]>
  command(
    action: CommandAction,
    options?: { readonly class?: string; readonly why?: string },
  ): Promise<string>
  /** Edits the street's document by the hub; resolves when it has been taken. */
  edit(change: (street: LightingStreet) => LightingStreet): Promise<void>
  end(): Promise<void>
}

export interface StreetCityOptions {
  readonly speed: number
  /** The city's time as its processes start, UTC. */
  readonly from: number
  readonly street?: (document: LightingStreet) => LightingStreet
  /** Mean time between people who pass, of the city's clock. */
  readonly passers_s?: number
  /** How often a lamp on the air tells of itself, in real seconds: who talks much hears little. */
  readonly radio_s?: number
}

export async function startStreetCity(options: StreetCityOptions): Promise<StreetCity> {
  const folder = temporaryFolder()
  const layout = cityLayout(join(folder.path, 'city'))
  const [http, mqtt] = [await freePort('tcp'), await freePort('tcp')]
  const street = {
    gateway: await freePort('udp'),
    modbus: await freePort('tcp'),
    dali: await freePort('tcp'),
    mqtt: await freePort('tcp'),
  }
  const greenhouse = {
    gateway: await freePort('udp'),
    modbus: await freePort('tcp'),
    board: await freePort('tcp'),
    panel: await freePort('tcp'),
  }
  const scale = { speed: options.speed, origin: Date.now(), from: options.from }
  const line = async () => ({ mqtt, http })
  const plan = {
    layout,
    site: 'quang-tri',
    http,
    mqtt,
    line,
    gatewayPort: street.gateway,
    street,
    greenhouse,
    scale,
  }
  await writeCity(plan, systemRandom)
  rewrite(layout.spec, JSON.parse, JSON.stringify, CitySpec, (spec) => hurried(spec, options))
  rewrite(layout.edge(STREET), parse, stringify, Edge, ({ lorawan, ...edge }) => ({
    ...edge,
    lorawan: {
      ...lorawan,
      devices: lorawan.devices.filter(({ id }) => stands(id)),
      multicast: lorawan.multicast.map((group) => ({ ...group, devices: group.devices.filter(stands) })),
    },
    dali: edge.dali.map((bus) => ({ ...bus, memory_s: DALI_EVERY_S })),
  }))
  const { street: adapt = (document) => document } = options
  rewrite(layout.station(STREET), parse, stringify, LightingStreet, (document) => adapt(standing(document)))

  const clock = systemClock(scale)
  const hubArgs = ['hub', '--config', layout.hub] as const
  const nodeArgs = ['edge', '--config', layout.edge(STREET)] as const
  let hub = await ready(hubArgs)
  let node = await ready(nodeArgs)
  await ready(['sim', '--spec', layout.spec])
  const api = apiOf(`http://127.0.0.1:${http}`)

  const city: StreetCity = {
    ...api,
    now: () => clock.now(),
    async world() {
      const answer = await callControl(layout.simControl, 'snapshot')
      if (!answer.ok) throw new Error(answer.error.code)
      const { at, streets } = checked(Snapshot, answer.value)
      const [first] = streets
      if (first === undefined) throw new Error('a world without its street')
      return { at, ...first }
    },
    async status() {
      const answer = await callControl(join(layout.folder, `data-${STREET}`, CONTROL_SOCKET), 'status')
      if (!answer.ok) throw new Error(answer.error.code)
      const [first] = checked(Status, answer.value).streets
      if (first === undefined) throw new Error('a node without its street')
      return first
    },
    async fault(where, name) {
      const answer = await callControl(layout.simControl, 'fault', { device: where, fault: name })
      if (!answer.ok) throw new Error(`${where} ${name}: ${answer.error.code}`)
    },
    killHub: () => hub.end('SIGKILL'),
    async startHub() {
      hub = await ready(hubArgs)
    },
    killNode: () => node.end('SIGKILL'),
    async startNode() {
      node = await ready(nodeArgs)
    },
    async end() {
      await endAll()
      folder.remove()
    },
  }
  await until('every radio has joined', READY_MS, async () =>
    (await city.world()).radios.every(({ joined }) => joined),
  )
  return city
}

async function ready(args: readonly string[]): Promise<Running> {
  const running = start(...args)
  await running.ready()
  return running
}

const Present = Type.Object({ rev: Type.String(), content: LightingStreet })
const Edge = Type.Object({
  lorawan: Type.Object({
    devices: Type.Array(Type.Object({ id: Type.String() })),
    multicast: Type.Array(Type.Object({ devices: Type.Array(Type.String()) })),
  }),
  dali: Type.Array(Type.Object({})),
})

function standing(street: LightingStreet): LightingStreet {
  const groups = street.groups.map((group) => ({ ...group, lamps: group.lamps.filter(stands) }))
  return { ...street, lamps: street.lamps.filter(({ id }) => stands(id)), groups }
}

/** Nobody floods and nothing grows, lamps on the air tell of themselves and people pass as often as the test wants. */
function hurried(spec: CitySpec, { speed, passers_s, radio_s }: StreetCityOptions): CitySpec {
  const streets = spec.streets.map((street) => ({
    ...street,
    lamps: street.lamps
      .filter(({ id }) => stands(id))
      .map((lamp) =>
        lamp.wire.kind === 'lorawan' && radio_s !== undefined
          ? { ...lamp, wire: { ...lamp.wire, every_s: radio_s * speed } }
          : lamp,
      ),
    mqtt: { ...street.mqtt, passers_s: passers_s ?? street.mqtt.passers_s },
  }))
  return { ...spec, stations: [], streets, greenhouses: [] }
}

function rewrite<S extends TSchema>(
  file: string,
  read: (text: string) => unknown,
  write: (value: unknown) => string,
  schema: S,
  change: (value: Static<S>) => unknown,
): void {
  writeFileSync(file, write(change(checked(schema, read(readFileSync(file, 'utf8'))))))
}

function checked<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const result = checker(schema)(value)
  if (!result.ok) throw new Error(`${result.problem.path} ${result.problem.message}`)
  return result.value
}

function apiOf(url: string) {
  const at = `${url}/api/v1`
  const answer = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${at}${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const get = async <S extends TSchema>(path: string, schema: S) =>
    checked(schema, await (await answer(path)).json())
  const send = (method: string, body: unknown) => ({
    ...{ method, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json' },
  })
  const document = `/documents/${STREET}/${encodeURIComponent(`lighting-street:${STREET}`)}`
  const orders = () => get('/lighting/orders', Type.Array(OrderView))
  return {
    url,
    get,
    async text(path: string) {
      return (await answer(path)).text()
    },
    street: () => get(`/lighting/streets/${STREET}/${STREET}`, StreetView),
    orders,
    order: async (id: string) => (await orders()).find(({ command }) => command === id),
    faults: () => get('/lighting/faults', Type.Array(FaultView)),
    async command(
      action: CommandAction,
      { class: urgency = 'momentary', why = 'thử' }: { readonly class?: string; readonly why?: string } = {},
    ) {
      const body = { class: urgency, action, why }
      const given = await answer(`/edges/${STREET}/commands`, send('POST', body))
      return checked(CommandView, await given.json()).id
    },
    async edit(change: (street: LightingStreet) => LightingStreet) {
      const { rev, content } = await get(document, Present)
      const { headers, ...put } = send('PUT', change(content))
      await answer(document, { ...put, headers: { ...headers, 'if-match': rev } })
    },
  }
}
