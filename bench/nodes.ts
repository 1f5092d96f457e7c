import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FloodStation } from '../core/documents/flood-station.ts'
import { CONTROL_SOCKET, callControl } from '../core/node/control-socket.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { hashSecret } from '../core/scrypt.ts'
import type { Child } from './child.ts'
import { type Workplace, writeConfig } from './workplace.ts'

/** The product's own processes, as a person starts them: `tram edge --config` and `tram hub --config`. */

/** The bench runs in the project's own folder, as npm has it. */
const TRAM = resolve('provisioning', 'tram.js')
/** All nodes of the bench have the same. */
export const EDGE_KEY = 'bench-bench-bench-bench-bench-bench'
export const SITE = 'bench'
export const EDGE = 'bench-node'
const READY_WITHIN_MS = 30_000

export interface EdgeNode {
  readonly dataDir: string
  /** Starts (again) and resolves once it works; the seconds that took. */
  start(): Promise<number>
  child(): Child
  /** What `tram status` shows. */
  status(): Promise<Status>
}

/** The part of `tram status` that the bench reads. */
export interface Status {
  readonly produced: number
  readonly acknowledged: number
  readonly queued: number
  readonly refusals: Readonly<Record<string, number>>
}

export function edgeNode(
  workplace: Workplace,
  options: {
    readonly hubUrl: string
    readonly stations?: readonly FloodStation[]
    /** As somebody writes them: what is left out has its defaults. */
    readonly greenhouses?: readonly { readonly id: string }[]
    readonly lorawan?: Readonly<Record<string, unknown>>
    readonly chirpstack?: Readonly<Record<string, unknown>>
    /** Further sections of edge.yaml. */
    readonly sections?: Readonly<Record<string, unknown>>
  },
): EdgeNode {
  const folder = workplace.folder('edge')
  const dataDir = join(folder, 'data')
  writeFileSync(join(folder, 'edge.key'), EDGE_KEY, { mode: 0o600 })
  const { stations = [], greenhouses = [], lorawan, chirpstack } = options
  for (const document of [...stations, ...greenhouses])
    writeConfig(join(folder, `${document.id}.yaml`), document)
  const filesOf = (documents: readonly { readonly id: string }[]) => documents.map(({ id }) => `${id}.yaml`)
  const config = writeConfig(join(folder, 'edge.yaml'), {
    site: SITE,
    edge: EDGE,
    name: { vi: EDGE, en: EDGE },
    dataDir: 'data',
    hub: { url: options.hubUrl, keyFile: 'edge.key' },
    stations: filesOf(stations),
    greenhouses: filesOf(greenhouses),
    ...(lorawan === undefined ? {} : { lorawan }),
    ...(chirpstack === undefined ? {} : { chirpstack }),
    ...options.sections,
  })
  let child: Child | undefined
  return {
    dataDir,
    async start() {
      const start = performance.now()
      child = workplace.startNode([TRAM, 'edge', '--config', config])
      await child.line(/"msg":"running"/, READY_WITHIN_MS)
      return (performance.now() - start) / 1000
    },
    child() {
      if (child === undefined) throw new Error('the node was not started')
      return child
    },
    async status() {
      const answer = await callControl(join(dataDir, CONTROL_SOCKET), 'status')
      if (!answer.ok) throw new Error(answer.error.code)
      return statusOf(answer.value)
    },
  }
}

export interface HubNode {
  readonly dataDir: string
  readonly mqttUrl: string
  readonly port: number
  start(): Promise<number>
  child(): Child
}

/** A hub that knows the node above and `others`; `ports` may be taken again after a restart. */
export async function hubNode(
  workplace: Workplace,
  ports: { readonly mqtt: number; readonly http: number },
  others: readonly string[] = [],
): Promise<HubNode> {
  const folder = workplace.folder('hub')
  const dataDir = join(folder, 'data')
  const keyHash = await hashSecret(EDGE_KEY, systemRandom)
  const config = writeConfig(join(folder, 'hub.yaml'), {
    site: SITE,
    dataDir,
    broker: { port: ports.mqtt },
    http: { port: ports.http },
    edges: [EDGE, ...others].map((id) => ({ id, keyHash })),
  })
  let child: Child | undefined
  return {
    dataDir,
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
    port: ports.mqtt,
    async start() {
      const start = performance.now()
      child = workplace.startNode([TRAM, 'hub', '--config', config])
      await child.line(/"event":"ready"/, READY_WITHIN_MS)
      return (performance.now() - start) / 1000
    },
    child() {
      if (child === undefined) throw new Error('the hub was not started')
      return child
    },
  }
}

function statusOf(value: unknown): Status {
  const ledger = field(value, 'ledger')
  const live = list(field(ledger, 'lanes')).find((lane) => field(lane, 'lane') === 'live')
  const refusals = list(field(value, 'refusals')).map((entry): [string, number] => [
    String(field(field(entry, 'problem'), 'code')),
    Number(field(entry, 'count')),
  ])
  return {
    produced: Number(field(live, 'produced')),
    acknowledged: Number(field(live, 'acknowledged')),
    queued: Number(field(field(ledger, 'queued'), 'readings')),
    refusals: Object.fromEntries(refusals),
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
