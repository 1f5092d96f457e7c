import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { silentLog } from '../../core/log.ts'
import { EXIT_MISTAKE, endSafely } from '../../edge/crash.ts'

function scene(driveSafe: () => void) {
  const clock = fakeClock()
  const exits: number[] = []
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
  endSafely({ process, clock, log: silentLog, driveSafe })
  return { clock, process, exits }
}

test.each(['uncaughtException', 'unhandledRejection'])(
  'after an %s outputs go safe at once, and the process ends with a code of its own once they were told',
  async (event) => {
    let safe = 0
    const { clock, process, exits } = scene(() => safe++)
    process.emit(event, new TypeError('a mistake'))
    expect(safe).toBe(1)
    expect(exits).toEqual([])
    await clock.advance(2_000)
    expect(exits).toEqual([EXIT_MISTAKE])
  },
)

test('further mistakes on the way do not begin it again', async () => {
  let safe = 0
  const { clock, process, exits } = scene(() => safe++)
  process.emit('uncaughtException', new Error('one'))
  process.emit('unhandledRejection', 'two')
  await clock.advance(10_000)
  expect(safe).toBe(1)
  expect(exits).toEqual([EXIT_MISTAKE])
})

test('the process ends even if driving outputs safe is what goes wrong', async () => {
  const { clock, process, exits } = scene(() => {
    throw new Error('again')
  })
  process.emit('uncaughtException', new Error('one'))
  await clock.advance(2_000)
  expect(exits).toEqual([EXIT_MISTAKE])
})
