import { FaultError, fault } from '../core/errors.ts'
import type { DocumentStore } from '../core/ports/document-store.ts'
import type { Result } from '../core/result.ts'
import type { Agent } from './agent.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { Refusals } from './refusals.ts'

type Args = Readonly<Record<string, unknown>>

export interface NodeControlParts {
  readonly agent: Agent
  readonly outbox: Outbox
  readonly documents: DocumentStore
  readonly refusals: Refusals
  /** What the process itself knows: identity, clock, hub. */
  identity(): Readonly<Record<string, unknown>>
}

/** What a person at the node may ask of it, by command. Refusals are thrown as FaultErrors. */
export function nodeControl(parts: NodeControlParts) {
  const { agent, outbox, documents, refusals } = parts
  return {
    status: () => ({
      ...parts.identity(),
      ledger: outbox.ledger(),
      lastHeard: agent.lastHeard(),
      outputs: agent.outputs(),
      stations: agent.stations().map((station) => {
        const { level, alarms, silence, unproven } = station.state()
        return {
          id: station.id,
          level: level.inForce,
          alarms: Object.values(alarms.active),
          silenced: silence !== null,
          unproven,
        }
      }),
      refusals: refusals.latest(),
    }),
    silence(args: Args) {
      const minutes = Number(args.minutes)
      if (!(minutes > 0))
        throw new FaultError(fault('CONTROL_REFUSED', { reason: 'minutes must be above 0' }))
      orThrow(agent.ask(text(args, 'station'), { type: 'silence', who: text(args, 'who'), forMin: minutes }))
    },
    unsilence(args: Args) {
      orThrow(agent.ask(text(args, 'station'), { type: 'unsilence', who: text(args, 'who') }))
    },
    'self-test': (args: Args) => orThrow(agent.ask(text(args, 'station'), { type: 'self-test' })),
    async documents() {
      return (await documents.list('')).map(({ id, rev }) => ({ id, rev }))
    },
    async document(args: Args) {
      const found = await documents.get(text(args, 'id'))
      if (found === undefined)
        throw new FaultError(fault('CONTROL_REFUSED', { reason: `no document ${text(args, 'id')}` }))
      return found.body
    },
    async 'put-document'(args: Args) {
      const { body } = args
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw new FaultError(fault('CONTROL_REFUSED', { reason: 'the document is not a map' }))
      }
      orThrow(await agent.putDocument(text(args, 'id'), { ...body }))
    },
  }
}

function text(args: Args, key: string): string {
  const value = args[key]
  if (typeof value !== 'string' || value.length === 0 || value.length > 200) {
    throw new FaultError(fault('CONTROL_REFUSED', { reason: `"${key}" is missing` }))
  }
  return value
}

function orThrow(result: Result<unknown>): void {
  if (!result.ok) throw new FaultError(result.error)
}
