import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import type { PouchDocuments } from '../../../core/node/pouch-documents.ts'
import type { RevisionStore } from '../../../core/ports/document-store.ts'
import { folder, openPouch, serve, station, write } from './couch.ts'

/** PouchDB's own replicator against the hub's database, in both directions. */

let place = folder()
let node: PouchDocuments
let hub: RevisionStore
let server: Awaited<ReturnType<typeof serve>>

async function synced(options: { readonly fromStart?: boolean } = {}) {
  const done = await node.replicate(server.remote('edge-1', options.fromStart), 'edge-1/')
  if (!done.ok) throw new Error(`${done.error.code} ${String(done.error.details.reason)}`)
  return done.value
}
const revs = async (store: RevisionStore, id: string) => (await store.leaves(id)).map(({ rev }) => rev)

describe.each([
  ['in memory', () => Promise.resolve(memoryDocuments())],
  ['PouchDB', () => openPouch(join(place.path, 'hub'))],
] as const)('a hub whose documents are %s', (_name, open) => {
  beforeEach(async () => {
    place = folder()
    node = await openPouch(join(place.path, 'node'))
    hub = await open()
    server = await serve(hub)
  })
  afterEach(async () => {
    await server.close()
    await hub.close()
    await node.close()
    place.remove()
  })

  test('takes what a node writes', async () => {
    await write(node, 'edge-1/flood-station:a', station('a', 2))
    expect(await synced()).toMatchObject({ pushed: 1, pulled: 0, refused: [] })
    expect((await hub.get('edge-1/flood-station:a'))?.body).toEqual(station('a', 2))
  })

  test('gives a node what was written for it', async () => {
    await write(hub, 'edge-1/flood-station:a', station('a', 2))
    expect(await synced()).toMatchObject({ pulled: 1 })
    expect((await node.get('edge-1/flood-station:a'))?.body).toEqual(station('a', 2))
  })

  test('gives a node nothing of another, and takes nothing that stays at home', async () => {
    await write(hub, 'edge-2/flood-station:b', station('b', 2))
    await write(hub, 'edge-10/flood-station:c', station('c', 2))
    await write(node, 'seed:flood-station:a', { digest: 'x' })
    expect(await synced()).toMatchObject({ pulled: 0, pushed: 0 })
    expect(await hub.get('seed:flood-station:a')).toBeUndefined()
  })

  test('shows both edits of a document on both sides, with their common past', async () => {
    const id = 'edge-1/flood-station:a'
    const first = await write(node, id, station('a', 2))
    await synced()
    await write(node, id, station('a', 1.9))
    await write(hub, id, station('a', 1.8, { side: 'hub' }))
    await synced()
    expect(await revs(node, id)).toHaveLength(2)
    expect(await revs(hub, id)).toEqual(await revs(node, id))
    for (const leaf of await node.leaves(id)) expect(leaf.history).toContain(first)
    expect((await node.revision(id, first))?.body).toEqual(station('a', 2))
  })

  test('moves nothing when nothing changed', async () => {
    await write(node, 'edge-1/flood-station:a', station('a', 2))
    await synced()
    expect(await synced()).toMatchObject({ pulled: 0, pushed: 0 })
    expect(await synced({ fromStart: true })).toMatchObject({ pulled: 0, pushed: 0 })
  })

  test('carries deletions', async () => {
    const hold = { kind: 'hold', device: 'd', output: 'o', value: 1, until: 9, for_s: 9, who: 'x', why: '' }
    await write(node, 'edge-1/hold:d/o', { ...hold, $edit: station('a', 1).$edit })
    await synced()
    const [leaf] = await node.leaves('edge-1/hold:d/o')
    if (leaf === undefined) throw new Error('no hold')
    const gone = { ...leaf, rev: `2-${'a'.repeat(32)}`, deleted: true, body: {} }
    await node.append([{ ...gone, history: [gone.rev, ...leaf.history] }])
    await synced()
    expect(await hub.get('edge-1/hold:d/o')).toBeUndefined()
    expect((await hub.leaves('edge-1/hold:d/o'))[0]).toMatchObject({ deleted: true })
  })

  test('takes many documents in many batches', async () => {
    for (let n = 0; n < 75; n++) await write(node, `edge-1/flood-station:s${n}`, station(`s${n}`, 2))
    for (let n = 0; n < 75; n++) await write(hub, `edge-1/flood-station:h${n}`, station(`h${n}`, 2))
    await synced()
    expect([(await node.list('edge-1/')).length, (await hub.list('edge-1/')).length]).toEqual([150, 150])
  })

  test('refuses a document that does not hold together, and takes those around it', async () => {
    await write(node, 'edge-1/flood-station:a', station('a', 2))
    await write(node, 'edge-1/flood-station:b', { ...station('b', 2), levels: [] })
    await write(node, 'edge-1/flood-station:c', station('c', 2))
    const { refused } = await synced()
    expect(refused).toMatchObject([{ id: 'edge-1/flood-station:b' }])
    expect((await hub.list('edge-1/')).map(({ id }) => id)).toEqual([
      'edge-1/flood-station:a',
      'edge-1/flood-station:c',
    ])
    expect(server.refused).toEqual(['DOCUMENT_INVALID'])
    // What was refused may be offered again; it keeps nothing else from coming.
    await write(node, 'edge-1/flood-station:d', station('d', 2))
    expect(await synced()).toMatchObject({ pushed: 1 })
  })

  test('withholds the writes of a quarantined node, and takes them once it is cleared', async () => {
    server.quarantined.add('edge-1')
    await write(node, 'edge-1/flood-station:a', station('a', 2))
    const held = await node.replicate(server.remote(), 'edge-1/')
    expect(held).toMatchObject({ ok: false, error: { code: 'DOCUMENT_SYNC_FAILED' } })
    expect(await hub.list('')).toEqual([])
    server.quarantined.clear()
    expect(await synced()).toMatchObject({ pushed: 1 })
  })

  test('withholds the edits of people from a quarantined node, and gives them once it is cleared', async () => {
    server.quarantined.add('edge-1')
    await write(hub, 'edge-1/flood-station:a', station('a', 2))
    await node.replicate(server.remote(), 'edge-1/')
    expect(await node.list('')).toEqual([])
    server.quarantined.clear()
    expect(await synced()).toMatchObject({ pulled: 1 })
  })

  test('an unreachable hub and a wrong key are expected failures', async () => {
    const wrong = await node.replicate({ ...server.remote(), password: 'guessed' }, 'edge-1/')
    const away = await node.replicate({ ...server.remote(), url: 'http://127.0.0.1:1/db/x' }, 'edge-1/')
    for (const failed of [wrong, away])
      expect(failed).toMatchObject({ ok: false, error: { code: 'DOCUMENT_SYNC_FAILED' } })
  })
})
