import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { successor } from '../../../core/documents/revision.ts'
import {
  pouchDocuments,
  putDocumentsAside,
  reopenPouchDocuments,
} from '../../../core/node/pouch-documents.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tram-pouch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a place that cannot hold documents is refused as unwritable', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  await expect(pouchDocuments(join(file, 'documents'))).rejects.toMatchObject({
    fault: { code: 'STORE_UNWRITABLE' },
  })
})

test('damaged documents are refused as damaged; put aside, they make room for fresh ones and are kept', async () => {
  const place = join(folder, 'documents')
  const before = await pouchDocuments(place)
  await before.put('x', { n: 1 })
  await before.close()
  for (const name of readdirSync(place)) if (name === 'CURRENT') writeFileSync(join(place, name), 'rubbish')
  await expect(pouchDocuments(place)).rejects.toMatchObject({ fault: { code: 'STORE_CORRUPT' } })
  putDocumentsAside(place)
  const fresh = await pouchDocuments(place)
  expect(await fresh.get('x')).toBeUndefined()
  await fresh.close()
  expect(existsSync(`${place}.damaged`)).toBe(true)
})

test('an edit that cannot be made durable is not told as written', async () => {
  const place = join(folder, 'documents')
  const store = await pouchDocuments(place)
  expect((await store.put('x', { n: 1 })).ok).toBe(true)
  rmSync(place, { recursive: true })
  expect(await store.put('y', { n: 1 })).toMatchObject({ ok: false, error: { code: 'STORE_UNWRITABLE' } })
  await store.close()
})

test('revisions of which one is none are not told as written, and none of them is', async () => {
  const store = await pouchDocuments(join(folder, 'documents'))
  const sound = successor('a', undefined, { n: 1 })
  const odd = { ...successor('b', undefined, { n: 1 }), body: { _odd: 1 } }
  expect(await store.append([sound, odd])).toMatchObject({ ok: false })
  expect(await store.get('a')).toBeUndefined()
  await store.close()
})

describe('a node that opens its documents', () => {
  test('goes on with fresh ones in place of damaged ones, and says so', async () => {
    const place = join(folder, 'documents')
    const before = await pouchDocuments(place)
    await before.close()
    writeFileSync(join(place, 'CURRENT'), 'rubbish')
    const told: string[] = []
    const fresh = await reopenPouchDocuments(place, ({ code }) => told.push(code))
    expect([told, await fresh?.list('')]).toEqual([['STORE_CORRUPT'], []])
    await fresh?.close()
  })

  test('does without where the disk takes none, and says so', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    const told: string[] = []
    const none = await reopenPouchDocuments(join(folder, 'a-file', 'documents'), ({ code }) =>
      told.push(code),
    )
    expect([none, told]).toEqual([undefined, ['STORE_UNWRITABLE']])
  })
})
