import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import { lightingController, step } from '../../../../edge/control/lighting/step.ts'
import { local, streetOf, worldOf } from './street.ts'

/** What was written down is read again, or refused: a damaged disk stops no street. */

const world = worldOf(streetOf(), local('19:00'))
world.until(local('19:30'), 10)
world.order({ level: 70, forS: 600 })
world.telemetry('lamp-1', { level: 70, power: 70, energy: 5_000 })
const saved = JSON.stringify(world.state())

/** Every place in a value, by its keys. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}
const places = placesOf(JSON.parse(saved)).filter((path) => path.length > 0)

function damaged(path: readonly string[], put: unknown): unknown {
  const whole: unknown = JSON.parse(saved)
  let at: unknown = whole
  for (const key of path.slice(0, -1)) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : at
  const last = path.at(-1)
  if (typeof at === 'object' && at !== null && last !== undefined) Reflect.set(at, last, put)
  return whole
}

describe('a state that was written down', () => {
  test('is the same when it is read, but for what is told anew', () => {
    const restored = lightingController.restore(JSON.parse(saved))
    const { lamps, holds, feeders } = world.state()
    expect(restored).toMatchObject({
      ok: true,
      value: {
        holds,
        lamps: lamps.map(({ level, energy_Wh }) => ({ level, energy_Wh })),
        feeders: feeders.map(({ closed }) => ({ closed })),
      },
    })
  })
  test.each([null, 7, 'x', [], {}, { v: 2 }])('is refused where it is none: %j', (nonsense) => {
    expect(lightingController.restore(nonsense)).toMatchObject({
      ok: false,
      error: { code: 'LIGHTING_STATE_UNREADABLE' },
    })
  })
  test('is refused where it is of another street than it says', () => {
    const { lamps } = world.state()
    expect(lightingController.restore({ ...world.state(), lamps: lamps.slice(1) }).ok).toBe(false)
  })
  test('is refused where its time zone is none', () => {
    expect(lightingController.restore(damaged(['street', 'timeZone'], 'x')).ok).toBe(false)
  })
  test('is refused or goes on, wherever it is damaged', () => {
    const nonsense = fc.oneof(
      fc.constantFrom(null, -1, 0, 1e300, '', 'x', [], {}, true),
      fc.double({ noNaN: true }),
    )
    const document = streetOf()
    fc.assert(
      fc.property(fc.constantFrom(...places), nonsense, (path, put) => {
        const restored = lightingController.restore(damaged(path, put))
        if (!restored.ok) return
        let state = restored.value
        const now = { at: local('19:31'), mono: 1_000 as Mono, quality: 'synced' as const }
        state = step(state, { type: 'document', document }, now).state
        for (let second = 1; second <= 3; second++)
          state = step(state, { type: 'tick' }, { ...now, mono: (second * 1_000) as Mono }).state
        for (const { level } of state.lamps) expect((level ?? 0) >= 0 && (level ?? 0) <= 100).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  }, 60_000)
})
