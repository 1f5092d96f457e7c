import { describe, expect, test } from 'vitest'
import { type Fault, FaultError, fault } from '../../../core/errors.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { createClockFloor } from '../../../edge/time/clock-floor.ts'

const none = () => {}

describe('the stored floor of the clock', () => {
  test('is nothing at first', () => {
    expect(createClockFloor({ store: openSqlite(':memory:'), refused: none }).read()).toBeUndefined()
  })

  test('is read back by the next boot, lower or higher than before', () => {
    const store = openSqlite(':memory:')
    const floor = createClockFloor({ store, refused: none })
    floor.write(2_000.7)
    floor.write(1_000)
    expect(createClockFloor({ store, refused: none }).read()).toBe(1_000)
  })

  test('on a failing disk is unknown, and the disk is told of', () => {
    const refused: Fault[] = []
    const fail = () => {
      throw new FaultError(fault('STORE_UNWRITABLE', { file: 'control.db', reason: 'io' }))
    }
    const store: SqlStore = { exec: fail, prepare: fail, transaction: fail, close: none }
    const floor = createClockFloor({ store, refused: (problem) => refused.push(problem) })
    floor.write(1_000)
    expect(floor.read()).toBeUndefined()
    expect(refused.map(({ code }) => code)).toEqual(Array(3).fill('STORE_UNWRITABLE'))
  })
})
