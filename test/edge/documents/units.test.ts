import { describe, expect, test } from 'vitest'
import type { Body } from '../../../core/documents/edit.ts'
import { successor } from '../../../core/documents/revision.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import type { RevisionStore } from '../../../core/ports/document-store.ts'
import { arrives, EDGE, exchange, HOLD, hold, hubOf, ID, settled, site, withLevels } from './site.ts'

/** Documents that were written together come into force all or none, whatever happens to one of them. */

describe('documents written together', () => {
  const unit = { id: 'u1', of: [ID, HOLD] }

  test('are in force at once here, each with the unit in it', async () => {
    const one = await site()
    const put = await one.documents.putAll(
      [
        { id: ID, body: withLevels(2, 3, 4) },
        { id: HOLD, body: hold() },
      ],
      'Minh',
    )
    expect(put.ok).toBe(true)
    expect((await one.documents.list('')).map(({ id }) => id)).toEqual([ID, HOLD])
    expect(one.documents.edit(ID)?.unit?.of).toEqual([ID, HOLD])
  })

  test('are refused all together when one of them does not hold together', async () => {
    const one = await site()
    const put = await one.documents.putAll(
      [
        { id: ID, body: withLevels(2, 3, 4) },
        { id: HOLD, body: hold(7) },
      ],
      'Minh',
    )
    expect(put.ok ? 'taken' : put.error.code).toBe('OUTPUT_CLAIM_INVALID')
    expect(await one.documents.list('')).toEqual([])
  })

  test('come into force together, whichever arrives first', async () => {
    for (const order of [
      [ID, HOLD],
      [HOLD, ID],
    ]) {
      const one = await site()
      await one.edit(withLevels(1, 3, 4))
      const contents: Record<string, Body> = { [ID]: withLevels(2, 3, 4), [HOLD]: hold() }
      const [first = '', second = ''] = order
      await arrives(one.store, first, contents[first] ?? {}, unit)
      await settled(one)
      expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[1, 3, 4], undefined])
      await arrives(one.store, second, contents[second] ?? {}, unit)
      await settled(one)
      expect([await one.stages(), (await one.documents.get(HOLD))?.id]).toEqual([[2, 3, 4], HOLD])
    }
  })

  test('stay out of force over a restart while one is missing, and the node says which', async () => {
    const one = await site()
    await one.edit(withLevels(1, 3, 4))
    await arrives(one.store, ID, withLevels(2, 3, 4), unit)
    await settled(one)
    await one.documents.close()
    const next = await site(one.store)
    expect(await next.stages()).toEqual([1, 3, 4])
    await next.clock.advance(11 * 60_000)
    const told = next.refusals.latest().find(({ problem }) => problem.code === 'DOCUMENT_UNIT_INCOMPLETE')
    expect(told?.problem.details.missing).toBe(HOLD)
  })

  test('do not keep the site from editing meanwhile; both edits are merged when the rest arrives', async () => {
    const one = await site()
    await one.edit(withLevels(2, 3, 4))
    await arrives(one.store, ID, withLevels(1.9, 3, 4), unit)
    await settled(one)
    await one.edit(withLevels(2, 2.9, 4))
    await settled(one)
    expect(await one.stages()).toEqual([2, 2.9, 4])
    await arrives(one.store, HOLD, hold(), unit)
    await settled(one)
    expect(await one.stages()).toEqual([1.9, 2.9, 4])
  })

  test('are kept back all together when one of them cannot be used here', async () => {
    const one = await site()
    await one.edit(withLevels(1, 3, 4))
    await arrives(one.store, ID, withLevels(2, 3, 4), unit)
    await arrives(one.store, HOLD, hold(7), unit)
    await settled(one)
    expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[1, 3, 4], undefined])
  })
})

describe('a unit whose documents went on', () => {
  const together = [
    { id: ID, body: withLevels(2, 3, 4) },
    { id: HOLD, body: hold() },
  ]
  /** A new disk, and what the hub has. */
  const replaced = async (other: RevisionStore) => {
    const one = await site()
    await exchange(other, one.store)
    await settled(one)
    return one
  }

  test('is taken up on a new disk though one of them was edited since', async () => {
    const [old, other] = [await site(), memoryDocuments()]
    await old.documents.putAll(together, 'Minh')
    await old.edit(withLevels(1.9, 3, 4))
    await exchange(old.store, other)
    const one = await replaced(other)
    expect([await one.stages(), (await one.documents.get(HOLD))?.id]).toEqual([[1.9, 3, 4], HOLD])
  })

  test('is taken up on a new disk though one of them was deleted since', async () => {
    const [old, other] = [await site(), memoryDocuments()]
    await old.documents.putAll(together, 'Minh')
    await old.documents.remove(HOLD, 'Minh')
    await exchange(old.store, other)
    const one = await replaced(other)
    expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[2, 3, 4], undefined])
  })

  test('is not taken up while a document is as it was before', async () => {
    const [old, other] = [await site(), memoryDocuments()]
    await old.edit(withLevels(1, 3, 4))
    await exchange(old.store, other)
    await old.documents.putAll(together, 'Minh')
    const [leaf] = await old.store.leaves(`${EDGE}/${HOLD}`)
    if (leaf !== undefined) await other.append([leaf])
    const one = await replaced(other)
    expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[1, 3, 4], undefined])
  })

  test('does not keep back what is left when a document of it is deleted', async () => {
    const one = await site()
    await arrives(one.store, HOLD, hold())
    await one.edit(withLevels(1, 3, 4))
    await settled(one)
    const unit = { id: 'u1', of: [ID, HOLD] }
    await arrives(one.store, ID, withLevels(2, 3, 4), unit)
    await arrives(one.store, HOLD, hold(0), unit)
    const [leaf] = await one.store.leaves(`${EDGE}/${HOLD}`)
    await one.store.append([successor(`${EDGE}/${HOLD}`, leaf, {}, true)])
    await settled(one)
    expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[2, 3, 4], undefined])
  })
})

describe('a unit of which one document cannot be used', () => {
  const unit = { id: 'u1', of: [ID, HOLD] }
  const unsound = withLevels(2, 1, 4)
  const refusedUnit = async () => {
    const one = await site()
    await one.edit(withLevels(1, 3, 4))
    await arrives(one.store, ID, unsound, unit)
    await arrives(one.store, HOLD, hold(), unit)
    await settled(one)
    return one
  }

  test('brings none of it into force, over a restart too', async () => {
    const one = await refusedUnit()
    expect([await one.stages(), await one.documents.get(HOLD)]).toEqual([[1, 3, 4], undefined])
    await one.documents.close()
    const next = await site(one.store)
    expect([await next.stages(), await next.documents.get(HOLD)]).toEqual([[1, 3, 4], undefined])
  })

  test('lists what was new in it as a conflict, with the reason, and gives it back when a person asks', async () => {
    const one = await refusedUnit()
    const conflict = (await one.documents.conflicts()).find(({ of }) => of === HOLD)
    expect(conflict).toMatchObject({ reason: { code: 'STATION_LEVELS_NOT_RISING' }, edit: { by: 'Lan' } })
    expect(await one.documents.restore(conflict?.id ?? '', 'Minh')).toMatchObject({ ok: true })
    expect((await one.documents.get(HOLD))?.body).toEqual(hold())
  })

  test('gives what was new in it back at the hub as well', async () => {
    const one = await refusedUnit()
    const other = memoryDocuments()
    const hub = hubOf(other, one.clock)
    await exchange(one.store, other)
    const conflict = (await hub.documents.conflicts(EDGE)).find(({ of }) => of === HOLD)
    const id = conflict?.id.replace(`${EDGE}/`, '') ?? ''
    expect(await hub.documents.restore(EDGE, id, 'Lan')).toMatchObject({ ok: true })
    await exchange(one.store, other)
    await settled(one)
    expect((await one.documents.get(HOLD))?.body).toEqual(hold())
  })
})
