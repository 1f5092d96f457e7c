import { seededRandom } from '../../core/fakes/seeded-random.ts'

/** Documents of a node that is broken or means harm: a sound one with one of its values replaced. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const VALUES: readonly Json[] = [
  ...[null, true, 0, -1, 1e308, '', 'x', '__proto__', '25:61', '2026-02-31', 'Asia/Dong_Ha', 'sunset'],
  ...[[], {}, [[]], { id: 1 }, { length: 5 }, 'l1', 89.9, -180],
]

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
export function* damagedCopies(document: object, count: number): Generator<Json> {
  const whole: Json = JSON.parse(JSON.stringify(document))
  const random = seededRandom(4)
  const below = (most: number) => Math.floor(random.next() * most)
  for (let run = 0; run < count; run++) {
    const steps = Array.from({ length: 1 + below(6) }, () => below(50))
    yield damaged(whole, steps, VALUES[below(VALUES.length)] ?? null)
  }
}
