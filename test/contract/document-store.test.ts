import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { successor } from '../../core/documents/revision.ts'
import { memoryDocuments } from '../../core/memory-documents.ts'
import { pouchDocuments } from '../../core/node/pouch-documents.ts'
import type { Revision, RevisionStore } from '../../core/ports/document-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tram-documents-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let opened = 0
/** A disk that others use tells late. */
const PATIENCE_MS = 10_000

const implementations: readonly [string, () => RevisionStore | Promise<RevisionStore>][] = [
  ['in memory', memoryDocuments],
  ['PouchDB on LevelDB', () => pouchDocuments(join(folder, String(opened++)))],
]

describe.each(implementations)('a document store %s', (_name, open) => {
  test('returns what was written', async () => {
    const store = await open()
    await store.put('flood-station:a', { limit: 2.5 })
    expect((await store.get('flood-station:a'))?.body).toEqual({ limit: 2.5 })
    await store.close()
  })

  test('knows nothing of what was never written', async () => {
    const store = await open()
    expect(await store.get('flood-station:a')).toBeUndefined()
    await store.close()
  })

  test('refuses to write over a revision that is not in force', async () => {
    const store = await open()
    const first = await store.put('x', { n: 1 })
    if (!first.ok) throw new Error('first write refused')
    await store.put('x', { n: 2 }, first.value.rev)
    const late = await store.put('x', { n: 3 }, first.value.rev)
    expect(late).toMatchObject({ ok: false, error: { code: 'DOCUMENT_CONFLICT' } })
    expect((await store.get('x'))?.body).toEqual({ n: 2 })
    await store.close()
  })

  test('refuses to create what exists', async () => {
    const store = await open()
    await store.put('x', { n: 1 })
    expect((await store.put('x', { n: 2 })).ok).toBe(false)
    await store.close()
  })

  test('lists by prefix, in order of id', async () => {
    const store = await open()
    for (const id of ['b:2', 'a:1', 'b:1', 'c:1']) await store.put(id, {})
    expect((await store.list('b:')).map((document) => document.id)).toEqual(['b:1', 'b:2'])
    await store.close()
  })

  test('tells a watcher of each change until it stops watching', async () => {
    const store = await open()
    const seen: unknown[] = []
    const others: unknown[] = []
    const stop = store.watch((document) => seen.push(document.body))
    store.watch((document) => others.push(document.body))
    const first = await store.put('x', { n: 1 })
    await vi.waitFor(() => expect(seen).toEqual([{ n: 1 }]), PATIENCE_MS)
    stop()
    if (first.ok) await store.put('x', { n: 2 }, first.value.rev)
    await vi.waitFor(() => expect(others).toEqual([{ n: 1 }, { n: 2 }]), PATIENCE_MS)
    expect(seen).toEqual([{ n: 1 }])
    await store.close()
  })
})

describe.each(implementations)('revisions of documents %s', (_name, open) => {
  const opened = async () => {
    const store = await open()
    const first = successor('e/x', undefined, { n: 1 })
    const mine = successor('e/x', first, { n: 2 })
    const other = successor('e/x', first, { n: 3 })
    await store.append([first])
    return { store, first, mine, other }
  }
  const revs = (list: readonly Revision[]) => list.map(({ rev }) => rev)

  test('stand side by side where two follow one, with the past that they share', async () => {
    const { store, first, mine, other } = await opened()
    await store.append([mine, other])
    const leaves = await store.leaves('e/x')
    expect(revs(leaves).sort()).toEqual([mine.rev, other.rev].sort())
    for (const leaf of leaves) expect(leaf.history).toEqual([leaf.rev, first.rev])
    expect((await store.get('e/x'))?.rev).toBe(leaves[0]?.rev)
    await store.close()
  })

  test('are the same from whichever side they were added', async () => {
    const one = await opened()
    const two = await opened()
    await one.store.append([one.mine, one.other])
    await two.store.append([two.other])
    await two.store.append([two.mine])
    expect(await one.store.leaves('e/x')).toEqual(await two.store.leaves('e/x'))
    await one.store.close()
    await two.store.close()
  })

  test('keep the body of an older one for a merge', async () => {
    const { store, first, mine } = await opened()
    await store.append([mine])
    expect((await store.revision('e/x', first.rev))?.body).toEqual({ n: 1 })
    expect(await store.revision('e/x', '9-0')).toBeUndefined()
    await store.close()
  })

  test('of a deleted document remain, and the document is gone', async () => {
    const { store, first } = await opened()
    const end = successor('e/x', first, {}, true)
    await store.append([end])
    expect([await store.get('e/x'), await store.list('e/')]).toEqual([undefined, []])
    expect(await store.leaves('e/x')).toMatchObject([{ rev: end.rev, deleted: true }])
    expect((await store.put('e/x', { n: 9 })).ok).toBe(true)
    expect((await store.get('e/x'))?.body).toEqual({ n: 9 })
    await store.close()
  })

  test('that end a losing leaf leave the other in force', async () => {
    const { store, mine, other } = await opened()
    await store.append([mine, other, successor('e/x', other, {}, true)])
    expect((await store.get('e/x'))?.rev).toBe(mine.rev)
    await store.close()
  })

  test('that are here already change nothing', async () => {
    const { store, first, mine } = await opened()
    await store.append([mine])
    const before = await store.changes(0, '', 10)
    await store.append([first, mine])
    expect(await store.leaves('e/x')).toHaveLength(1)
    expect((await store.changes(0, '', 10)).map(({ leaves }) => leaves)).toEqual(
      before.map(({ leaves }) => leaves),
    )
    await store.close()
  })

  test('that are missing are named, and no others', async () => {
    const { store, first, mine } = await opened()
    const asked = { 'e/x': [first.rev, mine.rev], 'e/y': ['1-0'] }
    expect(await store.missing(asked)).toEqual({ 'e/x': [mine.rev], 'e/y': ['1-0'] })
    await store.close()
  })

  test('are told as changes, each document once, by its last change', async () => {
    const { store, first, mine } = await opened()
    await store.append([successor('e/y', undefined, {}), successor('f/z', undefined, {})])
    await store.append([mine])
    const all = await store.changes(0, 'e/', 10)
    expect(all.map(({ id, leaves }) => [id, leaves.length])).toEqual([
      ['e/y', 1],
      ['e/x', 1],
    ])
    expect(await store.changes(all[0]?.seq ?? 0, 'e/', 10)).toMatchObject([{ id: 'e/x', leaves: [mine.rev] }])
    expect(await store.changes(all[1]?.seq ?? 0, 'e/', 10)).toEqual([])
    expect((await store.changes(0, 'e/', 1)).map(({ id }) => id)).toEqual(['e/y'])
    expect([await store.count('e/'), first.rev.startsWith('1-')]).toEqual([2, true])
    await store.close()
  })

  test('are told of as they come, deletions too, until nobody listens', async () => {
    const store = await open()
    const seen: string[] = []
    const others: string[] = []
    const stop = store.onChange((id) => seen.push(id))
    store.onChange((id) => others.push(id))
    const first = successor('e/x', undefined, { n: 1 })
    await store.append([first])
    await vi.waitFor(() => expect(seen).toEqual(['e/x']), PATIENCE_MS)
    await store.append([successor('e/x', first, {}, true)])
    await vi.waitFor(() => expect(seen).toEqual(['e/x', 'e/x']), PATIENCE_MS)
    stop()
    await store.append([successor('e/y', undefined, {})])
    await vi.waitFor(() => expect(others).toEqual(['e/x', 'e/x', 'e/y']), PATIENCE_MS)
    expect(seen).toEqual(['e/x', 'e/x'])
    await store.close()
  })

  test('what is local is kept apart, written over, and never a document', async () => {
    const { store } = await opened()
    expect(await store.local('a')).toBeUndefined()
    await store.putLocal('a', { n: 1 })
    await store.putLocal('a', { n: 2 })
    expect([await store.local('a'), (await store.list('')).length]).toEqual([{ n: 2 }, 1])
    await store.close()
  })

  test('of one document stay bounded, and its last ones are whole', async () => {
    const { store, first } = await opened()
    let last = first
    for (let n = 2; n <= 150; n++) {
      last = successor('e/x', last, { n })
      await store.append([last])
    }
    expect(await store.revision('e/x', first.rev)).toBeUndefined()
    expect((await store.revision('e/x', last.history[40] ?? ''))?.body).toEqual({ n: 110 })
    expect((await store.leaves('e/x'))[0]?.history).toHaveLength(150)
    await store.close()
  })
})

test('PouchDB documents survive a restart', async () => {
  const path = join(folder, 'restart')
  const before = await pouchDocuments(path)
  await before.put('x', { n: 1 })
  await before.close()
  const after = await pouchDocuments(path)
  expect((await after.get('x'))?.body).toEqual({ n: 1 })
  await after.close()
})
