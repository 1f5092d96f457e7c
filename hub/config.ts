import Type, { type Static } from 'typebox'
import { type Fault, fault } from '../core/errors.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { parseHash } from '../core/scrypt.ts'
import { isTimeZone } from '../core/time-zone.ts'
import { Vertical } from './accounts/verticals.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const Port = Type.Integer({ minimum: 0, maximum: 65_535 })
const Days = (days: number) => Type.Integer({ minimum: 1, maximum: 36_500, default: days })

/** PEM files. With `ca`, an edge may prove itself by a certificate whose CN is its id. */
const Tls = Type.Object(
  { cert: Type.String(), key: Type.String(), ca: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

const BrokerConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1' }),
    /** 0 picks a free port. */
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 1883 }),
    /** MQTT over WebSocket; null for none, 0 picks a free port. */
    wsPort: Type.Union([Port, Type.Null()], { default: null }),
    tls: Type.Optional(Tls),
    /** Lets the broker listen without TLS beyond this machine: only for private networks. */
    allowPlain: Type.Boolean({ default: false }),
    connectionsMax: Type.Integer({ minimum: 1, maximum: 100_000, default: 2_000 }),
  },
  { ...strict, default: {} },
)

const HttpConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
    /** A reverse proxy with TLS stands before this port: cookies are Secure and its X-Forwarded-For is believed. */
    behindTls: Type.Boolean({ default: false }),
  },
  { ...strict, default: {} },
)

const Role = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')])
export type Role = Static<typeof Role>

/** The hub's configuration file. Hashes are `scrypt$N$r$p$salt$hash`, salt and hash in base64. */
export const HubConfig = Type.Object(
  {
    site: Id,
    /** Where the database lives. */
    dataDir: Type.String({ minLength: 1 }),
    broker: BrokerConfig,
    http: HttpConfig,
    edges: Type.Array(
      Type.Object(
        {
          id: Id,
          keyHash: Type.String(),
          /** File with the key of what the edge says by radio, mode 0600: `tram key EDGE --relay`. */
          relayKeyFile: Type.Optional(Type.String()),
        },
        strict,
      ),
      {
        maxItems: 10_000,
        default: [],
      },
    ),
    /** Without users everybody on this machine is a local operator: for demonstrations on loopback only. */
    users: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 60 }),
          passwordHash: Type.String(),
          role: Role,
          /** What this person may touch; left out, everything. What may be seen is not limited by it. */
          verticals: Type.Optional(Type.Array(Vertical, { minItems: 1, uniqueItems: true })),
        },
        strict,
      ),
      { maxItems: 1_000, default: [] },
    ),
    retention: Type.Object(
      {
        rawDays: Days(90),
        minuteDays: Days(400),
        quarterDays: Days(1_100),
        hourDays: Days(3_650),
        dayDays: Days(36_500),
        alarmDays: Days(3_650),
      },
      { ...strict, default: {} },
    ),
    /** Largest size of the database. */
    storeMegabytes: Type.Integer({ minimum: 16, maximum: 16_000_000, default: 65_536 }),
    /** Days of the daily rollups begin at midnight here. */
    timeZone: Type.String({ default: 'Asia/Ho_Chi_Minh' }),
    /** Map tiles drawn over the built-in base, `https://…/{z}/{x}/{y}.png`; null for none. */
    tileUrl: Type.Union([Type.String(), Type.Null()], { default: null }),
    logLevel: Type.Union(
      [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')],
      { default: 'info' },
    ),
    /** Demonstrations run on a scaled clock: simulated UTC `from` at real UTC `origin`, `speed` times as fast. */
    demo: Type.Optional(
      Type.Object(
        { speed: Type.Number({ exclusiveMinimum: 0 }), origin: Type.Integer(), from: Type.Integer() },
        strict,
      ),
    ),
  },
  strict,
)
export type HubConfig = Static<typeof HubConfig>

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host)
}

/** What a schema cannot say: rules between keys. Empty when the hub may start with this configuration. */
export function hubConfigFaults(config: HubConfig): readonly Fault[] {
  const { broker, http, edges, users } = config
  const faults: Fault[] = []
  if (!isLoopback(broker.host) && broker.tls === undefined && !broker.allowPlain)
    faults.push(fault('HUB_BROKER_EXPOSED', { host: broker.host }))
  if (!isLoopback(http.host) && users.length === 0)
    faults.push(fault('HUB_HTTP_EXPOSED', { host: http.host }))
  faults.push(
    ...duplicates(
      'edges',
      edges.map(({ id }) => id),
    ),
  )
  faults.push(
    ...duplicates(
      'users',
      users.map(({ name }) => name),
    ),
  )
  const hashes = [
    ...edges.map(({ id, keyHash }) => ({ name: id, hash: keyHash })),
    ...users.map(({ name, passwordHash }) => ({ name, hash: passwordHash })),
  ]
  for (const { name, hash } of hashes)
    if (parseHash(hash) === undefined) faults.push(fault('HUB_HASH_MALFORMED', { name }))
  if (!isTimeZone(config.timeZone)) faults.push(fault('CONFIG_TIME_ZONE', { zone: config.timeZone }))
  if (config.tileUrl !== null && tileOrigin(config.tileUrl) === undefined)
    faults.push(fault('HUB_TILE_URL', { url: config.tileUrl }))
  return faults
}

/** The origin from which a page may load map tiles; `{s}` stands for any one subdomain. */
export function tileOrigin(tileUrl: string): string | undefined {
  const found = /^(https?):\/\/((?:\{s\}\.)?)([A-Za-z0-9.-]+(?::\d{1,5})?)\//.exec(tileUrl)
  if (found === null) return undefined
  return `${found[1]}://${found[2] === '' ? '' : '*.'}${found[3]}`
}

function duplicates(list: string, names: readonly string[]): Fault[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => fault('HUB_CONFIG_DUPLICATE', { list, name }))
}
