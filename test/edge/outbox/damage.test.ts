import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import {
  alarmEvent,
  cutAll,
  frameAt,
  instant,
  lane,
  ledgerProblem,
  outboxRig,
  type Rig,
  readings,
} from './rig.ts'

let rig: Rig

beforeEach(() => {
  rig = outboxRig()
})
afterEach(() => rig.remove())

describe('a damaged database', () => {
  function damage(file: string, from: number, length: number): void {
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, from)
    closeSync(handle)
  }

  test('at the start is kept beside, and what is readable is queued in a new epoch', async () => {
    const outbox = rig.open()
    outbox.readings(readings(20_000), instant())
    void outbox.alarm(alarmEvent(1), instant())
    outbox.flush()
    const { epoch } = outbox.ledger()
    outbox.close()
    damage(rig.file, Math.floor(statSync(rig.file).size / 2 / 4096) * 4096, 3 * 4096)
    const after = rig.open()
    cutAll(after)
    await rig.clock.advance(1000)
    expect(existsSync(`${rig.file}.damaged-1`)).toBe(true)
    expect(rig.faults.map(({ code }) => code)).toContain('STORE_CORRUPT')
    expect(after.epoch()).not.toBe(epoch)
    const { stored, lost } = lane(after, 'live')
    expect(stored).toBeGreaterThan(19_000)
    expect(stored + (lost.unreadable ?? 0)).toBe(20_000)
    expect(lane(after, 'alarm').stored).toBe(1)
  })

  test('is taken over once and whole, however often the node ends while it does so', async () => {
    const outbox = rig.open()
    outbox.readings(readings(20_000), instant())
    void outbox.alarm(alarmEvent(1), instant())
    outbox.flush()
    outbox.close()
    damage(rig.file, Math.floor(statSync(rig.file).size / 2 / 4096) * 4096, 3 * 4096)
    for (let run = 0; run < 8; run++) {
      const interrupted = rig.open()
      cutAll(interrupted)
      let changes = 0
      interrupted.onChange(() => {
        if (++changes === 4) interrupted.close()
      })
      await rig.clock.advance(1)
      interrupted.close()
    }
    const after = rig.open()
    await rig.clock.advance(1000)
    const { stored, lost } = lane(after, 'live')
    expect(stored).toBeGreaterThan(19_000)
    expect(stored + (lost.unreadable ?? 0)).toBe(20_000)
    expect(lane(after, 'alarm').stored).toBe(1)
  })

  test('that had been thinned keeps what its rows stand for, and the count of what was thinned', async () => {
    const limits = { maxBytes: 1024 * 1024 }
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    for (let batch = 0; batch < 60; batch++) {
      outbox.readings(readings(1000, batch * 1000), instant())
      await rig.clock.advance(1000)
    }
    const before = lane(outbox, 'live')
    outbox.close()
    const store = openSqlite(rig.file)
    store.exec("UPDATE meta SET value = '9' WHERE key = 'format'")
    store.close()
    const after = rig.open()
    await rig.clock.advance(1000)
    expect(lane(after, 'live')).toMatchObject({ produced: 60_000, stored: before.stored, lost: before.lost })
    cutAll(after)
    const counts = after.frames('live').flatMap(({ first }) => {
      const frame = frameAt(after, 'live', first)
      return frame.lane === 'alarm' ? [] : frame.readings.map(({ summary }) => summary?.count ?? 1)
    })
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60_000)
  })

  test('whose frame was altered is put aside, and its rows come in a new epoch', async () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    outbox.close()
    const store = openSqlite(rig.file)
    const bytes = store.prepare('SELECT bytes FROM frames').get()?.bytes
    if (!(bytes instanceof Uint8Array)) throw new Error('no frame')
    bytes[20] = (bytes[20] ?? 0) ^ 1
    store.prepare('UPDATE frames SET bytes = ?').run(bytes)
    store.close()
    const after = rig.open()
    expect(after.bytes('live', 0)).toBeUndefined()
    await rig.clock.advance(100)
    expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_CORRUPT'])
    expect(lane(after, 'live').stored).toBe(10)
  })

  test('with a row that makes no sense tells the hub so', () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    outbox.close()
    const store = openSqlite(rig.file)
    store.exec('UPDATE live SET series = 77 WHERE seq = 4; DELETE FROM live WHERE seq = 6')
    store.close()
    const after = rig.open()
    cutAll(after)
    expect(frameAt(after, 'live', 0).gaps).toEqual([
      { first: 4, last: 4, reason: 'corrupt' },
      { first: 6, last: 6, reason: 'corrupt' },
    ])
    expect(ledgerProblem(after)).toBeUndefined()
  })

  test('that is no database at all gives way to a new one', () => {
    writeFileSync(rig.file, 'this was a database once'.repeat(1000))
    const outbox = rig.open()
    return rig.clock.advance(1).then(() => {
      outbox.readings(readings(3), instant())
      outbox.flush()
      expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_CORRUPT'])
      expect(lane(outbox, 'live').stored).toBe(3)
      expect(readFileSync(`${rig.file}.damaged-1`, 'utf8')).toContain('once')
    })
  })
})
