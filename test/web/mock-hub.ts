import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { errors } from '../../core/errors.ts'
import type { Text } from '../../core/text.ts'
import type { FarmView } from '../../hub/api/farm-schema.ts'
import type { FaultView, OrderView, StreetView } from '../../hub/api/lighting-schema.ts'
import type {
  AlertView,
  CommandView,
  ConflictView,
  DocumentView,
  EdgeView,
  Overview,
  StreamEvent,
} from '../../hub/api/schema.ts'
import { checkFarm } from '../../hub/farm/check-farm.ts'
import { command, edges, ledger, series, stationDocument } from './city.ts'
import { farmDocument, farmUse } from './farm.ts'
import { energy, streetDocument } from './street.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

export interface MockHub {
  readonly url: string
  /** What the overview will answer from now on. */
  world: Overview
  /** Asks for a sign-in until one with this password came. */
  password: string | undefined
  readonly acknowledged: string[]
  edges: EdgeView[]
  /** Given by the page, newest first. */
  commands: CommandView[]
  account: { name: string; role: string; verticals?: string[] }
  document: DocumentView
  streets: StreetView[]
  /** Newest first. */
  lightOrders: OrderView[]
  lightFaults: FaultView[]
  streetDocument: DocumentView
  farms: FarmView[]
  farmDocument: DocumentView
  /** What a PUT of a street's document is refused with. */
  refusal: { code: string; what: Text; next: Text } | undefined
  conflicts: ConflictView[]
  /** `METHOD route` of everything that changed something. */
  readonly changes: string[]
  send(event: StreamEvent): void
  /** Cuts every connection and refuses new ones until `restore`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/** The hub's HTTP interface over made-up data, and the built page, under the policy that the hub sends. */
export async function startMockHub(folder: string, world: Overview): Promise<MockHub> {
  const streams = new Set<ServerResponse>()
  const sockets = new Set<Socket>()
  let signedIn = false
  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub')
    const path = decodeURIComponent(url.pathname)
    if (!path.startsWith('/api/v1/')) return void sendFile(folder, path, response)
    const route = path.slice('/api/v1'.length)
    if (route === '/login') {
      let body = ''
      request.on('data', (piece) => {
        body += piece
      })
      request.on('end', () => {
        signedIn = JSON.parse(body).password === hub.password
        if (signedIn) json(response, 200, { name: 'lan' })
        else json(response, 401, WRONG_PASSWORD)
      })
      return
    }
    if (hub.password !== undefined && !signedIn) return json(response, 401, WRONG_PASSWORD)
    if (route === '/me') return json(response, 200, hub.account)
    if (route === '/overview') return json(response, 200, hub.world)
    if (route === '/errors') return json(response, 200, errors)
    if (route === '/edges') return json(response, 200, hub.edges)
    if (route === '/alerts') return json(response, 200, [])
    if (route === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': hello\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    if (request.method !== 'GET' && !route.endsWith('/check')) hub.changes.push(`${request.method} ${route}`)
    if (route === '/conflicts') return json(response, 200, hub.conflicts)
    if (route.startsWith('/conflicts/')) {
      hub.conflicts = hub.conflicts.filter(({ id }) => !route.includes(id))
      return void response.writeHead(204).end()
    }
    if (route.startsWith('/lighting/')) {
      const [status, body] = lighting(hub, route, url)
      return json(response, status, body)
    }
    if (route === '/farms' || route.startsWith('/farms/')) {
      if (route.endsWith('/check'))
        return bodyOf(request, ({ body }) => json(response, 200, checkFarm(body, hub.world.now)))
      const [status, body] = farming(hub, route, url)
      return json(response, status, body)
    }
    if (route === '/documents')
      return json(response, 200, [hub.document, hub.streetDocument, hub.farmDocument])
    if (route.startsWith('/documents/')) {
      const which = DOCUMENTS.find(([kind]) => route.includes(kind))?.[1] ?? 'document'
      if (request.method === 'GET') return json(response, 200, hub[which])
      if (request.headers['if-match'] !== `"${hub[which].rev}"`) return json(response, 409, STALE_EDIT)
      if (hub.refusal !== undefined) return json(response, 422, hub.refusal)
      return bodyOf(request, (content) => {
        hub[which] = { ...hub[which], rev: `${hub[which].rev}1`, content }
        json(response, 200, hub[which])
      })
    }
    const parts = route.split('/')
    if (parts[3] === 'commands') {
      if (request.method === 'GET') return json(response, 200, hub.commands)
      return bodyOf(request, (order) => {
        const given = command({ id: `c-${hub.commands.length}`, edge: parts[2] ?? '', ...order })
        hub.commands = [given, ...hub.commands]
        json(response, 201, given)
      })
    }
    if (route.endsWith('/quarantine/clear')) {
      hub.edges = hub.edges.map((edge) => ({ ...edge, quarantine: null }))
      return void response.writeHead(204).end()
    }
    if (parts[1] === 'edges' && parts[3] === 'ledger') return json(response, 200, ledger(parts[2] ?? ''))
    if (parts[1] === 'points') {
      const number = (name: string) => Number(url.searchParams.get(name))
      return json(response, 200, series(parts[3] ?? '', number('from'), number('to'), number('buckets')))
    }
    if (parts[1] === 'alerts' && request.method === 'POST') {
      const id = route.slice('/alerts/'.length, -'/acknowledge'.length)
      hub.acknowledged.push(id)
      const found = hub.world.alerts.find((known) => known.id === id)
      if (found === undefined) return json(response, 404, WRONG_PASSWORD)
      const done: AlertView = { ...found, acknowledgedBy: 'lan', acknowledgedAt: hub.world.now }
      hub.world = { ...hub.world, alerts: hub.world.alerts.map((known) => (known.id === id ? done : known)) }
      const { acknowledgedBy, acknowledgedAt } = done
      const taken = <T extends { readonly alarm: string }>(one: T): T =>
        one.alarm === id ? { ...one, acknowledgedBy, acknowledgedAt } : one
      hub.farms = hub.farms.map((one) => ({ ...one, problems: one.problems.map(taken) }))
      return json(response, 200, done)
    }
    return json(response, 404, WRONG_PASSWORD)
  })
  // A hub that is away keeps its port: another process might have taken it before the hub is back.
  let away = false
  server.on('connection', (socket) => {
    if (away) return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = () => {
    away = true
    for (const socket of sockets) socket.destroy()
  }
  const hub: MockHub = {
    url: `http://127.0.0.1:${port}/`,
    world,
    password: undefined,
    acknowledged: [],
    edges: edges(),
    commands: [],
    account: { name: 'lan', role: 'operator' },
    document: stationDocument(),
    streets: [],
    lightOrders: [],
    lightFaults: [],
    streetDocument: streetDocument(),
    farms: [],
    farmDocument: farmDocument(),
    refusal: undefined,
    conflicts: [],
    changes: [],
    send({ event, data }) {
      for (const response of streams) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    cut,
    restore() {
      away = false
    },
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return hub
}

const DOCUMENTS = [
  ['lighting-street:', 'streetDocument'],
  ['greenhouse:', 'farmDocument'],
] as const

function farming(hub: MockHub, route: string, { searchParams }: URL): readonly [number, unknown] {
  const [, , edge, id] = route.split('/')
  if (edge === undefined) return [200, hub.farms]
  if (edge === 'use') {
    const by = (['week', 'month'] as const).find((kind) => kind === searchParams.get('by')) ?? 'day'
    const asked = searchParams.get('farm')
    const farms = hub.farms.filter((known) => asked === null || known.id === asked)
    return [200, farmUse(farms, by, Number(searchParams.get('from')))]
  }
  const found = hub.farms.find((known) => known.edge === edge && known.id === id)
  return found === undefined ? [404, WRONG_PASSWORD] : [200, found]
}

function lighting(hub: MockHub, route: string, { searchParams }: URL): readonly [number, unknown] {
  const [, , what, edge, street] = route.split('/')
  if (what === 'orders') return [200, hub.lightOrders]
  if (what === 'faults') return [200, hub.lightFaults]
  if (what === 'energy') {
    return [200, energy(Number(searchParams.get('from')), searchParams.get('by') === 'day' ? 'day' : 'month')]
  }
  if (edge === undefined) return [200, hub.streets]
  const found = hub.streets.find((known) => known.edge === edge && known.id === street)
  return found === undefined ? [404, WRONG_PASSWORD] : [200, found]
}

function bodyOf(request: IncomingMessage, take: (body: Record<string, unknown>) => void): void {
  let text = ''
  request.on('data', (piece) => {
    text += piece
  })
  request.on('end', () => take({ ...JSON.parse(text) }))
}

const STALE_EDIT = {
  code: 'DOCUMENT_CONFLICT',
  what: { vi: 'Tài liệu đã được sửa ở nơi khác.', en: 'The document was edited elsewhere.' },
  next: { vi: 'Đọc lại rồi sửa.', en: 'Read it again, then edit.' },
}

const WRONG_PASSWORD = {
  code: 'SIGN_IN_REFUSED',
  what: { vi: 'Tên hoặc mật khẩu không đúng.', en: 'The name or the password is wrong.' },
  next: { vi: 'Thử lại.', en: 'Try again.' },
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '')
  try {
    const bytes = await readFile(join(folder, name))
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy':
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      'x-content-type-options': 'nosniff',
    })
    response.end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}
