import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer, type Random } from '../../core/random.ts'
import {
  freshId,
  localDate,
  type Plan,
  planOf,
  renamed,
  withPlan,
} from '../../hub/web/views/lighting/plan-content.ts'
import { nightByProfile } from '../../hub/web/views/lighting/plan-night.ts'
import { EVENING, street, streetDocument } from './street.ts'

const { content } = streetDocument()

function plan(): Plan {
  const read = planOf(content)
  if (read === undefined) throw new Error('the fixture has a plan')
  return read
}

describe('the plan in a street’s document', () => {
  test('an untouched plan is written back as it was read', () => {
    expect(withPlan(content, plan())).toEqual(content)
  })

  test('what is not edited here stays in the document', () => {
    const next = withPlan(content, { ...plan(), groups: [] })
    expect(next).toMatchObject({ kind: 'lighting-street', road: { width_m: 14, class: 'M3' }, groups: [] })
  })

  test('defaults that a file leaves out are filled in', () => {
    const bare = {
      profiles: [{ id: 'a', name: { vi: 'A', en: 'A' }, steps: [{ at: { sun: 'sunset' }, level: 0 }] }],
      calendar: { usual: 'a' },
    }
    expect(planOf(bare)).toEqual({
      profiles: [
        { id: 'a', name: { vi: 'A', en: 'A' }, steps: [{ at: { sun: 'sunset', offset_min: 0 }, level: 0 }] },
      ],
      calendar: { usual: 'a', week: {}, exceptions: [] },
      groups: [],
    })
  })

  test('a step of a kind that this page does not know makes the plan unknown, not shorter', () => {
    const moon = { at: { moon: 'full' }, level: 10 }
    const odd = { ...content, profiles: [{ id: 'a', name: { vi: 'A', en: 'A' }, steps: [moon] }] }
    expect(planOf(odd)).toBeUndefined()
  })

  test('a weekday that this page does not know makes the plan unknown', () => {
    expect(planOf({ ...content, calendar: { usual: 'thuong', week: { holiday: 'le' } } })).toBeUndefined()
  })

  test('100,000 damaged documents are read without a throw, and none loses a part unseen', () => {
    const random = seededRandom(4)
    for (let round = 0; round < 100_000; round++) {
      const damaged = damage(content, random)
      const read = planOf(damaged)
      if (read === undefined) continue
      const { profiles, groups } = damaged
      if (read.profiles.length !== lengthOf(profiles) || read.groups.length !== (lengthOf(groups) ?? 0)) {
        expect.fail(`round ${round}: ${JSON.stringify(damaged)}`)
      }
    }
  })
})

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : undefined)
const ODD: readonly unknown[] = [null, undefined, 0, -1, Number.NaN, '', 'x', true, [], {}, [null], { vi: 1 }]

/** A copy in which one value, at any depth, has been replaced by something else. */
function damage(root: Readonly<Record<string, unknown>>, random: Random): Record<string, unknown> {
  const keys = Object.keys(root)
  const chosen = keys[integer(random, 0, keys.length - 1)]
  return Object.fromEntries(
    Object.entries(root).map(([key, value]) => [key, key === chosen ? damageValue(value, random) : value]),
  )
}

function damageValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.2) {
    return ODD[integer(random, 0, ODD.length - 1)]
  }
  if (!Array.isArray(value)) return damage({ ...value }, random)
  const at = integer(random, 0, Math.max(0, value.length - 1))
  return value.map((item: unknown, index) => (index === at ? damageValue(item, random) : item))
}

describe('editing', () => {
  test('a new special day is that of the street, not that of Greenwich', () => {
    const lateEvening = Date.UTC(2026, 8, 1, 17, 30)
    expect(localDate('Asia/Ho_Chi_Minh', lateEvening)).toBe('2026-09-02')
    expect(localDate('America/Lima', Date.UTC(2026, 8, 1, 3))).toBe('2026-08-31')
  })

  test('a name that is the same in both languages changes in both', () => {
    expect(renamed({ vi: 'Mới', en: 'Mới' }, 'vi', 'Tết')).toEqual({ vi: 'Tết', en: 'Tết' })
  })

  test('a name with words of its own in each language changes in one', () => {
    expect(renamed({ vi: 'Ngày lễ', en: 'Holiday' }, 'en', 'Feast')).toEqual({ vi: 'Ngày lễ', en: 'Feast' })
  })

  test('a new id is one that nobody has', () => {
    expect(freshId('group', [{ id: 'group-2' }, { id: 'cho' }])).toBe('group-3')
  })

  test('a profile is drawn on the night of now, by the sun of the street', () => {
    const [profile] = plan().profiles
    if (profile === undefined) throw new Error('the fixture has profiles')
    const night = nightByProfile(profile, street(), EVENING)
    const [first] = night.steps
    expect(night.steps.map(({ level }) => level)).toEqual([100, 70, 50, 100, 0])
    expect((night.sunset ?? 0) - (first?.at ?? 0)).toBe(15 * 60_000)
  })
})
