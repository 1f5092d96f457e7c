import { expect, test } from 'vitest'
import { nasLamp } from '../../devices/codecs/nas-lamp.ts'
import { exampleBytes } from '../../devices/examples.ts'
import nasUl20xx from '../../devices/streetlight/nas-ul20xx.ts'

/** What the definition's own examples do not show. Frames: github.com/nasys/nas-codecs, test/ul20xx_1_0_x. */

const binding = nasLamp(nasUl20xx)

test('of two gears without a meter above them, energy and power are added up', () => {
  const frame = exampleBytes('04030000000000000603151400000000')
  expect(binding.decode(frame, 25)).toEqual({ ok: true, value: { telemetry: { energy: 5141, power: 0 } } })
})

test('a gear that is not found on its line is a broken gear, and its level is not known', () => {
  const frame = exampleBytes('00F6E5853800340718000EF6FFFF')
  expect(binding.decode(frame, 23)).toEqual({
    ok: true,
    value: { telemetry: { temperature: 24, gear_failure: 1 }, failed: { level: 'unknown' } },
  })
})

test('the end of a manual level says nothing about the level that follows', () => {
  expect(binding.decode(exampleBytes('01FEFF'), 60)).toEqual({ ok: true, value: { telemetry: {} } })
})

test('an output that the lamp does not have is refused', () => {
  expect(binding.encode?.([{ output: 'relay1', value: 1 }])).toMatchObject({
    error: { code: 'ACTION_UNSUPPORTED' },
  })
})
