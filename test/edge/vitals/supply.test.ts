import { describe, expect, test } from 'vitest'
import { supplyVitals } from '../../../edge/vitals/supply.ts'
import { board } from './tree.ts'

/** Mains, battery and charger as the kernel's power_supply class tells them. */

type Attributes = Readonly<Record<string, string | null>>

async function told(supplies: Readonly<Record<string, Attributes>>) {
  const { root, remove } = board(
    Object.fromEntries(
      Object.entries(supplies).flatMap(([name, attributes]) =>
        Object.entries(attributes).map(([file, text]) => [`sys/class/power_supply/${name}/${file}`, text]),
      ),
    ),
  )
  try {
    return await supplyVitals(root).read()
  } finally {
    remove()
  }
}

test('a board on its battery says how full it is, its voltage and that it is being drained', async () => {
  const axp20x = {
    'axp20x-ac': { type: 'Mains', online: '0', voltage_now: '0' },
    'axp20x-battery': {
      type: 'Battery',
      status: 'Discharging',
      capacity: '87',
      voltage_now: '3954000',
      current_now: '-412000',
    },
  }
  expect(await told(axp20x)).toEqual({
    'supply/axp20x-ac/online': 0,
    'supply/axp20x-ac/voltage': 0,
    'supply/axp20x-battery/capacity': 87,
    'supply/axp20x-battery/voltage': 3.954,
    'supply/axp20x-battery/current': -0.412,
    'supply/axp20x-battery/charging': -1,
  })
})

test('a battery that is full is neither charged nor drained', async () => {
  expect(await told({ BAT0: { status: 'Full', capacity: '100' } })).toEqual({
    'supply/BAT0/capacity': 100,
    'supply/BAT0/charging': 0,
  })
})

test('mains at a fixed voltage are online', async () => {
  expect(await told({ usb: { type: 'USB', online: '2' } })).toEqual({ 'supply/usb/online': 1 })
})

test('the battery of a wireless keyboard is none of the node', async () => {
  const keyboard = { scope: 'Device', type: 'Battery', capacity: '55' }
  expect(await told({ 'hid-00:1f:20-battery': keyboard })).toEqual({})
})

test('a name of a bus address becomes one that a channel may have', async () => {
  expect(await told({ 'bq24190.2-006b': { online: '1' } })).toEqual({ 'supply/bq24190_2-006b/online': 1 })
})

describe('what is not believable is left out', () => {
  test.each([
    ['a charge above 100 %', { capacity: '255' }],
    ['a status that the kernel does not know itself', { status: 'Unknown' }],
    ['a gauge that does not answer', { capacity: null, voltage_now: null }],
    ['an empty file', { online: '' }],
  ])('%s', async (_what, attributes) => {
    expect(await told({ battery: attributes })).toEqual({})
  })
})

test('a board without any supply tells none', async () => {
  expect(await told({})).toEqual({})
})

test('of more supplies than a pole can have, the first eight are told', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${n + 10}`, { online: '1' }]))
  expect(Object.keys(await told(many))).toHaveLength(8)
})
