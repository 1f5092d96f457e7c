import { expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { ok, type Result } from '../../../core/result.ts'
import { createReopening } from '../../../edge/lines/reopening.ts'

/** A far end that does not answer keeps nobody waiting: neither a start nor what comes after it. */

function lineThatOpensLate() {
  const clock = fakeClock()
  const { near } = memoryLine(clock)
  let answer: (opened: Result<void>) => void = () => {}
  const heard: string[] = []
  const reopening = createReopening({
    stream: {
      ...near,
      open: () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    },
    clock,
    refused: (problem) => void heard.push(problem.code),
    opened: () => void heard.push('opened'),
    lost: () => void heard.push('lost'),
  })
  return { clock, reopening, heard, answer: () => answer(ok(undefined)) }
}

test('a start waits two seconds for a line and no longer', async () => {
  const { clock, reopening } = lineThatOpensLate()
  let started = false
  void reopening.start().then(() => {
    started = true
  })
  await clock.advance(1_999)
  const before = started
  await clock.advance(1)
  expect([before, started]).toEqual([false, true])
})

test('a line that opens after that is used', async () => {
  const { clock, reopening, heard, answer } = lineThatOpensLate()
  void reopening.start()
  await clock.advance(9_000)
  answer()
  await clock.advance(1)
  expect(heard).toEqual(['opened'])
})

test('a line that opens at once leaves no timer behind', async () => {
  const { clock, reopening, answer } = lineThatOpensLate()
  const starting = reopening.start()
  answer()
  await starting
  expect(clock.pending()).toBe(0)
})
