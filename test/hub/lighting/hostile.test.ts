import { expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { nightTeller } from '../../../hub/lighting/night.ts'
import { lampsOf, readStreet } from '../../../hub/lighting/street-document.ts'
import { T0 } from '../world.ts'
import { STREET_DOCUMENT } from './world.ts'

/** Whatever a node says of its streets, the hub reads it or leaves it, and never falls over it. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const VALUES: readonly Json[] = [
  ...[null, true, 0, -1, 1e308, '', 'x', '__proto__', '25:61', '2026-02-31', 'Asia/Dong_Ha', 'sunset'],
  ...[[], {}, [[]], { id: 1 }, { length: 5 }, 'l1', 89.9, -180],
]
const WHOLE: Json = JSON.parse(JSON.stringify(STREET_DOCUMENT))

/** The document with one of its values, found by `steps`, replaced by another. */
function damaged(value: Json, steps: readonly number[], by: Json): Json {
  const [step = 0, ...rest] = steps
  if (typeof value !== 'object' || value === null || steps.length === 0) return by
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : step % value.length
    return value.map((item: Json, index) => (index === at ? damaged(item, rest, by) : item))
  }
  const keys = Object.keys(value)
  const key = keys[keys.length === 0 ? 0 : step % keys.length]
  return key === undefined ? by : { ...value, [key]: damaged(Object(value)[key], rest, by) }
}
/** Made by a generator of our own: a hundred thousand of them are too many to be shrunk and told about. */
function* hostile(count: number): Generator<Json> {
  const random = seededRandom(4)
  const below = (most: number) => Math.floor(random.next() * most)
  for (let run = 0; run < count; run++) {
    const steps = Array.from({ length: 1 + below(6) }, () => below(50))
    yield damaged(WHOLE, steps, VALUES[below(VALUES.length)] ?? null)
  }
}

test('a damaged street is read or left, 100,000 times', { timeout: 120_000 }, () => {
  let read = 0
  for (const document of hostile(100_000)) {
    const street = readStreet(document)
    if (street === undefined) continue
    read += 1
    for (const group of street.groups) lampsOf(street, { group: group.id })
    if (lampsOf(street, { all: true }).size > street.lamps.length) throw new Error(JSON.stringify(document))
  }
  expect(read).toBeGreaterThan(10_000)
})

test('a damaged plan makes a night in its order, or none', () => {
  let nights = 0
  for (const document of hostile(3_000)) {
    const night = nightTeller(document)(T0 + (nights % 400) * 86_400_000)
    if (night === null) continue
    nights += 1
    const times = [night.from, ...night.steps.map(({ at }) => at), night.to]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
  expect(nights).toBeGreaterThan(300)
})
