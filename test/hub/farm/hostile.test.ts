import { expect, test } from 'vitest'
import { checkFarm } from '../../../hub/farm/check-farm.ts'
import { readFarm } from '../../../hub/farm/farm-document.ts'
import { farmView } from '../../../hub/farm/farm-view.ts'
import { damagedCopies } from '../damaged-copies.ts'
import { T0 } from '../world.ts'
import { FARM_DOCUMENT } from './house.ts'

/** Whatever a node or a page says of a greenhouse, the hub reads it or leaves it, and never falls over it. */

const RECORD = {
  ...{ id: 'gh-01', alive: true, lastSeen: T0, describe: null },
  ...{ epoch: null, hello: null, cloneAt: null, quarantine: null },
} as const
const present = { at: T0, value: 27, flag: 1 }
const known = {
  presents: { get: () => present, of: () => () => present },
  problems: [],
  today: () => 5,
  now: T0,
}

test('a damaged greenhouse is shown or left, 100,000 times', { timeout: 120_000 }, () => {
  let read = 0
  for (const document of damagedCopies(FARM_DOCUMENT, 100_000)) {
    const farm = readFarm(document)
    if (farm === undefined) continue
    read += 1
    const { zones, area_m2 } = farmView(RECORD, farm, known)
    if (zones.length !== farm.zones.length || Number.isNaN(area_m2)) throw new Error(JSON.stringify(document))
  }
  expect(read).toBeGreaterThan(10_000)
})

test.each([1_000, 2_000, 60_000])('a greenhouse of %i levels is left, wherever it is deep', (levels) => {
  const deep: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels))
  expect([readFarm(deep), readFarm({ ...FARM_DOCUMENT, zones: deep })]).toEqual([undefined, undefined])
  expect(readFarm({ ...FARM_DOCUMENT, somethingNewer: deep })).toBeUndefined()
})

test('a damaged edit has problems, or a plan of the next day, and never both', () => {
  let sound = 0
  for (const document of damagedCopies(FARM_DOCUMENT, 2_000)) {
    const { problems, plan, warnings, house } = checkFarm(document, T0)
    if (problems.length === 0) sound += 1
    if (problems.length > 0 && plan.length + warnings.length > 0) throw new Error(JSON.stringify(document))
    if (problems.length === 0 && house === null) throw new Error(JSON.stringify(document))
  }
  expect(sound).toBeGreaterThan(20)
})

test.each([1_000, 60_000])('an edit of %i levels is too large, and nothing else', (levels) => {
  const deep: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels))
  for (const document of [deep, { ...FARM_DOCUMENT, zones: deep }])
    expect(checkFarm(document, T0).problems.map(({ code }) => code)).toEqual(['DOCUMENT_TOO_LARGE'])
})

test('an edit of more bytes than a node takes is not looked at', () => {
  const programs = Array.from({ length: 20_000 }, () => ({ a: 1 }))
  expect(checkFarm({ ...FARM_DOCUMENT, programs }, T0).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE')
})
