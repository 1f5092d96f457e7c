import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type {
  AccountView,
  DocumentCheck,
  GreenhouseView,
  PanelConflict,
  PanelProblem,
  PanelState,
  RunView,
  SessionView,
  ZoneView,
} from '../../../edge/panel/api-types.ts'
import { document, history, MORNING, running, session, state, use } from './greenhouse.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

const problem = (code: string, vi: string, en: string, more: Partial<PanelProblem> = {}): PanelProblem => ({
  ...{ code, what: { vi, en }, next: { vi: 'Thử lại.', en: 'Try again.' } },
  ...more,
})

export interface MockPanel {
  readonly url: string
  state: PanelState
  session: SessionView
  pin: string
  document: Greenhouse
  rev: number
  check: DocumentCheck
  accounts: AccountView[]
  conflicts: PanelConflict[]
  /** All runs that the node remembers, where they are more than the state tells. */
  journal: readonly RunView[] | undefined
  /** What the next asking for a change is refused with. */
  refusal: { readonly status: number; readonly problem: PanelProblem } | undefined
  /** Milliseconds from an order to the valve's word; undefined for never. */
  valve_ms: number | undefined
  /** `METHOD route body` of everything that changed something. */
  readonly changes: string[]
  /** What each asking for water was called by the page. */
  readonly orders: string[]
  /** The valve of a zone that was asked for says that it is open. */
  openValve(zone: string): void
  /** Puts a new greenhouse in place and tells it. */
  tell(change: Partial<GreenhouseView>, node?: Partial<PanelState['node']>): void
  /** Out of reach: whoever is joined is cut off, and nobody else gets in. It keeps its port. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

/** The panel's interface over made-up data, and the built page, under the policy that the node sends. */
export async function startMockPanel(folder: string): Promise<MockPanel> {
  const streams = new Set<ServerResponse>()
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://node')
    const path = decodeURIComponent(url.pathname)
    if (path.startsWith('/api/')) return void answer(request, response, url, path.slice('/api'.length))
    return void sendFile(folder, path, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL, route: string) {
    const method = request.method ?? 'GET'
    const body = await bodyOf(request)
    if (route === '/session' && method === 'GET') return json(response, 200, panel.session)
    if (route === '/session' && method === 'POST') return signIn(response, body)
    if (panel.session.signedIn === null && route !== '/setup') {
      return json(response, 401, problem('SIGN_IN_NEEDED', 'Hãy vào lại.', 'Sign in again.'))
    }
    if (route === '/session/confirm') return confirm(response, body)
    if (method !== 'GET' && !route.endsWith('/check')) {
      const { order, ...rest } = body
      if (typeof order === 'string') panel.orders.push(order)
      panel.changes.push(`${method} ${route} ${JSON.stringify(rest)}`)
      const { refusal } = panel
      panel.refusal = undefined
      if (refusal !== undefined) return json(response, refusal.status, refusal.problem)
    }
    if (method === 'GET') return read(response, url, route)
    return change(response, method, route, body)
  }

  function read(response: ServerResponse, url: URL, route: string) {
    const number = (name: string) => Number(url.searchParams.get(name))
    if (route === '/state') return json(response, 200, panel.state)
    if (route === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: state\ndata: ${JSON.stringify(panel.state)}\n\n`)
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    if (route.endsWith('/document'))
      return json(response, 200, { rev: String(panel.rev), body: panel.document })
    if (route === '/history') {
      const channel = url.searchParams.get('channel') ?? ''
      return json(response, 200, history(channel, number('from'), number('to')))
    }
    if (route.endsWith('/use')) {
      const by = (['week', 'month', 'season'] as const).find((known) => known === url.searchParams.get('by'))
      return json(response, 200, use(by ?? 'day', number('from'), number('to')))
    }
    if (route.endsWith('/journal'))
      return json(response, 200, panel.journal ?? panel.state.greenhouses[0]?.journal ?? [])
    if (route === '/accounts') return json(response, 200, panel.accounts)
    if (route === '/conflicts') return json(response, 200, panel.conflicts)
    return json(response, 404, problem('NOT_FOUND', 'Không có.', 'Not there.'))
  }

  function change(response: ServerResponse, method: string, route: string, body: Record<string, unknown>) {
    if (route === '/session' && method === 'DELETE') {
      panel.session = session(null)
      return json(response, 204, undefined)
    }
    if (route === '/setup') {
      panel.session = session('owner')
      return json(response, 200, panel.session)
    }
    if (route.endsWith('/water')) {
      json(response, 202, { taken: true })
      return water(String(body.zone))
    }
    if (route.endsWith('/stop')) {
      json(response, 202, { taken: true })
      return stop(typeof body.zone === 'string' ? body.zone : undefined)
    }
    if (route.endsWith('/resume')) {
      json(response, 202, { taken: true })
      return panel.tell({ paused: null })
    }
    if (route.endsWith('/check')) return json(response, 200, panel.check)
    if (route.endsWith('/document')) {
      panel.rev++
      return json(response, 200, { rev: String(panel.rev) })
    }
    if (route === '/accounts' && method === 'POST') {
      const role = body.role === 'owner' ? 'owner' : 'member'
      const made: AccountView = { id: 'moi', name: String(body.name), role, sessions: 0, locked_s: 0 }
      panel.accounts = [...panel.accounts, made]
      return json(response, 201, made)
    }
    if (route.startsWith('/conflicts/')) {
      panel.conflicts = []
      return json(response, 204, undefined)
    }
    if (method === 'DELETE' && route.startsWith('/accounts/')) {
      panel.accounts = panel.accounts.filter(({ id }) => !route.endsWith(`/${id}`))
      return json(response, 204, undefined)
    }
    return json(response, 202, { taken: true })
  }

  function confirm(response: ServerResponse, body: Record<string, unknown>) {
    if (body.pin === panel.pin) return json(response, 204, undefined)
    return json(
      response,
      401,
      problem('PIN_WRONG', 'Sai mã PIN. Còn thử được 4 lần.', 'Wrong PIN.', { left: 4 }),
    )
  }

  let wrong = 0
  function signIn(response: ServerResponse, body: Record<string, unknown>) {
    if (body.pin === panel.pin) {
      panel.session = session('owner')
      return json(response, 200, panel.session)
    }
    wrong++
    if (wrong < 5) {
      return json(
        response,
        401,
        problem('PIN_WRONG', `Sai mã PIN. Còn thử được ${5 - wrong} lần.`, 'Wrong PIN.', {
          left: 5 - wrong,
          next: { vi: 'Thử lại, hoặc nhờ chủ vườn đặt mã mới.', en: 'Try again.' },
        }),
      )
    }
    return json(response, 429, problem('PIN_LOCKED', 'Đã khóa.', 'Locked.', { until_s: 60 }))
  }

  const zonesWith = (id: string | undefined, change: Partial<ZoneView>) =>
    panel.state.greenhouses[0]?.zones.map((zone) =>
      id === undefined || zone.id === id ? { ...zone, ...change } : zone,
    ) ?? []
  function water(id: string) {
    const run = running({
      phase: 'opening',
      since: MORNING,
      left_s: 600,
      litres: 0,
      program: null,
      who: 'Lan',
    })
    panel.tell({ zones: zonesWith(id, { valve: 'opening', running: run, waiting: null }) })
    if (panel.valve_ms === undefined) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      panel.openValve(id)
    }, panel.valve_ms)
    timers.add(timer)
  }
  function stop(id: string | undefined) {
    const zones = zonesWith(id, { valve: 'shut', running: null, waiting: null })
    panel.tell({
      zones,
      ...(id === undefined ? { paused: { since: MORNING, who: 'Lan' }, pump: 'off' } : {}),
    })
  }

  let isCut = false
  server.on('connection', (socket) => {
    if (isCut) return socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  const panel: MockPanel = {
    ...{ url: `http://127.0.0.1:${port}/`, state: state(), session: session(), pin: '2468' },
    ...{ document: document(), rev: 1, check: { problems: [], warnings: [], plan: [] }, conflicts: [] },
    accounts: [
      { id: 'lan', name: 'Lan', role: 'owner', sessions: 2, locked_s: 0 },
      { id: 'ba', name: 'Ông Ba', role: 'member', sessions: 1, locked_s: 0 },
    ],
    ...{ journal: undefined, refusal: undefined, valve_ms: 300, changes: [], orders: [] },
    tell(change, node = {}) {
      const [house, ...others] = panel.state.greenhouses
      if (house === undefined) return
      const greenhouses = [{ ...house, ...change }, ...others]
      panel.state = { ...panel.state, greenhouses, node: { ...panel.state.node, ...node } }
      for (const stream of streams) stream.write(`event: state\ndata: ${JSON.stringify(panel.state)}\n\n`)
    },
    openValve(id) {
      const run = panel.state.greenhouses[0]?.zones.find((zone) => zone.id === id)?.running ?? null
      if (run === null) return
      panel.tell({ pump: 'on', zones: zonesWith(id, { valve: 'open', running: { ...run, phase: 'plain' } }) })
    },
    cut,
    restore() {
      isCut = false
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return panel
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request) text += piece
  return text === '' ? {} : { ...JSON.parse(text) }
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
