import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify from 'fastify'
import type { Body, Edit } from '../../../core/documents/edit.ts'
import { withEdit } from '../../../core/documents/edit.ts'
import type { ErrorCode } from '../../../core/errors.ts'
import { validatorOf } from '../../../core/http/json-server.ts'
import { type PouchDocuments, pouchDocuments } from '../../../core/node/pouch-documents.ts'
import type { Remote } from '../../../core/node/pouch-replication.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import type { RevisionStore } from '../../../core/ports/document-store.ts'
import { hashSecret } from '../../../core/scrypt.ts'
import { createEdgeAuth } from '../../../hub/broker/edge-auth.ts'
import { replicationRoutes } from '../../../hub/documents/replication-routes.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'

/** The hub's database for nodes on a port of its own, with the edges edge-1 and edge-2. */

export const SITE = 'quang-tri'

export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'tram-couch-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export function station(name: string, stage_m: number, edit: Partial<Edit> = {}): Body {
  const levels = DONG_HA.levels.map((level, index) => (index === 0 ? { ...level, stage_m } : level))
  const by: Edit = { at: 1_000, by: 'test', side: 'edge', clock: 'synced', ...edit }
  return withEdit({ ...DONG_HA, id: name, levels }, by)
}

export async function serve(store: RevisionStore, port = 0) {
  const keys = await Promise.all(
    ['edge-1', 'edge-2'].map(async (id) => ({ id, keyHash: await hashSecret(`key of ${id}`, systemRandom) })),
  )
  const quarantined = new Set<string>()
  const refused: ErrorCode[] = []
  const app = fastify({ forceCloseConnections: true }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(validatorOf)
  await app.register(rateLimit, { global: false })
  const options = {
    site: SITE,
    store,
    auth: createEdgeAuth({ clock: systemClock(), edges: keys }),
    quarantined: (edge: string) => quarantined.has(edge),
    refuse: ({ code }: { readonly code: ErrorCode }) => void refused.push(code),
  }
  await app.register((db) => replicationRoutes(db, options), { prefix: `/db/${SITE}` })
  const url = `${await app.listen({ host: '127.0.0.1', port })}/db/${SITE}`
  return {
    url,
    port: Number(new URL(url).port),
    refused,
    quarantined,
    remote: (edge = 'edge-1', fromStart = false): Remote => ({
      url,
      username: edge,
      password: `key of ${edge}`,
      fromStart,
      timeoutMs: 5_000,
    }),
    /** A request of one's own making, as the edge. */
    async ask(method: string, path: string, body?: unknown, edge = 'edge-1') {
      const authorization = `Basic ${Buffer.from(`${edge}:key of ${edge}`).toString('base64')}`
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: answer.status, body: JSON.parse(await answer.text()) }
    },
    close: () => app.close(),
  }
}

export async function openPouch(path: string): Promise<PouchDocuments> {
  return pouchDocuments(path)
}

export async function write(store: RevisionStore, id: string, body: Body): Promise<string> {
  const present = await store.get(id)
  const written = await store.put(id, body, present?.rev)
  if (!written.ok) throw new Error(written.error.code)
  return written.value.rev
}
