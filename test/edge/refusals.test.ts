import { expect, test } from 'vitest'
import { fault } from '../../core/errors.ts'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { type Log, silentLog } from '../../core/log.ts'
import { createRefusals } from '../../edge/refusals.ts'

function scene() {
  const clock = fakeClock()
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    warn: (_message, fields) => void lines.push(`${fields?.code} ${fields?.count}`),
  }
  return { clock, lines, refusals: createRefusals({ clock, log }) }
}

test('a flood of refusals is counted whole and logged once a minute of each kind', async () => {
  const { clock, lines, refusals } = scene()
  for (let packet = 0; packet < 10_000; packet++)
    refusals.note(fault('LORAWAN_BAD_MIC', { device: 'x' }), 'x')
  refusals.note(fault('UDP_INVALID', { key: '', reason: '' }))
  await clock.advance(61_000)
  refusals.note(fault('LORAWAN_BAD_MIC', { device: 'y' }), 'y')
  expect(refusals.counts()).toEqual({ LORAWAN_BAD_MIC: 10_001, UDP_INVALID: 1 })
  expect(lines).toEqual(['LORAWAN_BAD_MIC 1', 'UDP_INVALID 1', 'LORAWAN_BAD_MIC 10001'])
})

test('the newest of each kind is kept for a person, with where it came from', async () => {
  const { clock, refusals } = scene()
  refusals.note(fault('LORAWAN_BAD_MIC', { device: 'x' }), 'x')
  await clock.advance(1_000)
  refusals.note(fault('LORAWAN_BAD_MIC', { device: 'y' }), 'y')
  expect(refusals.latest()).toEqual([
    { at: clock.now(), source: 'y', problem: fault('LORAWAN_BAD_MIC', { device: 'y' }), count: 2 },
  ])
})
