import Type from 'typebox'
import type { Clock } from '../../core/clock.ts'
import { errors, FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Belonging } from '../fleet/belonging.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { HubStore } from '../store/store.ts'
import type { Guard } from './guard.ts'
import {
  AlertView,
  EdgeView,
  ErrorTable,
  LedgerView,
  Overview,
  Problem,
  SeriesView,
  StationView,
} from './schema.ts'
import { BUCKETS_MAX, readSeries } from './series.ts'
import type { LiveStream } from './stream.ts'

export interface ReadRoutesOptions {
  readonly clock: Clock
  readonly store: HubStore
  readonly fleet: Fleet
  readonly alerts: Alerts
  readonly stream: LiveStream
  readonly belonging: Belonging
  readonly guard: Guard
  readonly health: () => HubHealth
  readonly tileUrl: string | null
  readonly demo: boolean
  readonly speed: number
}

export interface HubHealth {
  /** False while the database takes nothing, or no readings. */
  readonly ok: boolean
  readonly waiting: number
  readonly commits: number
  readonly store: {
    readonly takes: 'all' | 'alarms' | 'nothing'
    readonly usedBytes: number
    readonly limitBytes: number
  }
  readonly refused: Readonly<Record<string, number>>
}

const DAY_MS = 86_400_000
const OVERVIEW_ALERTS_MAX = 200
const PAGE_MAX = 200

const Id = Type.String({ pattern: ID_PATTERN })
const Time = Type.Integer({ minimum: 0, maximum: 8.64e15 })
const AlertId = Type.String({ pattern: '^[0-9]{1,15}$' })
const HealthView = Type.Object({
  ok: Type.Boolean(),
  waiting: Type.Integer(),
  commits: Type.Integer(),
  /** Of a disk that is nearly full the rest is kept for alarms; readings then wait at their nodes. */
  store: Type.Object({
    takes: Type.Union([Type.Literal('all'), Type.Literal('alarms'), Type.Literal('nothing')]),
    usedBytes: Type.Integer(),
    limitBytes: Type.Integer(),
  }),
  refused: Type.Record(Type.String(), Type.Number()),
})
const Refused = { 400: Problem, 401: Problem, 403: Problem, 404: Problem } as const
const answer = <S>(schema: S) => ({ 200: schema, ...Refused })

/** Everything that is read, and the one thing that people say back: that they have seen an alert. */
export async function readRoutes(api: Api, options: ReadRoutesOptions): Promise<void> {
  const { clock, store, fleet, alerts, stream } = options
  const viewer = { onRequest: options.guard.need('viewer') }

  api.get('/health', { schema: { response: { 200: HealthView } } }, () => options.health())
  api.get('/overview', { ...viewer, schema: { response: answer(Overview) } }, () => ({
    now: clock.now(),
    speed: options.speed,
    demo: options.demo,
    tileUrl: options.tileUrl,
    stations: fleet.stations(),
    alerts: alerts.current(clock.now() - DAY_MS, OVERVIEW_ALERTS_MAX),
  }))
  api.get('/stations', { ...viewer, schema: { response: answer(Type.Array(StationView)) } }, () =>
    fleet.stations(),
  )
  api.get(
    '/stations/:id',
    { ...viewer, schema: { params: Type.Object({ id: Id }), response: answer(StationView) } },
    (request) => found(fleet.station(request.params.id)),
  )
  api.get('/errors', { ...viewer, schema: { response: answer(ErrorTable) } }, () => errors)
  api.get('/edges', { ...viewer, schema: { response: answer(Type.Array(EdgeView)) } }, () => fleet.edges())
  api.get(
    '/edges/:edge/ledger',
    {
      ...viewer,
      schema: {
        params: Type.Object({ edge: Id }),
        querystring: Type.Object({ from: Type.Optional(Time), to: Type.Optional(Time) }),
        response: answer(LedgerView),
      },
    },
    ({ params, query }) => {
      const all = query.from === undefined && query.to === undefined
      const window = { from: query.from ?? 0, to: query.to ?? clock.now() }
      return found(fleet.ledger(params.edge, all ? undefined : window))
    },
  )
  api.get(
    '/points/:device/:channel/series',
    {
      ...viewer,
      schema: {
        params: Type.Object({
          device: Id,
          channel: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }),
        }),
        querystring: Type.Object({
          edge: Id,
          from: Time,
          to: Time,
          buckets: Type.Integer({ minimum: 1, maximum: BUCKETS_MAX, default: 500 }),
        }),
        response: answer(SeriesView),
      },
    },
    ({ params, query }) => {
      if (query.to <= query.from)
        throw new FaultError(fault('HTTP_INVALID', { reason: 'to must lie after from' }))
      return found(readSeries(store, { ...params, ...query }))
    },
  )
  alertRoutes(api, options)
  api.get('/stream', { ...viewer, schema: { response: Refused } }, (_request, reply) => {
    reply.hijack()
    const head = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])
    stream.add(reply.raw, Object.fromEntries(head))
  })
}

function alertRoutes(api: Api, { clock, alerts, belonging, guard }: ReadRoutesOptions): void {
  const query = Type.Object({
    edge: Type.Optional(Id),
    station: Type.Optional(Id),
    state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('cleared')])),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    /** The id of the last alert of the page before. */
    before: Type.Optional(AlertId),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: 50 }),
  })
  api.get(
    '/alerts',
    {
      onRequest: guard.need('viewer'),
      schema: { querystring: query, response: answer(Type.Array(AlertView)) },
    },
    (request) => {
      const { before, ...filter } = request.query
      return alerts.list({ ...filter, before: before === undefined ? undefined : Number(before) })
    },
  )
  api.post(
    '/alerts/:id/acknowledge',
    {
      onRequest: guard.need('operator'),
      schema: { params: Type.Object({ id: AlertId }), response: answer(AlertView) },
    },
    (request) => {
      const id = Number(request.params.id)
      const { name: who } = guard.touch(request, belonging.ofAlert(found(alerts.get(id))))
      return found(alerts.acknowledge(id, who, clock.now()))
    },
  )
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
  return value
}
