import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PouchDocuments, pouchDocuments } from '../../../core/node/pouch-documents.ts'
import { until } from '../../e2e/until.ts'
import { folder, serve } from '../../hub/documents/couch.ts'
import { hubOf, ID, RAW, siteOf, withLevels } from './site.ts'

/** A node on PouchDB, its hub on PouchDB, and the line between them, cut and mended. */

let place = folder()
let store: { node: PouchDocuments; hub: PouchDocuments }
let server: Awaited<ReturnType<typeof serve>>
let node: ReturnType<typeof siteOf>
let hub: ReturnType<typeof hubOf>

const openNode = async () => {
  const opened = await pouchDocuments(join(place.path, 'node'))
  const site = siteOf(opened)
  await site.documents.start()
  return { opened, site }
}
const openHub = async () => {
  const opened = await pouchDocuments(join(place.path, 'hub'))
  server = await serve(opened)
  hub = hubOf(opened)
  return opened
}
beforeEach(async () => {
  place = folder()
  const opened = await openNode()
  store = { node: opened.opened, hub: await openHub() }
  node = opened.site
})
afterEach(async () => {
  await server.close()
  await store.hub.close()
  await node.documents.close()
  place.remove()
})

/** The line is up: until both have everything, and the node has merged it and put it in force. */
async function connected(): Promise<void> {
  await until('both sides have all', 10_000, async () => {
    const done = await store.node.replicate(server.remote(), 'edge-1/')
    if (!done.ok) throw new Error(String(done.error.details.reason))
    await node.documents.settled()
    const { pulled, pushed } = done.value
    return pulled + pushed === 0 && (await taken())
  })
}
/** The store tells its changes late: what came stands in it before the node knows. */
async function taken(): Promise<boolean> {
  const leaves = await store.node.leaves(RAW)
  const inForce = (await node.documents.get(ID))?.rev
  return leaves.filter(({ deleted }) => !deleted).length <= 1 && inForce === (await store.node.get(RAW))?.rev
}
const onNode = () => node.documents.conflicts()
const onHub = () => hub.documents.conflicts(undefined)

describe('a threshold changed at the hub and at the cut-off node', () => {
  beforeEach(async () => {
    await node.edit(withLevels(2, 3, 4))
    await connected()
    await node.edit(withLevels(2, 2.8, 4))
    await hub.edit(withLevels(1.9, 2.9, 4))
    await connected()
  })

  test('is merged so that the stricter wins, alike on both sides', async () => {
    expect(await node.stages()).toEqual([1.9, 2.8, 4])
    expect(await hub.stages()).toEqual([1.9, 2.8, 4])
    expect(await hub.documents.list('edge-1')).toMatchObject([{ id: ID, conflicted: false }])
  })

  test('leaves the losing edit in a conflict that both list', async () => {
    const lost = [{ path: ['levels', '2', 'stage_m'], kept: 2.8, lost: 2.9 }]
    expect(await onNode()).toMatchObject([{ of: ID, lost, edit: { side: 'hub', by: 'Lan' } }])
    expect(await onHub()).toMatchObject([{ edge: 'edge-1', of: ID, lost, edit: { by: 'Lan' } }])
  })

  test('is restored at the node in one step', async () => {
    const [conflict] = await onNode()
    expect(await node.documents.restore(conflict?.id ?? '', 'Minh')).toEqual({ ok: true, value: undefined })
    await connected()
    expect([await node.stages(), await hub.stages()]).toEqual([
      [1.9, 2.9, 4],
      [1.9, 2.9, 4],
    ])
    expect([await onNode(), await onHub()]).toEqual([[], []])
  })

  test('is restored at the hub in one step', async () => {
    const [conflict] = await onHub()
    const id = conflict?.id.slice('edge-1/'.length) ?? ''
    expect(await hub.documents.restore('edge-1', id, 'Lan')).toEqual({ ok: true, value: undefined })
    expect(hub.nudged.at(-1)).toBe('edge-1')
    await connected()
    expect([await node.stages(), await hub.stages()]).toEqual([
      [1.9, 2.9, 4],
      [1.9, 2.9, 4],
    ])
    expect([await onNode(), await onHub()]).toEqual([[], []])
  })

  test('is dismissed, and does not come back', async () => {
    const [conflict] = await onNode()
    await node.documents.dismiss(conflict?.id ?? '', 'Minh')
    await connected()
    await connected()
    expect([await onNode(), await onHub()]).toEqual([[], []])
    expect(await node.stages()).toEqual([1.9, 2.8, 4])
  })

  test('restored on both sides at once is restored once', async () => {
    const [conflict] = await onNode()
    const id = conflict?.id ?? ''
    await node.documents.restore(id, 'Minh')
    await hub.documents.restore('edge-1', id, 'Lan')
    await connected()
    expect([await node.stages(), await hub.stages()]).toEqual([
      [1.9, 2.9, 4],
      [1.9, 2.9, 4],
    ])
    expect([await onNode(), await onHub()]).toEqual([[], []])
  })
})

test('two edits in a row at the node are one history, and conflict with nothing', async () => {
  await node.edit(withLevels(2, 3, 4))
  await connected()
  await node.edit(withLevels(2.1, 3, 4))
  await node.edit(withLevels(2.2, 3, 4))
  await connected()
  expect([await node.stages(), await hub.stages()]).toEqual([
    [2.2, 3, 4],
    [2.2, 3, 4],
  ])
  expect(await onHub()).toEqual([])
})

test.each([0, 2, 4, 8, 12, 16, 24, 32])(
  'a replication that is cut after %i ms is carried on, and nothing but a fault comes of it',
  async (after_ms) => {
    await node.edit(withLevels(2, 3, 4))
    await connected()
    await node.edit(withLevels(2, 2.8, 4))
    await hub.edit(withLevels(1.9, 3, 4))
    const cut = store.node.replicate(server.remote(), 'edge-1/')
    await new Promise((resolve) => setTimeout(resolve, after_ms))
    await server.close()
    const ended = await cut
    expect(ended.ok || ended.error.code === 'DOCUMENT_SYNC_FAILED').toBe(true)
    server = await serve(store.hub)
    await connected()
    expect([await node.stages(), await hub.stages()]).toEqual([
      [1.9, 2.8, 4],
      [1.9, 2.8, 4],
    ])
  },
)

test('a node that dies between what came and the merge merges when it comes back', async () => {
  await node.edit(withLevels(2, 3, 4))
  await connected()
  await node.edit(withLevels(2, 2.8, 4))
  await hub.edit(withLevels(1.9, 3, 4))
  await node.documents.close()
  const alone = await pouchDocuments(join(place.path, 'node'))
  const pulled = await alone.replicate(server.remote(), 'edge-1/')
  expect(pulled.ok && (await alone.leaves(`edge-1/${ID}`)).length).toBe(2)
  await alone.close()
  const again = await openNode()
  store = { ...store, node: again.opened }
  node = again.site
  expect(await node.stages()).toEqual([1.9, 2.8, 4])
  await connected()
  expect(await hub.stages()).toEqual([1.9, 2.8, 4])
})

test('a hub restored from an older copy gets back what the node has, and loses nobody’s later edit', async () => {
  await node.edit(withLevels(2, 3, 4))
  await connected()
  await server.close()
  await store.hub.close()
  cpSync(join(place.path, 'hub'), join(place.path, 'backup'), { recursive: true })
  store = { ...store, hub: await openHub() }
  await node.edit(withLevels(2.1, 3, 4))
  await hub.edit(withLevels(2, 3.1, 4))
  await connected()
  const before = await node.stages()
  await server.close()
  await store.hub.close()
  rmSync(join(place.path, 'hub'), { recursive: true })
  cpSync(join(place.path, 'backup'), join(place.path, 'hub'), { recursive: true })
  store = { ...store, hub: await openHub() }
  await connected()
  expect([await node.stages(), await hub.stages()]).toEqual([before, before])
  await hub.edit(withLevels(1.5, 3, 4))
  await connected()
  expect(await node.stages()).toEqual([1.5, 3, 4])
})
