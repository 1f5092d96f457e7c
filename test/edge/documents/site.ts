import type { Body } from '../../../core/documents/edit.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import type { RevisionStore } from '../../../core/ports/document-store.ts'
import { nodeCheck } from '../../../edge/documents/checks.ts'
import { createSiteDocuments } from '../../../edge/documents/site-documents.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { createHubDocuments } from '../../../hub/documents/documents.ts'
import { DEVICES, STATION } from '../node.ts'

/** A node's documents over any store, and what people at the hub do to theirs. */

export const EDGE = 'edge-1'
export const ID = 'flood-station:dong-ha'

export function edited(part: object): Body {
  return { ...STATION, ...part }
}
export function withLevels(...stages: number[]): Body {
  return edited({ levels: stages.map((stage_m, index) => ({ level: index + 1, stage_m })) })
}
export function stages(body: Body | undefined): unknown {
  return Array.isArray(body?.levels) ? body.levels.map(({ stage_m }) => stage_m) : undefined
}

export function siteOf(store: RevisionStore, clock: FakeClock = fakeClock(Date.UTC(2026, 10, 1))) {
  const refusals = createRefusals({ clock, log: silentLog })
  const documents = createSiteDocuments({
    store,
    edge: EDGE,
    clock,
    wall: clock,
    random: seededRandom(8),
    check: nodeCheck(deviceLookup(DEVICES), DEVICES),
    refusals,
  })
  return {
    clock,
    refusals,
    documents,
    async edit(body: Body, id = ID) {
      const present = await documents.get(id)
      const put = await documents.put(id, body, present?.rev)
      if (!put.ok) throw new Error(put.error.code)
    },
    stages: async () => stages((await documents.get(ID))?.body),
  }
}

export function hubOf(store: RevisionStore, clock: FakeClock = fakeClock(Date.UTC(2026, 10, 1))) {
  const nudged: string[] = []
  const documents = createHubDocuments({
    clock,
    store,
    edges: [EDGE, 'edge-2'],
    nudge: (edge) => void nudged.push(edge),
  })
  return {
    documents,
    nudged,
    async edit(body: Body, id = ID) {
      const present = await documents.get(EDGE, id)
      const put = await documents.put(EDGE, id, body, present?.rev, 'Lan')
      if (!put.ok) throw new Error(put.error.code)
    },
    stages: async () => stages((await documents.get(EDGE, ID))?.content),
  }
}

/** What a replication does, between two stores in one process. */
export async function exchange(a: RevisionStore, b: RevisionStore): Promise<void> {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const changes = await from.changes(0, `${EDGE}/`, 10_000)
    const missing = await to.missing(Object.fromEntries(changes.map(({ id, leaves }) => [id, leaves])))
    for (const [id, revs] of Object.entries(missing)) {
      const leaves = (await from.leaves(id)).filter(({ rev }) => revs.includes(rev))
      const written = await to.append(leaves)
      if (!written.ok) throw new Error(written.error.code)
    }
  }
}
