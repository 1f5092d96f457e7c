import { describe, expect, test } from 'vitest'
import { group, lampStreet, wholeStreet } from './lamp-street.ts'

const LAMPS = 60

describe('a street that wants the same of all its lamps in one turn', () => {
  test('sends one command to the group, and every lamp confirms by itself', async () => {
    const street = await lampStreet({ lamps: LAMPS })
    street.drive(street.names, 60)
    await street.clock.advance(70_000)
    expect(street.confirmed()).toBe(LAMPS)
    expect(street.toGroup.length).toBe(2)
    expect(street.lamps.every(({ lamp }) => lamp.level() === 60)).toBe(true)
    // Two lamps that report at once are not heard: only they are told alone.
    expect(street.toDevices.length).toBeLessThan(LAMPS / 6)
  })

  test('where one in ten downlinks is lost, all 60 are confirmed in the end, with few frames', async () => {
    const street = await lampStreet({ lamps: LAMPS, deafness: 0.1 })
    street.drive(street.names, 60)
    await street.clock.advance(300_000)
    expect(street.confirmed()).toBe(LAMPS)
    expect(street.toGroup.length).toBe(2)
    expect(street.toDevices.length).toBeLessThan(LAMPS)
  })

  test('tells how the group stands: how many are confirmed and how many pending', async () => {
    const street = await lampStreet({ lamps: LAMPS })
    street.drive(street.names, 60)
    await street.clock.advance(2_000)
    const { confirmed = 0, pending = 0 } = street.health.get('multicast-street') ?? {}
    expect(confirmed + pending).toBe(LAMPS)
    expect(pending).toBeGreaterThan(LAMPS / 2)
    await street.clock.advance(70_000)
    expect(street.health.get('multicast-street')).toMatchObject({
      members: LAMPS,
      confirmed: LAMPS,
      pending: 0,
    })
  })

  test('lamps that do not report by themselves are told alone after the group’s frame, one after another', async () => {
    const street = await lampStreet({ lamps: 10, reports_s: 0 })
    street.drive(street.names, 60)
    await street.clock.advance(60_000)
    expect(street.confirmed()).toBe(10)
    expect(street.toGroup.length).toBe(2)
  })

  test('said again when all have confirmed it, costs no frame', async () => {
    const street = await lampStreet({ lamps: 10 })
    street.drive(street.names, 60)
    await street.clock.advance(70_000)
    street.forget()
    street.drive(street.names, 60)
    await street.clock.advance(10_000)
    expect(street.toGroup.length + street.toDevices.length).toBe(0)
    expect(street.confirmed()).toBe(10)
  })
})

describe('lamps of a group whose wishes differ', () => {
  test('each is told alone, and no other lamp is touched', async () => {
    const street = await lampStreet({ lamps: 10 })
    street.drive(street.names.slice(0, 5), 60)
    street.drive(street.names.slice(5), 80)
    await street.clock.advance(60_000)
    expect(street.toGroup).toEqual([])
    expect(street.lamps.map(({ lamp }) => lamp.level())).toEqual([...Array(5).fill(60), ...Array(5).fill(80)])
  })

  test('a part of the group alone never uses the group’s frame', async () => {
    const street = await lampStreet({ lamps: 10 })
    street.drive(street.names, 60)
    await street.clock.advance(70_000)
    street.forget()
    street.drive(street.names.slice(0, 5), 80)
    await street.clock.advance(60_000)
    expect(street.toGroup).toEqual([])
    expect(street.lamps.filter(({ lamp }) => lamp.level() === 80).length).toBe(5)
  })

  test('the rest of a group joins those that have the level already in one frame', async () => {
    const street = await lampStreet({ lamps: 10 })
    street.drive(street.names.slice(0, 2), 60)
    await street.clock.advance(70_000)
    street.forget()
    street.drive(street.names.slice(2), 60)
    await street.clock.advance(70_000)
    expect(street.toGroup.length).toBe(2)
    expect(street.confirmed()).toBe(8)
  })

  test('a smaller group serves where the larger one cannot', async () => {
    const names = wholeStreet(10)
    const street = await lampStreet({
      lamps: 10,
      groups: [group(names), group(names.slice(0, 6), { id: 'first', devAddr: 'fc00ac02' })],
    })
    street.drive(names.slice(0, 6), 40)
    street.drive(names.slice(6), 90)
    await street.clock.advance(70_000)
    expect(new Set(street.toGroup.map((phy) => Buffer.from(phy).readUInt32LE(1).toString(16)))).toEqual(
      new Set(['fc00ac02']),
    )
    expect(street.confirmed()).toBe(10)
  })

  test('a copy that is still to come never undoes a newer wish of one lamp', async () => {
    const street = await lampStreet({ lamps: 10, deafness: 0.5 })
    street.drive(street.names, 20)
    await street.clock.advance(600)
    street.drive(['lamp-3'], 90)
    await street.clock.advance(300_000)
    expect(street.lamps[3]?.lamp.level()).toBe(90)
    expect(street.toGroup.length).toBe(1)
    expect(street.stages().get('lamp-3')).toBe('confirmed')
  })
})

describe('a group’s frame', () => {
  test('goes over each gateway that its lamps need', async () => {
    const street = await lampStreet({ lamps: 40, gateways: 2 })
    street.drive(street.names, 60)
    await street.clock.advance(80_000)
    expect(street.confirmed()).toBe(40)
    expect(street.toGroup.length).toBeLessThanOrEqual(4)
  })

  test('waits for a gateway, and goes when one is back', async () => {
    const street = await lampStreet({ lamps: 10 })
    for (const forwarder of street.forwarders) await forwarder.stop()
    await street.clock.advance(40_000)
    street.drive(street.names, 60)
    await street.clock.advance(30_000)
    expect(street.toGroup).toEqual([])
    expect(street.refused).toContain('LORAWAN_NO_GATEWAY')
    for (const forwarder of street.forwarders) await forwarder.start()
    await street.clock.advance(80_000)
    expect(street.toGroup.length).toBe(2)
    expect(street.confirmed()).toBe(10)
  })

  test('a newer command to the group takes the place of the older one', async () => {
    const street = await lampStreet({ lamps: 20 })
    street.drive(street.names, 60)
    await street.clock.advance(500)
    street.drive(street.names, 30)
    await street.clock.advance(80_000)
    expect(street.lamps.every(({ lamp }) => lamp.level() === 30)).toBe(true)
    expect(street.confirmed()).toBe(20)
  })
})

describe('a hundred lamps that are told one by one', () => {
  test.each(['normal', 'urgent'] as const)(
    'never keep a siren waiting for longer than the frame on the air, however %s they are',
    async (urgency) => {
      const street = await lampStreet({ lamps: 100, groups: [], sirens: ['lamp-0'] })
      street.drive(street.names.slice(1), 60, urgency)
      for (let turn = 0; turn < 10; turn++) {
        await street.clock.advance(7_300)
        street.forget()
        street.drive(['lamp-0'], turn % 2 === 0 ? 0 : 100, 'urgent')
        await street.clock.advance(800)
        expect(street.stages().get('lamp-0')).toBeDefined()
      }
    },
  )

  test('are all confirmed, each with about one frame, and never fill an antenna’s queue', async () => {
    const street = await lampStreet({ lamps: 100, groups: [] })
    street.drive(street.names, 60)
    await street.clock.advance(600_000)
    expect(street.confirmed()).toBe(100)
    expect(street.toDevices.length).toBeLessThan(130)
    expect(street.refused).not.toContain('LORAWAN_QUEUE_FULL')
  })

  test('a lamp that comes back from a power cut is told again when its level is asked for again', async () => {
    const street = await lampStreet({ lamps: 2, groups: [] })
    street.drive(street.names, 60)
    await street.clock.advance(20_000)
    street.lamps[1]?.supply(false)
    await street.clock.advance(5_000)
    street.lamps[1]?.supply(true)
    await street.clock.advance(120_000)
    expect(street.lamps[1]?.lamp.level()).toBe(100)
    street.drive(street.names, 60)
    await street.clock.advance(20_000)
    expect(street.lamps.map(({ lamp, commands }) => [lamp.level(), commands.length])).toEqual([
      [60, 1],
      [60, 2],
    ])
  })
})

test('a lamp without supply fails alone, while the others are confirmed', async () => {
  const street = await lampStreet({ lamps: 20 })
  street.lamps[7]?.supply(false)
  await street.clock.advance(5_000)
  street.forget()
  street.drive(street.names, 60)
  await street.clock.advance(200_000)
  expect(street.confirmed()).toBe(19)
  expect(street.stages().get('lamp-7')).toBe('failed')
})

test('a group that names what is no class C device is refused at the start', async () => {
  await expect(lampStreet({ lamps: 2, groups: [group(['lamp-0', 'lamp-9'])] })).rejects.toMatchObject({
    fault: { code: 'LORAWAN_MULTICAST_MEMBER' },
  })
})
