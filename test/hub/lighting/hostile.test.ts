import { expect, test } from 'vitest'
import { nightTeller } from '../../../hub/lighting/night.ts'
import { lampsOf, readStreet } from '../../../hub/lighting/street-document.ts'
import { damagedCopies } from '../damaged-copies.ts'
import { T0 } from '../world.ts'
import { STREET_DOCUMENT } from './world.ts'

/** Whatever a node says of its streets, the hub reads it or leaves it, and never falls over it. */

test('a damaged street is read or left, 100,000 times', { timeout: 120_000 }, () => {
  let read = 0
  for (const document of damagedCopies(STREET_DOCUMENT, 100_000)) {
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
  for (const document of damagedCopies(STREET_DOCUMENT, 3_000)) {
    const night = nightTeller(document)(T0 + (nights % 400) * 86_400_000)
    if (night === null) continue
    nights += 1
    const times = [night.from, ...night.steps.map(({ at }) => at), night.to]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
  expect(nights).toBeGreaterThan(300)
})
