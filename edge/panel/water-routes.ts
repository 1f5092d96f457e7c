import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Api } from '../../core/http/json-server.ts'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import type { Taken } from './api-types.ts'
import { EmptyBody, HoldBody, SkipBody, StopBody, WaterBody } from './bodies.ts'
import type { PanelGuard } from './guard.ts'
import { orThrow } from './session-routes.ts'
import type { PanelSite } from './site.ts'

const Id = Type.String({ pattern: ID_PATTERN })
const House = Type.Object({ id: Id })
const Place = Type.Object({ device: Id, output: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }) })
/** A finger that drums on a button, not a machine. */
const PRESSES = { rateLimit: { max: 120, timeWindow: 60_000 } }

/** What every member of the family may do: water, stop, let go on, skip, and take an output by hand. */
export async function waterRoutes(
  api: Api,
  { guard, site }: { readonly guard: PanelGuard; readonly site: PanelSite },
): Promise<void> {
  const member = { onRequest: guard.need('member'), config: PRESSES }
  const taken = (reply: FastifyReply) => reply.code(202).send({ taken: true } satisfies Taken)

  api.post(
    '/greenhouses/:id/water',
    {
      ...member,
      schema: {
        params: House,
        body: WaterBody,
      },
    },
    (request, reply) => {
      orThrow(site.water(request.params.id, request.body, guard.person(request).name))
      return taken(reply)
    },
  )
  api.post(
    '/greenhouses/:id/stop',
    // Nothing stands in the way of a stop, however often it is pressed.
    {
      onRequest: guard.need('member'),
      config: { rateLimit: false },
      schema: { params: House, body: StopBody },
    },
    (request, reply) => {
      orThrow(site.stop(request.params.id, request.body.zone, guard.person(request).name))
      return taken(reply)
    },
  )
  api.post(
    '/greenhouses/:id/resume',
    { ...member, schema: { params: House, body: EmptyBody } },
    (request, reply) => {
      orThrow(site.goOn(request.params.id, guard.person(request).name))
      return taken(reply)
    },
  )
  api.post(
    '/greenhouses/:id/skip',
    { ...member, schema: { params: House, body: SkipBody } },
    (request, reply) => {
      orThrow(site.skip(request.params.id, request.body.program, guard.person(request).name))
      return taken(reply)
    },
  )
  api.post(
    '/outputs/:device/:output/hold',
    {
      ...member,
      schema: {
        params: Place,
        body: HoldBody,
      },
    },
    async (request, reply) => {
      const { device, output } = request.params
      orThrow(await site.hold(device, output, request.body, guard.person(request).name))
      return taken(reply)
    },
  )
  api.delete(
    '/outputs/:device/:output/hold',
    { ...member, schema: { params: Place } },
    async (request, reply) => {
      const { device, output } = request.params
      orThrow(await site.release(device, output, guard.person(request).name))
      return taken(reply)
    },
  )
  // An interlock goes on to guard what it was freed from: whoever has looked may let a crop have its water.
  api.post(
    '/outputs/:device/:output/reset',
    { ...member, schema: { params: Place, body: EmptyBody } },
    (request, reply) => {
      const { device, output } = request.params
      orThrow(site.reset(device, output, guard.person(request).name))
      return taken(reply)
    },
  )
}
