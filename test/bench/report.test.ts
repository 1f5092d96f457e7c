import { describe, expect, test } from 'vitest'
import type { Figure } from '../../bench/measurement.ts'
import { commandOf, number, record, table, thisMachine, verdict } from '../../bench/report.ts'

const rate: Figure = {
  what: 'rows',
  unit: 'rows/s',
  ours: [900, 1_000, 800],
  peer: { name: 'bare loop', values: [1_000, 1_000, 1_000] },
  target: { of: 'ratio', bound: 'at least', limit: 0.8 },
}

describe('a target is judged by the middle round', () => {
  test('met where the middle ratio reaches it', () => {
    expect(verdict(rate)).toBe('met')
  })

  test('missed where it does not', () => {
    expect(verdict({ ...rate, ours: [700, 1_000, 600] })).toBe('missed')
  })

  test('a ratio without a peer is missed, not met', () => {
    const { peer: _none, ...alone } = rate
    expect(verdict(alone)).toBe('missed')
  })

  test('a bound from above holds for ours itself', () => {
    expect(verdict({ ...rate, target: { of: 'ours', bound: 'at most', limit: 899 } })).toBe('missed')
  })
})

describe('the table', () => {
  const finding = { name: 'outbox', title: 'rows', took_s: 3 }

  test('shows ours, the peer by name, the ratio and the verdict', () => {
    const text = table([{ ...finding, outcome: { figures: [rate], notes: ['fair'] } }])
    expect(text).toContain(
      '| rows   | 900 [800 to 1,000] rows/s | 1,000 rows/s (bare loop) | 0.9 [0.8 to 1] | ratio ≥ 0.8 | met |',
    )
  })

  test('says what was skipped and why', () => {
    expect(table([{ ...finding, outcome: { skipped: 'no mosquitto' } }])).toContain('skipped: no mosquitto')
  })

  test('says what failed', () => {
    expect(table([{ ...finding, outcome: { failed: 'port taken' } }])).toContain('failed: port taken')
  })
})

test('the record keeps every round beside its summary', () => {
  const run = { at: '2025-10-01T00:00:00Z', command: 'npm run bench', machine: thisMachine(), loadBefore: 0 }
  const finding = { name: 'outbox', title: 'rows', took_s: 3, outcome: { figures: [rate], notes: [] } }
  const kept: unknown = JSON.parse(record([finding], run))
  expect(kept).toMatchObject({
    findings: [
      { figures: [{ ours: [900, 1_000, 800], summary: { ratio: { median: 0.9 }, verdict: 'met' } }] },
    ],
  })
})

test.each([
  [0.00123456, '0.00123'],
  [12.345, '12.3'],
  [123_456, '123,000'],
  [0, '0'],
])('%d is written with three significant figures', (value, text) => {
  expect(number(value)).toBe(text)
})

test('the command that is written down can be typed as it stands', () => {
  expect(commandOf([])).toBe('npm run bench')
  expect(commandOf(['--only', 'idle'])).toBe('npm run bench -- --only idle')
})
