import { join } from 'node:path'
import Type, { type Static, type TSchema } from 'typebox'
import { parse, stringify } from 'yaml'
import { LightingStreet } from '../../core/documents/lighting-street.ts'
import { CONTROL_SOCKET, callControl } from '../../core/node/control-socket.ts'
import type { CommandAction } from '../../core/wire/commands.ts'
import { FaultView, OrderView, StreetView } from '../../hub/api/lighting-schema.ts'
import { CitySpec } from '../../sim/spec.ts'
import { checked, ready, rewrite, writePart } from './part-of-city.ts'
import { endAll } from './product.ts'
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
  const part = await writePart(options)
  const { layout, clock, hub: api } = part
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

  const hubArgs = ['hub', '--config', layout.hub] as const
  const nodeArgs = ['edge', '--config', layout.edge(STREET)] as const
  let hub = await ready(hubArgs)
  let node = await ready(nodeArgs)
  await ready(['sim', '--spec', layout.spec])

  const orders = () => api.get('/lighting/orders', Type.Array(OrderView))

  const city: StreetCity = {
    ...{ url: api.url, get: api.get, text: api.text, fault: part.fault },
    ...{ street: () => api.get(`/lighting/streets/${STREET}/${STREET}`, StreetView), orders },
    order: async (id) => (await orders()).find(({ command }) => command === id),
    faults: () => api.get('/lighting/faults', Type.Array(FaultView)),
    command: (action, how) => api.command(STREET, action, how),
    edit: (change) => api.edit(STREET, `lighting-street:${STREET}`, LightingStreet, change),
    now: () => clock.now(),
    async world() {
      const { at, streets } = checked(Snapshot, await part.sim('snapshot'))
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
    async killHub() {
      await hub.end('SIGKILL')
    },
    async startHub() {
      hub = await ready(hubArgs)
    },
    async killNode() {
      await node.end('SIGKILL')
    },
    async startNode() {
      node = await ready(nodeArgs)
    },
    async end() {
      await endAll()
      await part.remove()
    },
  }
  await until('every radio has joined', READY_MS, async () =>
    (await city.world()).radios.every(({ joined }) => joined),
  )
  return city
}

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
