import Type from 'typebox'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { Energy } from '../lighting/energy.ts'
import { energyCsv, faultsCsv } from '../lighting/exports.ts'
import type { LightingFaults } from '../lighting/faults.ts'
import type { Orders } from '../lighting/orders.ts'
import type { Streets } from '../lighting/streets.ts'
import { DAYS_MAX } from '../store/counter-days.ts'
import { DAY_MS } from '../store/rollups.ts'
import { asCsv } from './csv-reply.ts'
import type { Guard } from './guard.ts'
import { EnergyView, FaultView, OrderView, StreetView } from './lighting-schema.ts'
import { Problem } from './schema.ts'

export interface LightingRoutesOptions {
  readonly streets: Streets
  readonly orders: Orders
  readonly energy: Energy
  readonly lightingFaults: LightingFaults
  readonly timeZone: string
  readonly guard: Guard
}

const ORDERS_MAX = 200
const FAULTS_MAX = 2_000

const Id = Type.String({ pattern: ID_PATTERN })
const Time = Type.Integer({ minimum: 0, maximum: 8.64e15 })
const Language = Type.Union([Type.Literal('vi'), Type.Literal('en')], { default: 'vi' })
const ofStreet = { edge: Type.Optional(Id), street: Type.Optional(Id) } as const
const Refused = { 400: Problem, 401: Problem, 403: Problem, 404: Problem } as const
const answer = <S>(schema: S) => ({ 200: schema, ...Refused })

const EnergyQuery = {
  edge: Id,
  street: Id,
  from: Time,
  to: Time,
  by: Type.Union([Type.Literal('day'), Type.Literal('month')], { default: 'day' }),
} as const
const FaultQuery = {
  ...ofStreet,
  state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('cleared')])),
  limit: Type.Integer({ minimum: 1, maximum: FAULTS_MAX, default: FAULTS_MAX }),
} as const
/** `vi` writes semicolons and decimal commas, `en` commas and decimal points, as spreadsheets of that language read. */
const InLanguage = { lang: Language } as const

/** What people see of lighting. Orders are given as commands, plans are edited as documents: routes of their own. */
export async function lightingRoutes(api: Api, options: LightingRoutesOptions): Promise<void> {
  const { streets, orders } = options
  const viewer = { onRequest: options.guard.need('viewer') }

  api.get('/lighting/streets', { ...viewer, schema: { response: answer(Type.Array(StreetView)) } }, () =>
    streets.all(),
  )
  api.get(
    '/lighting/streets/:edge/:street',
    {
      ...viewer,
      schema: { params: Type.Object({ edge: Id, street: Id }), response: answer(StreetView) },
    },
    ({ params }) => found(streets.one(params.edge, params.street)),
  )
  api.get(
    '/lighting/orders',
    {
      ...viewer,
      schema: {
        querystring: Type.Object({
          ...ofStreet,
          limit: Type.Integer({ minimum: 1, maximum: ORDERS_MAX, default: 50 }),
        }),
        response: answer(Type.Array(OrderView)),
      },
    },
    ({ query }) => orders.list(query),
  )
  reportRoutes(api, options)
}

/** Energy and faults, each as JSON and as a table for spreadsheets. */
function reportRoutes(api: Api, options: LightingRoutesOptions): void {
  const { energy, lightingFaults, timeZone } = options
  const viewer = { onRequest: options.guard.need('viewer') }
  const report = (query: Parameters<Energy['report']>[0]) => {
    if (query.to <= query.from || query.to - query.from > DAYS_MAX * DAY_MS)
      throw invalid(`to must lie after from, by at most ${DAYS_MAX} days`)
    return found(energy.report(query))
  }

  api.get(
    '/lighting/energy',
    { ...viewer, schema: { querystring: Type.Object(EnergyQuery), response: answer(EnergyView) } },
    ({ query }) => report(query),
  )
  api.get(
    '/lighting/energy.csv',
    {
      ...viewer,
      schema: {
        querystring: Type.Object({ ...EnergyQuery, ...InLanguage }),
        response: answer(Type.String()),
      },
    },
    ({ query }, reply) => {
      const { lang, ...rest } = query
      asCsv(reply, `energy-${query.street}`)
      return energyCsv(report(rest), lang)
    },
  )
  api.get(
    '/lighting/faults',
    {
      ...viewer,
      schema: { querystring: Type.Object(FaultQuery), response: answer(Type.Array(FaultView)) },
    },
    ({ query }) => lightingFaults.list(query),
  )
  api.get(
    '/lighting/faults.csv',
    {
      ...viewer,
      schema: {
        querystring: Type.Object({ ...FaultQuery, ...InLanguage }),
        response: answer(Type.String()),
      },
    },
    ({ query }, reply) => {
      const { lang, ...filter } = query
      asCsv(reply, 'faults')
      return faultsCsv(lightingFaults.list(filter), timeZone, lang)
    },
  )
}

function invalid(reason: string): FaultError {
  return new FaultError(fault('HTTP_INVALID', { reason }))
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
  return value
}
