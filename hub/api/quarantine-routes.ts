import Type from 'typebox'
import type { Clock } from '../../core/clock.ts'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { Belonging } from '../fleet/belonging.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Quarantine } from '../fleet/quarantine.ts'
import type { Guard } from './guard.ts'
import { EdgeView, Problem } from './schema.ts'
import type { LiveStream } from './stream.ts'

export interface QuarantineRoutesOptions {
  readonly clock: Clock
  readonly fleet: Fleet
  readonly quarantine: Quarantine
  readonly stream: LiveStream
  readonly belonging: Belonging
  readonly guard: Guard
}

/** A person has looked into two nodes under one identity, and says that it is one again. */
export async function quarantineRoutes(api: Api, options: QuarantineRoutesOptions): Promise<void> {
  const { clock, fleet, quarantine, stream, belonging, guard } = options
  api.post(
    '/edges/:edge/quarantine/clear',
    {
      onRequest: guard.need('operator'),
      schema: {
        params: Type.Object({ edge: Type.String({ pattern: ID_PATTERN }) }),
        response: { 200: EdgeView, 401: Problem, 403: Problem, 404: Problem, 409: Problem },
      },
    },
    (request) => {
      const { edge } = request.params
      const { name: who } = guard.touch(request, belonging.ofEdge(edge))
      if (fleet.edge(edge) === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
      const alerts = quarantine.clear(edge, who, clock.now())
      if (alerts === undefined) throw new FaultError(fault('EDGE_NOT_QUARANTINED', { edge }))
      stream.changed({
        edges: new Set([edge]),
        alarms: [],
        alerts: new Set(alerts),
      })
      const view = fleet.edge(edge)
      if (view === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
      return view
    },
  )
}
