import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { Result } from '../../core/result.ts'
import { CommandAction, CommandClass, CommandId } from '../../core/wire/commands.ts'
import type { Commands } from '../commands/commands.ts'
import { commandTargets } from '../commands/targets.ts'
import type { Belonging } from '../fleet/belonging.ts'
import type { Edges } from '../fleet/edges.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Guard } from './guard.ts'
import { CommandTargets, CommandView, Problem } from './schema.ts'

export interface CommandRoutesOptions {
  readonly commands: Commands
  readonly edges: Edges
  readonly fleet: Fleet
  readonly belonging: Belonging
  readonly guard: Guard
}

const COMMANDS_PER_MINUTE = 30
const PAGE_MAX = 200

const Edge = Type.Object({ edge: Type.String({ pattern: ID_PATTERN }) })
const OneCommand = Type.Object({ edge: Type.String({ pattern: ID_PATTERN }), id: CommandId })
/** Unknown keys are refused: a misspelt limit must not be a command without one. */
const NewCommand = Type.Object(
  {
    class: CommandClass,
    action: CommandAction,
    why: Type.String({ minLength: 1, maxLength: 200 }),
    /** For how long it may still run, in seconds; by class where it is left out: 60 s, 5 min, 30 days. */
    expires_s: Type.Optional(Type.Number({ minimum: 1, maximum: 31_536_000 })),
    /** UTC in ms; left out, at once. */
    notBefore: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e15 })),
  },
  { additionalProperties: false },
)
const Refused = {
  400: Problem,
  401: Problem,
  403: Problem,
  404: Problem,
  409: Problem,
  429: Problem,
} as const

/** What operators ask of edges: POST to give a command, GET to see what became of it, POST to take one back. */
export async function commandRoutes(api: Api, options: CommandRoutesOptions): Promise<void> {
  const { commands, edges, fleet, belonging, guard } = options
  const viewer = guard.need('viewer')
  const operator = guard.need('operator')
  // By person: the desks of one room often share an address, and none may use up what another needs.
  const keyGenerator = (request: FastifyRequest) => guard.user(request)?.name ?? request.ip
  const config = { rateLimit: { max: COMMANDS_PER_MINUTE, timeWindow: 60_000, keyGenerator } }
  const known = (edge: string) => {
    if (!edges.all().some(({ id }) => id === edge)) throw new FaultError(fault('HTTP_NOT_FOUND'))
  }

  api.post(
    '/edges/:edge/commands',
    {
      onRequest: operator,
      config,
      schema: { params: Edge, body: NewCommand, response: { 201: CommandView, ...Refused } },
    },
    (request, reply) => {
      const { edge } = request.params
      known(edge)
      const { name: who } = guard.touch(request, belonging.ofAction(edge, request.body.action))
      reply.code(201)
      return orThrow(commands.issue(edge, request.body, who))
    },
  )
  api.get(
    '/edges/:edge/commands',
    {
      onRequest: viewer,
      schema: {
        params: Edge,
        querystring: Type.Object({
          /** The id of the last command of the page before. */
          before: Type.Optional(CommandId),
          limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: 50 }),
        }),
        response: { 200: Type.Array(CommandView), ...Refused },
      },
    },
    ({ params, query }) => {
      known(params.edge)
      return commands.list({ ...params, ...query })
    },
  )
  api.get(
    '/edges/:edge/commands/:id',
    { onRequest: viewer, schema: { params: OneCommand, response: { 200: CommandView, ...Refused } } },
    ({ params }) => {
      const found = commands.get(params.id)
      if (found?.edge !== params.edge) throw new FaultError(fault('HTTP_NOT_FOUND'))
      return found
    },
  )
  api.post(
    '/edges/:edge/commands/:id/cancel',
    {
      onRequest: operator,
      config,
      schema: { params: OneCommand, response: { 200: CommandView, ...Refused } },
    },
    (request) => {
      const { edge, id } = request.params
      const given = commands.get(id)
      if (given?.edge !== edge) throw new FaultError(fault('HTTP_NOT_FOUND'))
      const { name: who } = guard.touch(request, belonging.ofAction(edge, given.action))
      const cancelled = commands.cancel(edge, id, who)
      if (cancelled === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
      return orThrow(cancelled)
    },
  )
  api.get(
    '/edges/:edge/targets',
    { onRequest: viewer, schema: { params: Edge, response: { 200: CommandTargets, ...Refused } } },
    ({ params }) => {
      const targets = commandTargets(edges, fleet, params.edge)
      if (targets === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
      return targets
    },
  )
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}
