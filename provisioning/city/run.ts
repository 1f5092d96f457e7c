import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FaultError, fault } from '../../core/errors.ts'
import { serveControl } from '../../core/node/control-socket.ts'
import { readText } from '../../core/node/read-text.ts'
import { refuse } from '../../core/node/refuse.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { untilTold } from '../../core/node/until-told.ts'
import { readRecord } from '../../core/stage-record.ts'
import { print } from '../terminal.ts'
import type { GreenhouseNode } from './greenhouse-node.ts'
import { type CityLayout, cityLayout } from './layout.ts'
import { type CityLines, createCityLines } from './lines.ts'
import { freeTcpPort, freeUdpPort } from './ports.ts'
import { createProcesses, type Processes } from './processes.ts'
import { writeCity } from './write-city.ts'

export interface CityOptions {
  readonly hydrograph?: string
  readonly levels?: readonly number[]
  readonly speed?: number
  readonly data: string
  readonly port: number
  readonly mqtt?: number
  readonly minutes?: number
}

const SITE = 'quang-tri'
const DEFAULT_SPEED = 60
const DEFAULT_LEVELS_M = [0.6, 1, 1.5]
const STATIONS = 3
/** Of the street and of the greenhouse. */
const OTHER_GATEWAYS = 2
const MQTT_PORT = 1883
const MODBUS_PORT = 15_020
const LOCAL_MQTT_PORT = 18_830
const BOARD_PORT = 13_030
const PANEL_PORT = 8_088
const TRAM = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.js')

/** Runs a demonstration city until Ctrl-C: a hub, five nodes and the virtual field equipment, each its own process. */
export async function runCity(options: CityOptions): Promise<number> {
  try {
    return await run(options)
  } catch (cause) {
    if (cause instanceof FaultError) return refuse(cause.fault)
    throw cause
  }
}

async function run(options: CityOptions): Promise<number> {
  const layout = cityLayout(resolve(options.data))
  const record =
    options.hydrograph === undefined ? undefined : recordOf(resolve(options.hydrograph), options.levels)
  const speed = options.speed ?? DEFAULT_SPEED
  const scale = {
    speed,
    origin: Date.now(),
    from: record?.begin ?? (speed === 1 ? Date.now() : beforeEvening(Date.now())),
  }
  const { http, mqtt, gatewayPort, street, greenhouse } = await freePorts(options)
  const lines = createCityLines({ mqtt, http })
  const plan = { layout, site: SITE, http, mqtt, line: lines.open, gatewayPort, street, greenhouse, scale }
  const city = await writeCity({ ...plan, ...(record === undefined ? {} : { record }) }, systemRandom)
  const { edges, panel } = city

  const told = untilTold()
  const processes = startable(layout, edges)
  const control = await serveControl(layout.control, cityControl(processes, lines))
  for (const name of ['hub', ...edges]) processes.start(name)
  introduce({ http, mqtt, gatewayPort, speed, edges, panel, data: options.data })
  takeTypedCommands(processes, lines)
  const over = Promise.race([told, ...(options.minutes === undefined ? [] : [minutes(options.minutes)])])
  // A sensor that calls before its node listens waits long before it calls again.
  const listening = Promise.all(edges.map((id) => processes.ready(id))).then(() => true)
  if (await Promise.race([listening, over.then(() => false)])) processes.start('sim')
  await over
  print('đang dừng / stopping …')
  await processes.stopAll()
  await lines.close()
  await control.close()
  return 0
}

/** Where everybody in the city meets everybody else. */
async function freePorts(options: CityOptions) {
  const taken = new Set<number>()
  const free = async (wanted: number) => {
    const port = await freeTcpPort(wanted, taken)
    taken.add(port)
    return port
  }
  const http = await free(options.port)
  const mqtt = await free(options.mqtt ?? MQTT_PORT)
  const gatewayPort = await freeUdpRun(1700, STATIONS + OTHER_GATEWAYS)
  const [modbus, dali, house] = [await free(MODBUS_PORT), await free(MODBUS_PORT), await free(MODBUS_PORT)]
  const street = { gateway: gatewayPort + STATIONS, modbus, dali, mqtt: await free(LOCAL_MQTT_PORT) }
  const greenhouse = {
    ...{ gateway: gatewayPort + STATIONS + 1, modbus: house },
    ...{ board: await free(BOARD_PORT), panel: await free(PANEL_PORT) },
  }
  return { http, mqtt, gatewayPort, street, greenhouse }
}

function startable(layout: CityLayout, edges: readonly string[]): Processes {
  const plan = (name: string, args: readonly string[]) => ({
    name,
    args: [TRAM, '--with-parent', ...args],
    logFile: layout.log(name),
  })
  return createProcesses(
    [
      plan('hub', ['hub', '--config', layout.hub]),
      ...edges.map((id) => plan(id, ['edge', '--config', layout.edge(id)])),
      plan('sim', ['sim', '--spec', layout.spec]),
    ],
    {
      line(name, text) {
        if (!text.startsWith('{')) print(`${name.padEnd(14)} ${text}`)
      },
      ended(name, how, expected) {
        print(
          expected
            ? `■ ${name}: đã dừng / stopped (${how})`
            : `✗ ${name}: tự kết thúc / ended by itself (${how}); xem/see ${layout.log(name)}; khởi động lại/start again: start ${name}`,
        )
      },
    },
  )
}

/** What `tram city start|stop|kill|cut|join|status` may ask. */
function cityControl(processes: Processes, lines: CityLines) {
  const named = (args: Readonly<Record<string, unknown>>) => String(args.name ?? '')
  const done = (name: string, changed: boolean) => {
    if (!changed)
      throw new FaultError(
        fault('CITY_PROCESS', {
          name,
          known: processes
            .states()
            .map((state) => state.name)
            .join(', '),
        }),
      )
    return states()
  }
  const states = () => [...processes.states(), ...lines.states().filter(({ joined }) => !joined)]
  return {
    status: states,
    cut: (args: Readonly<Record<string, unknown>>) => done(named(args), lines.cut(named(args))),
    join: (args: Readonly<Record<string, unknown>>) => done(named(args), lines.join(named(args))),
    start: (args: Readonly<Record<string, unknown>>) => done(named(args), processes.start(named(args))),
    stop: async (args: Readonly<Record<string, unknown>>) =>
      done(named(args), await processes.stop(named(args), 'SIGTERM')),
    kill: async (args: Readonly<Record<string, unknown>>) =>
      done(named(args), await processes.stop(named(args), 'SIGKILL')),
  }
}

/** `stop hub`, typed where the city runs, does what `tram city stop hub` does elsewhere. */
function takeTypedCommands(processes: Processes, lines: CityLines): void {
  const control: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => unknown>> = cityControl(
    processes,
    lines,
  )
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const [command = '', name = ''] = line.trim().split(/\s+/)
    if (command === '') return
    try {
      if (!Object.hasOwn(control, command))
        return print('status | start X | stop X | kill X | cut X | join X | Ctrl-C')
      showStates(await control[command]?.({ name }))
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      refuse(cause.fault)
    }
  })
}

/** Prints processes and cut lines as they come over the control socket or from here. */
export function showStates(states: unknown): void {
  if (!Array.isArray(states)) return
  for (const state of states)
    print(
      state.edge !== undefined
        ? `✂ ${String(state.edge).padEnd(14)} mất mạng tới trung tâm / cut off from the hub`
        : `${state.running ? '●' : '○'} ${String(state.name).padEnd(14)} ${state.running ? `pid ${state.pid}` : 'đã dừng / stopped'}`,
    )
}

function introduce(city: {
  readonly http: number
  readonly mqtt: number
  readonly gatewayPort: number
  readonly speed: number
  readonly edges: readonly string[]
  readonly panel: GreenhouseNode['panel']
  readonly data: string
}): void {
  const data = city.data === '.tram/city' ? '' : ` --data ${city.data}`
  print(`
Trạm — thành phố mẫu, nhanh ×${city.speed} / demonstration city, ${city.speed} times real time

  Mở trang / open         http://127.0.0.1:${city.http}/
  Nhà kính / greenhouse   ${city.panel.url}/   (${city.panel.name}, PIN ${city.panel.pin})
  Tài liệu API / API      http://127.0.0.1:${city.http}/api/v1/openapi.json
  MQTT                    mqtt://127.0.0.1:${city.mqtt}
  Nút / nodes             ${city.edges.map((id, index) => `${id} (UDP ${city.gatewayPort + index})`).join(', ')}

  Dừng, chạy lại từng tiến trình / stop and start each process (here, or in another terminal with "npx tram city …"${data}):
      status          stop hub        start hub       kill hub        stop ${city.edges[0]}
  Rút, cắm mạng của một nút / cut a node off from the hub, and join it again:   cut ${city.edges[0]}   join ${city.edges[0]}
  Làm hỏng một thiết bị / break something:   npx tram city fault dh-level stuck${data}   npx tram city fault gh-pump dry${data}
  Dừng tất cả / stop everything: Ctrl-C

Nhật ký báo động / alarm log:`)
}

function recordOf(file: string, levels_m: readonly number[] = DEFAULT_LEVELS_M) {
  const text = readText(file)
  if (!text.ok) throw new FaultError(text.error)
  const rows = readRecord(text.value)
  if (!rows.ok) throw new FaultError(rows.error)
  const [first, second] = rows.value
  if (first === undefined || second === undefined) throw new FaultError(fault('RECORD_EMPTY', {}))
  return { file, levels_m, every_s: Math.round((second.at - first.at) / 1000), begin: first.at }
}

/** The afternoon of this day in Vietnam: whoever watches an accelerated city sees the lamps go on within a minute. */
function beforeEvening(now: number): number {
  const begun = Math.floor((now + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS
  return begun + AFTERNOON_MS
}

const DAY_MS = 86_400_000
const ZONE_MS = 7 * 3_600_000
const AFTERNOON_MS = (16 * 60 + 30) * 60_000

async function freeUdpRun(wanted: number, count: number): Promise<number> {
  for (let base = wanted; ; base++) {
    const ports: number[] = []
    for (let port = base; port < base + count; port++) ports.push(await freeUdpPort(port))
    if (ports.every((port, index) => port === base + index)) return base
  }
}

function minutes(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 60_000).unref())
}
