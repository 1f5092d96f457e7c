import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer } from '../../../core/random.ts'
import { packAck, unpackAck } from '../../../core/relay/ack-frame.ts'
import { AGES_S } from '../../../core/relay/ages.ts'
import { packAlarm, unpackAlarm } from '../../../core/relay/alarm-frame.ts'
import { createSeal } from '../../../core/relay/seal.ts'
import { packState, STATE_PLAIN_BYTES_MAX, unpackState } from '../../../core/relay/state-frame.ts'

/** No bytes from the air make a decoder throw, and whatever it takes means the same when it is packed again. */

const INPUTS = 100_000

describe.each([
  ['alarm', unpackAlarm],
  ['state', unpackState],
  ['ack', unpackAck],
] as const)('%s plaintexts of random bytes', (_name, unpack) => {
  test(`${INPUTS} of them are a value or a fault`, () => {
    const random = seededRandom(11)
    let taken = 0
    for (let turn = 0; turn < INPUTS; turn++) {
      const bytes = random.bytes(turn % 2 === 0 ? 7 : integer(random, 0, 60))
      // Half of them get past the head of a state.
      if (turn % 4 > 1 && bytes.length >= 7) bytes.set([turn % 3, 50, 0, turn & 0xf8], 3)
      const read = unpack(bytes)
      if (read.ok) taken++
      else expect(read.error.code).toBe('RELAY_FRAME_MALFORMED')
    }
    expect(taken).toBeGreaterThan(100)
  })
})

test(`${INPUTS} forged frames do not open, but for one in four thousand million`, () => {
  const random = seededRandom(12)
  const seal = createSeal({ key: random.bytes(32), edge: 'a', kind: 'alarm', epoch: '00112233445566aa' })
  let opened = 0
  for (let turn = 0; turn < INPUTS; turn++) if (seal.open(random.bytes(11)) !== undefined) opened++
  expect(opened).toBe(0)
})

const ages = fc.constantFrom(...AGES_S)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

test('an alarm comes out as it went in', () => {
  const alarm = fc.record({
    seq16: fc.nat(65_535),
    serial8: fc.nat(255),
    station: fc.nat(14),
    rule: fc.nat(31),
    event: fc.constantFrom('raised', 'lowered', 'cleared', 'silenced', 'resounded', 'note'),
    level: fc.nat(5),
    steps: maybe(fc.nat(4094)),
    age_s: ages,
  } as const)
  fc.assert(
    fc.property(alarm, (given) => {
      expect(unpackAlarm(packAlarm(given))).toEqual({ ok: true, value: given })
    }),
  )
})

test('a state comes out as it went in, as many stations as it says, and never too long', () => {
  const station = fc.record({
    index: fc.nat(14),
    level: maybe(fc.nat(5)),
    silenced: fc.boolean(),
    stage_cm: maybe(fc.record({ value: fc.integer({ min: -32_768, max: 32_767 }), age_s: ages })),
    rise_cm_per_h: maybe(fc.integer({ min: -32_768, max: 32_767 })),
    rain1h: maybe(fc.nat(65_535)),
    rain24h: maybe(fc.nat(65_535)),
    outputs: fc.oneof(fc.constant([]), fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })),
  })
  const state = fc.record({
    serial24: fc.nat(2 ** 24 - 1),
    clock: fc.constantFrom('unknown', 'holdover', 'synced'),
    battery: maybe(fc.nat(100)),
    stations: fc.array(station, { maxLength: 6 }),
  } as const)
  fc.assert(
    fc.property(state, (given) => {
      const { plain, told } = packState(given)
      expect(plain.length).toBeLessThanOrEqual(STATE_PLAIN_BYTES_MAX)
      expect(unpackState(plain)).toEqual({
        ok: true,
        value: { ...given, stations: given.stations.slice(0, told) },
      })
    }),
  )
})

test('two stations with all they have fit in one summary', () => {
  const station = (index: number) => ({
    index,
    level: 3,
    silenced: true,
    stage_cm: { value: 400, age_s: 0 },
    rise_cm_per_h: 40,
    rain1h: 500,
    rain24h: 900,
    outputs: [true, false, true, false, true, false, true, false],
  })
  const { told } = packState({ serial24: 1, clock: 'synced', battery: 50, stations: [0, 1, 2].map(station) })
  expect(told).toBe(2)
})

test('an acknowledgement names the numbers in its window and no other', () => {
  const given = fc.tuple(fc.nat(65_535), fc.uniqueArray(fc.nat(39), { maxLength: 40 }))
  fc.assert(
    fc.property(given, ([base, offsets]) => {
      const seqs = [0, ...offsets.filter((offset) => offset > 0)].map((offset) => (base + offset) % 65_536)
      const told = unpackAck(packAck(seqs))
      expect(told.ok && [...told.value].sort()).toEqual([...seqs].sort())
    }),
  )
})
