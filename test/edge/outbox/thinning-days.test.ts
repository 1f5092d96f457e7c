import { expect, test } from 'vitest'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import { localDays } from '../../../core/time-zone.ts'
import { cutAll, frameAt, instant, level, outboxRig, ZONE } from './rig.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 9, 1)
const LIMITS = { maxBytes: 400_000 }

test('in the end a row stands for a day of the site, and for no part of the next', async () => {
  const rig = outboxRig()
  try {
    const outbox = rig.open({ limits: LIMITS, source: sqliteSource(rig.file, LIMITS) })
    // So few a day that no finer interval has two of them.
    for (let count = 0; count < 20_000; count += 500) {
      const batch = Array.from({ length: 500 }, (_, index) => ({
        ...{ device: level, channel: 'distance', value: 1, flag: 1 as const },
        at: START + (count + index) * 5 * HOUR,
      }))
      outbox.readings(batch, instant(batch[0]?.at))
      outbox.flush()
      await rig.clock.advance(100)
    }
    cutAll(outbox)
    const rows = outbox.frames('live').flatMap(({ first }) => {
      const frame = frameAt(outbox, 'live', first)
      return frame.lane === 'alarm' ? [] : frame.readings
    })
    const spans = rows.flatMap(({ at, summary }) => (summary ? [{ from: summary.from, at }] : []))
    const day = localDays(ZONE)
    expect(spans.length).toBeGreaterThan(100)
    expect(spans.filter(({ from, at }) => day(from) !== day(at))).toEqual([])
  } finally {
    rig.remove()
  }
})
