import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { command, EVERY_GEAR, gear, goToScene, toArc } from '../../../devices/codecs/dali-commands.ts'
import { type Chorus, nextTelling, type Player } from '../../../edge/drivers/dali/send-plan.ts'

/** As few frames as possible, and never one that tells a gear what nobody wants of it. */

const player = (address: number, arc: number | undefined, pending = true, urgent = false): Player => ({
  address,
  arc,
  pending,
  urgent,
})
const group = (number: number, ...addresses: number[]): Chorus => ({
  target: { kind: 'group', group: number },
  members: new Map(addresses.map((address) => [address, undefined])),
})

describe('the next frame', () => {
  test('is none when nobody waits', () => {
    expect(nextTelling([player(0, 10, false)], [])).toBeUndefined()
  })
  test('goes to every gear when all want the same', () => {
    const told = nextTelling([player(0, 99), player(1, 99), player(2, 99, false)], [])
    expect(told).toEqual({ forward: toArc(EVERY_GEAR, 99), addresses: [0, 1] })
  })
  test('goes to one where another is not spoken for', () => {
    expect(nextTelling([player(0, 99), player(1, 99), player(2, undefined, false)], [])).toEqual({
      forward: toArc(gear(0), 99),
      addresses: [0],
    })
  })
  test('goes to a group whose members all want the same', () => {
    const told = nextTelling([player(0, 99), player(1, 99), player(2, 7, false)], [group(3, 0, 1)])
    expect(told).toEqual({ forward: toArc({ kind: 'group', group: 3 }, 99), addresses: [0, 1] })
  })
  test('does not go to a group of which one wants otherwise', () => {
    const told = nextTelling([player(0, 99), player(1, 99), player(2, 7, false)], [group(3, 0, 1, 2)])
    expect(told?.addresses).toEqual([0])
  })
  test('recalls a scene where each wants its own level of it', () => {
    const scene: Chorus = {
      target: { kind: 'scene', scene: 2 },
      members: new Map([
        [0, 10],
        [1, 20],
      ]),
    }
    const told = nextTelling([player(0, 10), player(1, 20), player(2, 7, false)], [scene])
    expect(told).toEqual({ forward: goToScene(EVERY_GEAR, 2), addresses: [0, 1] })
  })
  test('is for whoever is urgent', () => {
    expect(nextTelling([player(0, 5), player(1, 6), player(2, 7, true, true)], [])?.addresses).toEqual([2])
  })
  test('puts out at once what is urgent, without the fade', () => {
    expect(nextTelling([player(4, 0, true, true), player(5, 9, false)], [])?.forward).toBe(
      command(gear(4), 'off'),
    )
  })
})

test('frames for any wishes end with every gear at the level that it wants, and none at another', () => {
  const wishes = fc.array(fc.constantFrom(undefined, 0, 100, 200), { minLength: 1, maxLength: 12 })
  const groups = fc.array(fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 12 }), { maxLength: 4 })
  fc.assert(
    fc.property(wishes, groups, (arcs, members) => {
      const held = new Map<number, number>()
      let players = arcs.map((arc, address) => player(address, arc, arc !== undefined))
      const choruses = members.map((addresses, number) =>
        group(number, ...addresses.filter((address) => address < arcs.length)),
      )
      for (let turn = 0; turn <= arcs.length; turn++) {
        const told = nextTelling(players, choruses)
        if (told === undefined) break
        const level = told.forward & 0xff
        const first = told.forward >> 8
        const reached = players.filter(({ address }) => {
          if (first === 0xfe) return true
          if (first >= 0x80) return choruses[(first >> 1) & 0x0f]?.members.has(address) === true
          return first >> 1 === address
        })
        for (const { address } of reached) held.set(address, level)
        players = players.map((one) =>
          told.addresses.includes(one.address) ? { ...one, pending: false } : one,
        )
      }
      expect(players.every(({ pending }) => !pending)).toBe(true)
      expect(arcs.map((_, address) => held.get(address))).toEqual(arcs)
    }),
    { numRuns: 3_000 },
  )
})
