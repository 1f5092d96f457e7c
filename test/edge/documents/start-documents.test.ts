import { describe, expect, test } from 'vitest'
import { type ErrorCode, FaultError, fault } from '../../../core/errors.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import type { RevisionStore } from '../../../core/ports/document-store.ts'
import { startDocuments } from '../../../edge/documents/start-documents.ts'
import { ID, siteOf, withLevels } from './site.ts'

/** A node comes up with documents that can be read, whatever is on its disk. */

const unreadable = (code: 'STORE_CORRUPT' | 'STORE_UNWRITABLE'): RevisionStore => ({
  ...memoryDocuments(),
  list: async () => {
    throw new FaultError(fault(code, { file: 'documents', reason: 'block checksum mismatch' }))
  },
})

async function start(stores: readonly (RevisionStore | undefined)[], aside: () => void = () => {}) {
  const told: ErrorCode[] = []
  let opened = 0
  let putAside = 0
  const { documents, kept } = await startDocuments({
    open: async () => stores[opened++],
    putAside() {
      putAside++
      aside()
    },
    make: (store) => siteOf(store).documents,
    told: ({ code }) => void told.push(code),
  })
  expect(await documents.put(ID, withLevels(2, 3, 4))).toMatchObject({ ok: true })
  return { kept, told, putAside }
}

describe('documents at the start', () => {
  test('that can be read are those of the disk', async () => {
    const store = memoryDocuments()
    expect(await start([store])).toEqual({ kept: store, told: [], putAside: 0 })
  })

  test('that are damaged within are put aside for fresh ones', async () => {
    const fresh = memoryDocuments()
    const started = await start([unreadable('STORE_CORRUPT'), fresh])
    expect(started).toEqual({ kept: fresh, told: ['STORE_CORRUPT'], putAside: 1 })
  })

  test('that a failing disk does not give stay where they are, and the node works from memory', async () => {
    const started = await start([unreadable('STORE_UNWRITABLE'), memoryDocuments()])
    expect(started).toEqual({ kept: undefined, told: ['STORE_UNWRITABLE'], putAside: 0 })
  })

  test('that cannot be put aside leave the node working from memory', async () => {
    const started = await start([unreadable('STORE_CORRUPT'), memoryDocuments()], () => {
      throw new FaultError(fault('STORE_UNWRITABLE', { file: 'documents', reason: 'EROFS' }))
    })
    expect(started).toEqual({ kept: undefined, told: ['STORE_CORRUPT', 'STORE_UNWRITABLE'], putAside: 1 })
  })

  test('that the disk takes none of are in memory', async () => {
    expect(await start([undefined])).toMatchObject({ kept: undefined })
  })
})
