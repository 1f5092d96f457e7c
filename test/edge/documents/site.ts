import { type Body, type Edit, withEdit } from '../../../core/documents/edit.ts'
import { successor } from '../../../core/documents/revision.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
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

/** As the store has it. */
export const RAW = `${EDGE}/${ID}`

export async function site(store: RevisionStore = memoryDocuments()) {
  const one = siteOf(store)
  await one.documents.start()
  return { store, ...one }
}
export const settled = async (one: { readonly documents: { settled(): Promise<void> } }) => {
  await new Promise((resolve) => setImmediate(resolve))
  await one.documents.settled()
}
export const hubEdit = (unit?: Edit['unit']): Edit => ({
  at: Date.UTC(2026, 10, 2),
  by: 'Lan',
  side: 'hub',
  clock: 'synced',
  ...(unit === undefined ? {} : { unit }),
})
/** What a hub wrote over what stands in the store, as replication brings it. */
export async function arrives(store: RevisionStore, id: string, content: Body, unit?: Edit['unit']) {
  const [leaf] = await store.leaves(`${EDGE}/${id}`)
  await store.append([successor(`${EDGE}/${id}`, leaf, withEdit(content, hubEdit(unit)))])
}
export const hold = (value = 1) => ({
  kind: 'hold',
  device: 'dh-siren',
  output: 'relay1',
  value,
  until: Date.UTC(2026, 11, 1),
  for_s: 3_600,
  who: 'Minh',
  why: '',
})
export const HOLD = 'hold:dh-siren/relay1'
