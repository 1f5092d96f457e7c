import { expect, test } from 'vitest'
import { fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { createDocumentSync, type SyncOutcome } from '../../../edge/documents/sync.ts'

const ALIKE = ok({ pulled: 0, pushed: 0, refused: [] })
const AWAY = err(fault('DOCUMENT_SYNC_FAILED', { reason: 'away' }))

function rig(answer: () => Result<SyncOutcome> | Promise<Result<SyncOutcome>>) {
  const clock = fakeClock()
  const runs: { at: number; fromStart: boolean }[] = []
  const refused: string[] = []
  const sync = createDocumentSync({
    wall: clock,
    random: seededRandom(1),
    log: silentLog,
    async replicate(fromStart) {
      runs.push({ at: clock.monotonic(), fromStart })
      return answer()
    },
    refused: ({ code }) => refused.push(code),
  })
  return { clock, runs, refused, sync }
}

test('replicates when something changed, and every five minutes', async () => {
  const { clock, runs, sync } = rig(() => ALIKE)
  sync.wake()
  await clock.advance(5 * 60_000)
  expect(runs.map(({ at }) => at)).toEqual([0, 300_000])
  await sync.stop()
  expect(clock.pending()).toBe(0)
})

test('compares everything once in a boot, and then goes by what it noted', async () => {
  const { clock, runs, sync } = rig(() => ALIKE)
  sync.wake()
  await clock.advance(1)
  sync.wake()
  await clock.advance(1)
  expect(runs.map(({ fromStart }) => fromStart)).toEqual([true, false])
  await sync.stop()
})

test('replicates once more for all that changed while it was at it, never twice at a time', async () => {
  let let_go: () => void = () => {}
  const { clock, runs, sync } = rig(
    () =>
      new Promise((resolve) => {
        let_go = () => resolve(ALIKE)
      }),
  )
  for (let times = 0; times < 10; times++) sync.wake()
  await clock.advance(1_000)
  expect(runs).toHaveLength(1)
  let_go()
  await clock.advance(1_000)
  expect(runs).toHaveLength(2)
  let_go()
  await clock.advance(1_000)
  expect(runs).toHaveLength(2)
  await sync.stop()
})

test('tries again later each time while the hub is away, and says so', async () => {
  let answer: Result<SyncOutcome> = AWAY
  const { clock, runs, refused, sync } = rig(() => answer)
  sync.wake()
  await clock.advance(60_000)
  const pauses = runs.slice(1).map(({ at }, index) => at - (runs[index]?.at ?? 0))
  expect(pauses.length).toBeGreaterThan(2)
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(2_500 * 2 ** index)
    expect(pause).toBeLessThanOrEqual(5_000 * 2 ** index)
  }
  expect(new Set(refused)).toEqual(new Set(['DOCUMENT_SYNC_FAILED']))
  expect(sync.status()).toMatchObject({ state: 'failed', since_s: null })
  answer = ALIKE
  sync.wake()
  await clock.advance(1)
  expect(sync.status()).toMatchObject({ state: 'idle', since_s: 0, problem: undefined })
  await sync.stop()
})

test('says what the hub refused of this node', async () => {
  const { clock, refused, sync } = rig(() =>
    ok({ pulled: 0, pushed: 1, refused: [{ id: 'x', reason: 'y' }] }),
  )
  sync.wake()
  await clock.advance(1)
  expect(refused).toEqual(['DOCUMENT_REFUSED_BY_HUB'])
  await sync.stop()
})
