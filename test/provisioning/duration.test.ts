import { expect, test } from 'vitest'
import { durationSeconds } from '../../provisioning/duration.ts'

test.each([
  ['90s', 90],
  ['20m', 1_200],
  ['20min', 1_200],
  ['1.5h', 5_400],
  ['2d', 172_800],
])('a hold for %s lasts %i seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds)
})

test.each(['', '2', 'h', '-1h', '1e9h', '2 weeks'])('"%s" is no duration', (text) => {
  expect(durationSeconds(text)).toBeUndefined()
})
