import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Command } from '../../../core/wire/commands.ts'
import { judge } from '../../../edge/commands/judge.ts'
import { command, emergency, MINUTE, setting, T0 } from './rig.ts'

const exactly = (at: number) => ({ earliest: at, latest: at })

describe('a momentary command', () => {
  test('runs in its time', () => {
    expect(judge(command(), exactly(T0), undefined)).toEqual({ verdict: 'run' })
  })

  test('is expired from its expiry on, and not a millisecond later', () => {
    const given = command({ expires: T0 })
    expect(judge(given, exactly(T0 - 1), undefined).verdict).toBe('run')
    expect(judge(given, exactly(T0), undefined)).toMatchObject({
      verdict: 'expired',
      problem: { code: 'COMMAND_EXPIRED' },
    })
  })

  test('waits for its beginning', () => {
    const given = command({ notBefore: T0 + 1 })
    expect(judge(given, exactly(T0), undefined)).toEqual({ verdict: 'wait', why: 'early' })
    expect(judge(given, exactly(T0 + 1), undefined)).toEqual({ verdict: 'run' })
  })

  test('does not run while nobody has told the time', () => {
    const bounds = { earliest: T0 - MINUTE, latest: Number.POSITIVE_INFINITY }
    expect(judge(command(), bounds, undefined)).toEqual({ verdict: 'wait', why: 'doubt' })
  })

  test.each([
    ['a drive as a setting', command({ class: 'setting' })],
    ['a hold as momentary', setting(1, { class: 'momentary' })],
    [
      'a silence as an emergency',
      command({ class: 'emergency', action: { type: 'unsilence', station: 'a' } }),
    ],
  ])('is refused for %s', (_name, given) => {
    expect(judge(given, exactly(T0), undefined)).toMatchObject({ problem: { code: 'COMMAND_CLASS_WRONG' } })
  })

  test('may not override a manual hold', () => {
    const given = emergency({ class: 'momentary' }, true)
    expect(judge(given, exactly(T0), undefined)).toMatchObject({
      problem: { code: 'COMMAND_OVERRIDE_REFUSED' },
    })
  })
})

describe('a setting', () => {
  test('runs however late, and with no time known', () => {
    expect(judge(setting(1), exactly(T0 + 1e10), undefined)).toEqual({ verdict: 'run' })
    const unknown = { earliest: 0, latest: Number.POSITIVE_INFINITY }
    expect(judge(setting(1), unknown, undefined)).toEqual({ verdict: 'run' })
  })

  test('is superseded by a newer one of the same output', () => {
    const older = setting(1)
    expect(judge(older, exactly(T0), older.order + 1)).toMatchObject({
      verdict: 'refused',
      problem: { code: 'COMMAND_SUPERSEDED' },
    })
  })
})

test('whatever the clock, nothing but a setting runs unless the true time is proven to lie in its window', () => {
  const time = fc.integer({ min: -100, max: 100 }).map((s) => T0 + s)
  const kinds: ((part: Partial<Command>) => Command)[] = [command, emergency]
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      time,
      time,
      time,
      fc.oneof(time, fc.constant(Number.POSITIVE_INFINITY)),
      fc.nat(),
      (make, notBefore, expires, earliest, latest, share) => {
        fc.pre(latest >= earliest)
        const verdict = judge(make({ notBefore, expires }), { earliest, latest }, undefined)
        if (verdict.verdict !== 'run') return
        const truth = earliest + (Number.isFinite(latest) ? share % (latest - earliest + 1) : share)
        expect(truth).toBeGreaterThanOrEqual(notBefore)
        expect(truth).toBeLessThan(expires)
      },
    ),
    { numRuns: 5_000 },
  )
})
