import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { FrameReading } from '../../../core/wire/frame.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { alarmEvent, device, frameAt, lane, ledgerProblem, outboxRig, type Rig } from './rig.ts'

/**
 * A file system that is full in earnest: ten megabytes, though the database may grow to sixty-four. It says no itself,
 * where `max_page_count` never would.
 */

const T0 = Date.UTC(2026, 9, 1)
const MOUNT_MB = 10
const LIMITS = { maxBytes: 64 * 1024 ** 2 }
const POINTS = Array.from({ length: 40 }, (_, index) => ({
  device: device(`d-${Math.floor(index / 4)}`),
  channel: `c-${index % 4}`,
}))

/** Undefined where nobody may mount: the tests are then skipped by name. */
function mounted(folder: string): string | undefined {
  const place = join(folder, 'small')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_MB}m`, 'tmpfs', place], { stdio: 'ignore' })
    return place
  } catch {
    return undefined
  }
}

const rig: Rig = outboxRig()
const place = mounted(rig.folder)
const why = place === undefined ? ' (skipped: only root may mount a file system)' : ''
let outbox: Outbox
let minutes = 0
let alarms = 0
let kept = 0

async function days(count: number): Promise<void> {
  for (let hour = 0; hour < count * 24; hour++) {
    if (hour % 6 === 0) {
      const told = outbox.alarm(alarmEvent(alarms++), { at: T0, mono: 0 as Mono, quality: 'synced' })
      void told.then(({ ok }) => {
        if (ok) kept++
      })
    }
    for (let minute = 0; minute < 60; minute++) {
      const at = T0 + minutes++ * 60_000
      const batch = POINTS.map((point, index) => ({
        ...point,
        at,
        value: ((minutes * (index + 1)) % 1000) / 1000,
        flag: 1 as const,
      }))
      outbox.readings(batch, { at, mono: at as Mono, quality: 'synced' })
    }
    await rig.clock.advance(3_600_000)
  }
}

beforeAll(() => {
  if (place === undefined) return
  const file = join(place, 'outbox.db')
  outbox = rig.open({ limits: LIMITS, source: sqliteSource(file, LIMITS) })
})
afterAll(() => {
  outbox?.close()
  if (place !== undefined) execFileSync('umount', [place])
  rig.remove()
})

describe.skipIf(place === undefined)(`a file system without room${why}`, () => {
  test('is not run into: readings are thinned while there is room left for journals', async () => {
    await days(4)
    expect(rig.faults).toEqual([])
    expect(lane(outbox, 'live').lost.thinned).toBeGreaterThan(10_000)
    expect(lane(outbox, 'live').lost.dropped).toBeUndefined()
    expect(outbox.ledger().bytes.limit).toBeLessThan((MOUNT_MB - 2) * 1024 ** 2)
  }, 60_000)

  test('that somebody else fills to the last byte costs no alarm, and the node works on', async () => {
    fill(place ?? '')
    await days(3)
    expect(new Set(rig.faults.map(({ code }) => code))).toEqual(new Set(['STORE_FULL']))
    expect(outbox.ledger().fault).toBeUndefined()
    expect(kept).toBe(alarms)
    expect(lane(outbox, 'alarm')).toMatchObject({ produced: alarms, stored: alarms, lost: {} })
    expect(ledgerProblem(outbox)).toBeUndefined()
  }, 60_000)

  test('still lets the hub fetch everything, and counts it', async () => {
    const fetch = async (name: 'alarm' | 'live') => {
      let rows = 0
      for (let turn = 0; turn < 1_000; turn++) {
        const range = outbox.unframed(name)[0]
        if (range !== undefined) outbox.cut(name, range, 1)
        for (const frozen of outbox.frames(name)) {
          const frame = frameAt(outbox, name, frozen.first)
          const counts = frame.lane === 'alarm' ? frame.events.map(() => 1) : frame.readings.map(countIn)
          rows += counts.reduce((sum, count) => sum + count, 0)
          outbox.release(name, [frozen])
        }
        await rig.clock.advance(20)
      }
      return rows
    }
    expect(await fetch('alarm')).toBe(alarms)
    expect(await fetch('live')).toBe(minutes * POINTS.length)
    expect(outbox.ledger().lanes.map(({ stored }) => stored)).toEqual([0, 0, 0])
  }, 60_000)

  test('that was full before the node came to it leaves it working from memory until there is room', async () => {
    outbox.close()
    for (const part of ['', '-wal', '-shm']) rmSync(join(place ?? '', `outbox.db${part}`), { force: true })
    fill(place ?? '')
    outbox = rig.open({ limits: LIMITS, source: sqliteSource(join(place ?? '', 'outbox.db'), LIMITS) })
    const told = outbox.alarm(alarmEvent(1), { at: T0, mono: 0 as Mono, quality: 'synced' })
    await rig.clock.advance(60_000)
    expect(outbox.ledger().queued.alarms).toBe(1)
    expect(rig.faults.map(({ code }) => code)).toContain('STORE_FULL')
    rmSync(join(place ?? '', 'junk'))
    await rig.clock.advance(10_000)
    expect(await told).toEqual({ ok: true, value: 0 })
  })
})

function countIn({ summary }: FrameReading): number {
  return summary?.count ?? 1
}

/** Writes until there is not a page left. */
function fill(folder: string): void {
  const junk = join(folder, 'junk')
  for (const size of [1024 * 1024, 4096]) {
    try {
      for (let written = 0; written < MOUNT_MB * 1024 ** 2; written += size)
        appendFileSync(junk, Buffer.alloc(size))
    } catch {
      // Full.
    }
  }
  expect(statSync(junk).size).toBeGreaterThan(0)
}
