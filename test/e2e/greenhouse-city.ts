import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Type, { type Static, type TSchema } from 'typebox'
import { parse, stringify } from 'yaml'
import { Greenhouse } from '../../core/documents/greenhouse.ts'
import { CONTROL_SOCKET, callControl } from '../../core/node/control-socket.ts'
import type { CommandAction, WaterAmount } from '../../core/wire/commands.ts'
import { FarmView } from '../../hub/api/farm-schema.ts'
import { CommandView } from '../../hub/api/schema.ts'
import { HOUSE as DEMO } from '../../sim/greenhouse/demo-greenhouse.ts'
import { CitySpec } from '../../sim/spec.ts'
import { checked, ready, rewrite, sent, writePart } from './part-of-city.ts'
import { endAll } from './product.ts'
import { until } from './until.ts'

/**
 * The demonstration greenhouse alone: its hub, its node with the panel, and its equipment, each a process. Radio and
 * wires go by real time, as in the whole city.
 */

export const NODE = 'gh-01'
export const HOUSE = DEMO.id
const VALVES: readonly string[] = DEMO.valves
const READY_MS = 90_000
/** More than all that is waited for in vain until a city has started, so that the error names it. */
export const START_MS = 300_000
const PATIENCE_MS = 45_000
/** A panel answers one address so many times a minute, and no oftener. */
const SEEN_EVERY_MS = 150

const Zone = Type.Object({
  id: Type.String(),
  open: Type.Boolean(),
  moisture: Type.Number(),
  flow_Lmin: Type.Number(),
  litres: Type.Number(),
})
/** What is read of the world as it truly is. */
const Snapshot = Type.Object({
  at: Type.Number(),
  greenhouses: Type.Array(
    Type.Object({
      house: Type.Object({
        flow_Lmin: Type.Number(),
        metered_L: Type.Number(),
        tank: Type.Object({ percent: Type.Number() }),
        zones: Type.Array(Zone),
        actuators: Type.Record(Type.String(), Type.Number()),
        dosed_mL: Type.Object({ a: Type.Number(), b: Type.Number(), acid: Type.Number() }),
      }),
      radios: Type.Array(Type.Object({ id: Type.String(), joined: Type.Boolean() })),
    }),
  ),
})
export type World = Static<typeof Snapshot>['greenhouses'][number]['house'] & { readonly at: number }

const Words = Type.Object({ vi: Type.String(), en: Type.String() })
const maybe = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
/** What is read of the panel's state. */
const State = Type.Object({
  at: Type.Number(),
  node: Type.Object({
    hub: Type.String(),
    unsent: Type.Number(),
    edits: Type.Object({ waiting: Type.Number(), conflicts: Type.Number() }),
  }),
  outputs: Type.Array(
    Type.Object({ device: Type.String(), output: Type.String(), value: Type.Number(), held: Type.Unknown() }),
  ),
  greenhouses: Type.Array(
    Type.Object({
      paused: maybe(Type.Object({ who: Type.String() })),
      pump: maybe(Type.String()),
      flow_Lmin: maybe(Type.Number()),
      zones: Type.Array(
        Type.Object({
          id: Type.String(),
          moisture: maybe(Type.Number()),
          lost: Type.Boolean(),
          valve: Type.String(),
          running: maybe(
            Type.Object({ phase: Type.String(), left_s: Type.Number(), who: maybe(Type.String()) }),
          ),
          waiting: maybe(Type.Object({ for: Type.String(), why: Words })),
          today_L: Type.Number(),
          season_L: Type.Number(),
          flow: Type.Object({ usual_Lmin: maybe(Type.Number()) }),
        }),
      ),
      problems: Type.Array(
        Type.Object({ rule: Type.String(), text: Words, next: Words, latched: Type.Boolean() }),
      ),
      fertiliser: Type.Array(Type.Object({ channel: Type.String(), today_mL: Type.Number() })),
      journal: Type.Array(
        Type.Object({
          at: Type.Number(),
          zone: Type.String(),
          who: maybe(Type.String()),
          why: Words,
          end: Words,
          litres: Type.Number(),
          minutes: Type.Number(),
          fertiliser_mL: Type.Number(),
        }),
      ),
    }),
  ),
})
export type PanelSeen = Static<typeof State>
export type HouseSeen = PanelSeen['greenhouses'][number]

/** What is read of the node's answer to `tram status`. */
const Status = Type.Object({
  commands: Type.Array(Type.Object({ command: Type.Object({ id: Type.String() }), state: Type.String() })),
})
const Session = Type.Object({
  accounts: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
})
const Document = Type.Object({ rev: Type.String(), body: Greenhouse })

export interface GreenhouseCityOptions {
  readonly speed: number
  /** The city's time as its processes start, UTC. */
  readonly from: number
  readonly house?: (document: Greenhouse) => Greenhouse
  /** What the well gives the tank. */
  readonly refill_Lmin?: number
}

export type GreenhouseCity = Awaited<ReturnType<typeof startGreenhouseCity>>

export async function startGreenhouseCity(options: GreenhouseCityOptions) {
  const part = await writePart(options)
  const end = async () => {
    await endAll()
    await part.remove()
  }
  try {
    return { ...(await started(part, options)), end }
  } catch (cause) {
    await end()
    throw cause
  }
}

async function started(part: Awaited<ReturnType<typeof writePart>>, options: GreenhouseCityOptions) {
  const { layout, hub, lines, panel } = part
  const { house: adapt = (document) => document } = options
  rewrite(layout.spec, JSON.parse, JSON.stringify, CitySpec, (spec) => alone(spec, options))
  rewrite(layout.station(HOUSE), parse, stringify, Greenhouse, adapt)

  const nodeArgs = ['edge', '--config', layout.edge(NODE)] as const
  await ready(['hub', '--config', layout.hub])
  let node = await ready(nodeArgs)
  await ready(['sim', '--spec', layout.spec])
  const snapshot = async () => {
    const { at, greenhouses } = checked(Snapshot, await part.sim('snapshot'))
    const [first] = greenhouses
    if (first === undefined) throw new Error('a world without its greenhouse')
    return { at, ...first }
  }
  // Probes may follow: nobody waits for them to open a valve.
  await until('every valve has joined', READY_MS, async () =>
    (await snapshot()).radios.every(({ id, joined }) => joined || !VALVES.includes(id)),
  )
  const people = await signedIn(panel)
  const state = async () => checked(State, await people.get('/state'))
  const world = async (): Promise<World> => {
    const { at, house } = await snapshot()
    return { at, ...house }
  }
  const house = async (): Promise<HouseSeen> => {
    const [first] = (await state()).greenhouses
    if (first === undefined) throw new Error('a panel without its greenhouse')
    return first
  }
  const document = async () => checked(Document, await people.get(`/greenhouses/${HOUSE}/document`))

  return {
    hub,
    panel,
    now: () => part.clock.now(),
    fault: part.fault,
    /** What `tram city cut` and `join` do. */
    cut: () => lines.cut(NODE),
    join: () => lines.join(NODE),
    /** What the equipment truly does, whatever anybody believes. */
    world,
    /** Waits until the world is so. */
    truly: <T>(what: string, is: (world: World) => T | undefined | false, patience_ms = PATIENCE_MS) =>
      come(what, patience_ms, world, is),
    state,
    house,
    /** Waits until the panel shows it so. */
    shown: <T>(what: string, is: (house: HouseSeen) => T | undefined | false, patience_ms = PATIENCE_MS) =>
      come(
        what,
        patience_ms,
        async () => {
          await pause(SEEN_EVERY_MS)
          return house()
        },
        is,
      ),
    /** Asks the panel for something, as its owner; the answer's code where it refuses. */
    ask: people.ask,
    water: (zone: string, amount: WaterAmount, recipe?: string) =>
      people.ask('POST', `/greenhouses/${HOUSE}/water`, {
        ...{ zone, amount },
        ...(recipe === undefined ? {} : { recipe }),
      }),
    stop: () => people.ask('POST', `/greenhouses/${HOUSE}/stop`, {}),
    resume: () => people.ask('POST', `/greenhouses/${HOUSE}/resume`, {}),
    document,
    /** Edits the document on the panel. */
    async edit(change: (document: Greenhouse) => Greenhouse) {
      const { rev, body } = await document()
      return people.ask('PUT', `/greenhouses/${HOUSE}/document`, { rev, body: change(body) })
    },
    farm: () => hub.get(`/farms/${NODE}/${HOUSE}`, FarmView),
    documentAtHub: () => hub.document(NODE, `greenhouse:${HOUSE}`, Greenhouse),
    editAtHub: (change: (document: Greenhouse) => Greenhouse) =>
      hub.edit(NODE, `greenhouse:${HOUSE}`, Greenhouse, change),
    command: (action: CommandAction, when: { readonly notBefore?: number } = {}) =>
      hub.command(NODE, action, when),
    outcome: (id: string) => hub.get(`/edges/${NODE}/commands/${id}`, CommandView),
    /** The node has the command, and keeps it for later. */
    async isWaiting(id: string) {
      const socket = join(layout.folder, `data-${NODE}`, CONTROL_SOCKET)
      const answer = await callControl(socket, 'status')
      const { commands } = checked(Status, answer.ok ? answer.value : answer.error)
      return commands.some(({ command, state }) => command.id === id && state === 'waiting')
    },
    killNode: () => node.end('SIGKILL'),
    async startNode() {
      node = await ready(nodeArgs)
    },
  }
}

async function come<S, T>(
  what: string,
  patience_ms: number,
  look: () => Promise<S>,
  is: (seen: S) => T | undefined | false,
): Promise<T> {
  let seen: unknown
  return until(
    what,
    patience_ms,
    async () => {
      const now = await look()
      seen = now
      return is(now)
    },
    () => seen,
  )
}

/** Nobody floods and no street is lit. */
function alone(spec: CitySpec, { refill_Lmin }: GreenhouseCityOptions): CitySpec {
  const greenhouses = spec.greenhouses.map((house) => ({
    ...house,
    tank: { ...house.tank, refill_Lmin: refill_Lmin ?? house.tank.refill_Lmin },
  }))
  return { ...spec, stations: [], streets: [], greenhouses }
}

/** Nothing is watered but what is asked for. */
export function byHand(house: Greenhouse): Greenhouse {
  return { ...house, programs: house.programs.map((program) => ({ ...program, on: false })) }
}

/** The panel as its owner sees it, once they have signed in by PIN. */
async function signedIn({
  url,
  name,
  pin,
}: {
  readonly url: string
  readonly name: string
  readonly pin: string
}) {
  const api = `${url}/api`
  const { accounts } = checked(Session, await (await fetch(`${api}/session`)).json())
  const account = accounts.find((one) => one.name === name)?.id
  const answer = await fetch(`${api}/session`, sent('POST', { account, pin }))
  if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const asked = (path: string, init: RequestInit = {}) =>
    fetch(`${api}${path}`, { ...init, headers: { ...init.headers, cookie } })
  return {
    async get(path: string): Promise<unknown> {
      const response = await asked(path)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    /** `taken`, or the code of the refusal. */
    async ask(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<string> {
      const response = await asked(path, body === undefined ? { method } : sent(method, body))
      return response.ok ? 'taken' : checked(Problem, await response.json()).code
    },
  }
}

const Problem = Type.Object({ code: Type.String() })
