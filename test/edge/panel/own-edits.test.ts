import { beforeEach, expect, test } from 'vitest'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { silentLog } from '../../../core/log.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Alike } from '../../../edge/documents/sync.ts'
import { ownEdits } from '../../../edge/panel/own-edits.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { EDGE, edited, ID, siteOf, withLevels } from '../documents/site.ts'

/** Edits that the hub does not have yet: counted as they are, whatever boots, refusals and edits come between. */

let clock: FakeClock
let kept = memoryDocuments()
let disk = openSqlite(':memory:')

beforeEach(() => {
  clock = fakeClock(Date.UTC(2026, 10, 1))
  kept = memoryDocuments()
  disk = openSqlite(':memory:')
})

/** A boot over what earlier ones left on the disk. */
async function boot() {
  const { documents } = siteOf(kept, clock)
  await documents.start()
  const handlers = new Set<(alike: Alike) => void>()
  const edits = await ownEdits({
    ...{ wall: clock, edge: EDGE, documents, store: disk },
    refusals: createRefusals({ clock, log: silentLog }),
    onAlike(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  })
  const alike = (refused: readonly string[] = [], begun = clock.monotonic()) => {
    for (const handler of handlers) handler({ begun, refused })
  }
  return {
    documents,
    alike,
    waiting: edits.waiting,
    edit: (stage: number, by = 'Bà Năm') => documents.putAll([{ id: ID, body: withLevels(stage, 3, 4) }], by),
  }
}

test('an edit waits until a replication that began after it has come to its end', async () => {
  const { edit, alike, waiting } = await boot()
  expect(waiting()).toBe(0)
  const before = clock.monotonic()
  await clock.advance(1_000)
  await edit(2)
  expect(waiting()).toBe(1)
  alike([], before)
  expect(waiting()).toBe(1)
  alike()
  expect(waiting()).toBe(0)
})

test('an edit of a boot before still waits', async () => {
  const first = await boot()
  await first.edit(2)
  expect((await boot()).waiting()).toBe(1)
})

test('what reached the hub in a boot before waits no more', async () => {
  const first = await boot()
  await first.edit(2)
  first.alike()
  expect((await boot()).waiting()).toBe(0)
})

test('several edits of one document are one that waits', async () => {
  const { edit, waiting } = await boot()
  await edit(2)
  await edit(2.1)
  expect(waiting()).toBe(1)
})

test('what the hub refuses goes on waiting, until it is edited anew and taken', async () => {
  const { edit, alike, waiting } = await boot()
  await edit(2)
  alike([`${EDGE}/${ID}`])
  alike()
  expect(waiting()).toBe(1)
  await edit(2.1)
  alike()
  expect(waiting()).toBe(0)
})

test('what a file brought waits for nobody', async () => {
  const { documents, waiting } = await boot()
  await documents.put(ID, edited({}))
  expect(waiting()).toBe(0)
})

test('a document that is gone waits no more', async () => {
  const { documents, edit, waiting } = await boot()
  await edit(2)
  await documents.remove(ID, 'Bà Năm')
  expect(waiting()).toBe(0)
})
