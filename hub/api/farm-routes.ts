import Type from 'typebox'
import type { Clock } from '../../core/clock.ts'
import { DOCUMENT_BYTES_MAX } from '../../core/documents/check-document.ts'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { checkFarm } from '../farm/check-farm.ts'
import type { FarmUses, UseQuery } from '../farm/farm-use.ts'
import type { Farms } from '../farm/farms.ts'
import { useCsv } from '../farm/use-csv.ts'
import { asCsv } from './csv-reply.ts'
import { FarmCheck, FarmUse, FarmView, UseBy } from './farm-schema.ts'
import type { Guard } from './guard.ts'
import { Problem } from './schema.ts'

export interface FarmRoutesOptions {
  readonly clock: Clock
  readonly farms: Farms
  readonly farmUses: FarmUses
  readonly guard: Guard
}

const Id = Type.String({ pattern: ID_PATTERN })
const Time = Type.Integer({ minimum: 0, maximum: 8.64e15 })
const Language = Type.Union([Type.Literal('vi'), Type.Literal('en')], { default: 'vi' })
const OneFarm = Type.Object({ edge: Id, id: Id })
const Query = {
  by: Type.Optional(UseBy),
  from: Time,
  to: Time,
  edge: Type.Optional(Id),
  farm: Type.Optional(Id),
} as const
const Refused = { 400: Problem, 401: Problem, 403: Problem, 404: Problem } as const
const answer = <S>(schema: S) => ({ 200: schema, ...Refused })
/** Years of counters are read for one: as often as a person looks through them, and no oftener. */
const REPORTS = { rateLimit: { max: 60, timeWindow: 60_000 } } as const
/** With room for how JSON is spelt. */
const EDIT_BYTES_MAX = 2 * DOCUMENT_BYTES_MAX

/**
 * What people see of greenhouses. Water is asked for by commands; programs, recipes and climate are edited as the
 * document `greenhouse:{id}`: routes of their own.
 */
export async function farmRoutes(api: Api, options: FarmRoutesOptions): Promise<void> {
  const { clock, farms, farmUses } = options
  const viewer = { onRequest: options.guard.need('viewer') }
  const report = ({ by = 'day', ...query }: Omit<UseQuery, 'by'> & Partial<Pick<UseQuery, 'by'>>) => {
    const found = farmUses.report({ by, ...query })
    if (!found.ok) throw new FaultError(found.error)
    return found.value
  }

  api.get('/farms', { ...viewer, schema: { response: answer(Type.Array(FarmView)) } }, () => farms.all())
  api.get(
    '/farms/:edge/:id',
    { ...viewer, schema: { params: OneFarm, response: answer(FarmView) } },
    ({ params }) => found(farms.one(params.edge, params.id)),
  )
  api.get(
    '/farms/use',
    { ...viewer, config: REPORTS, schema: { querystring: Type.Object(Query), response: answer(FarmUse) } },
    ({ query }) => report(query),
  )
  api.get(
    '/farms/use.csv',
    {
      ...viewer,
      config: REPORTS,
      schema: {
        /** `vi` writes semicolons and decimal commas, `en` commas and decimal points. */
        querystring: Type.Object({ ...Query, lang: Language }),
        response: answer(Type.String()),
      },
    },
    ({ query }, reply) => {
      const { lang, ...rest } = query
      asCsv(reply, `water-${query.farm ?? 'farms'}`)
      return useCsv(report(rest), lang)
    },
  )
  api.post(
    '/farms/:edge/:id/check',
    {
      ...viewer,
      bodyLimit: EDIT_BYTES_MAX,
      // It works out a day of water: as often as a person types, and no oftener.
      config: { rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: {
        params: OneFarm,
        body: Type.Object({ body: Type.Unknown() }, { additionalProperties: false }),
        response: answer(FarmCheck),
      },
    },
    ({ params, body }) => {
      found(farms.documentsOf(params.edge).find(({ id }) => id === params.id))
      return checkFarm(body.body, clock.now())
    },
  )
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
  return value
}
