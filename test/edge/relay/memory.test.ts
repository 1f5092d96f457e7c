import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { createRelayMemory } from '../../../edge/relay/memory.ts'
import { DONG_HA } from '../control/flood/station.ts'

/** What the radio path remembers over a restart: of one database alone, never without bound, never in the way. */

let store: SqlStore
let refused: string[]
beforeEach(() => {
  store = openSqlite(':memory:')
  refused = []
})
afterEach(() => store.close())

const open = () => createRelayMemory(store, ({ code }) => refused.push(code))
/** What is remembered now, and what would be after a restart. */
const acknowledged = (memory: ReturnType<typeof open>) =>
  [memory, open()].map((one) => [...one.acknowledged()].sort((a, b) => a - b))

describe('what the hub has acknowledged', () => {
  test('is remembered over a restart', () => {
    const memory = open()
    memory.know('a')
    memory.acknowledge([3, 5])
    memory.know('a')
    expect([acknowledged(memory), open().knownEpoch()]).toEqual([
      [
        [3, 5],
        [3, 5],
      ],
      'a',
    ])
  })

  test('is forgotten with the database that it was of', () => {
    const memory = open()
    memory.know('a')
    memory.acknowledge([3, 5])
    memory.know('b')
    expect(acknowledged(memory)).toEqual([[], []])
  })

  test('is kept for the newest 4,096 numbers', () => {
    const memory = open()
    memory.acknowledge([0, 1, 4_096])
    expect(acknowledged(memory)).toEqual([
      [1, 4_096],
      [1, 4_096],
    ])
  })
})

test('stations are remembered over a restart, and a damaged memory of them is none', () => {
  open().told([DONG_HA])
  const kept = open()
    .dictionary()
    ?.map((station) => station?.id)
  store.exec(`UPDATE relay_memo SET value = '[{' WHERE key = 'dictionary'`)
  expect([kept, open().dictionary()]).toEqual([[DONG_HA.id], undefined])
})

test('a disk that takes nothing is told, and what was said is known until the end', () => {
  const memory = open()
  store.exec('PRAGMA query_only = 1')
  memory.know('a')
  memory.acknowledge([3])
  memory.told([DONG_HA])
  expect([memory.knownEpoch(), [...memory.acknowledged()], memory.dictionary()?.length]).toEqual([
    'a',
    [3],
    1,
  ])
  expect(new Set(refused)).toEqual(new Set(['STORE_UNWRITABLE']))
})
