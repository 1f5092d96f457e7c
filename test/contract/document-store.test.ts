import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { memoryDocuments } from '../../core/memory-documents.ts'
import { pouchDocuments } from '../../core/node/pouch-documents.ts'
import type { DocumentStore } from '../../core/ports/document-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tram-documents-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let opened = 0

const implementations: readonly [string, () => DocumentStore | Promise<DocumentStore>][] = [
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
    const stop = store.watch((document) => seen.push(document.body))
    const first = await store.put('x', { n: 1 })
    await vi.waitFor(() => expect(seen).toEqual([{ n: 1 }]))
    stop()
    if (first.ok) await store.put('x', { n: 2 }, first.value.rev)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(seen).toEqual([{ n: 1 }])
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
