import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { cutAll, instant, lane, outboxRig, type Rig, readings } from './rig.ts'

/** A frame that turns out to be another node's has gaps too: what was lost is told under the new numbers as well. */

let rig: Rig
let outbox: Outbox
beforeEach(() => {
  rig = outboxRig()
  outbox = rig.open({ limits: { queuedReadings: 20 } })
})
afterEach(() => rig.remove())

/** One frame of `lost` numbers that were dropped and 20 rows behind them. */
function frameWithLosses(lost: number) {
  for (let count = 0; count < lost; count += 10) outbox.readings(readings(10, count), instant())
  for (let count = 0; count < 2; count++) outbox.readings(readings(10, lost + 10 * count), instant())
  outbox.flush()
  cutAll(outbox)
  const frame = outbox.frames('live').at(-1)
  if (frame === undefined) throw new Error('no frame')
  return frame
}

test('of an own frame, what was dropped is dropped in the new epoch too', async () => {
  const { first, crc } = frameWithLosses(30)
  outbox.fork('live', first, crc)
  await rig.clock.advance(100)
  expect(lane(outbox, 'live')).toMatchObject({ produced: 50, stored: 20, lost: { dropped: 30 } })
})

test('of a frame of a former epoch, what was dropped from there on is dropped in the present one', async () => {
  const former = outbox.epoch() ?? ''
  const { first, crc } = frameWithLosses(30)
  const later = frameWithLosses(10)
  outbox.fork('live', later.first, later.crc)
  await rig.clock.advance(100)
  expect(lane(outbox, 'live').lost).toEqual({ dropped: 10 })
  outbox.former.fork(former, 'live', first + 12, crc)
  expect(lane(outbox, 'live').lost).toEqual({ dropped: 10 + 18 })
  expect(outbox.former.frames()).toMatchObject([{ first, last: first + 11, rows: 0 }])
})
