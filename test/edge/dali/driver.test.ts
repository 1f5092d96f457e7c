import { describe, expect, test } from 'vitest'
import { createStreet, GATEWAYS } from './street.ts'

/** Lamps on a DALI line do as they are told, say so, and are known as broken, silent or doubled when they are. */

const SECOND = 1_000
const MINUTE = 60_000

const EIGHT = [{ group: 5, devices: Array.from({ length: 8 }, (_, index) => `lamp-${index}`) }]

type Street = Awaited<ReturnType<typeof createStreet>>

/** What all lamps hold a moment later: time for three frames at most. */
async function levelsSoonAfter({ drive, clock, lamps }: Street, lamp: number, level: number) {
  drive(lamp, level)
  await clock.advance(100)
  return lamps.map((one) => Math.round(one.level()))
}

async function groupSoonAfter(street: Street, level: number) {
  for (let lamp = 0; lamp < 7; lamp++) street.drive(lamp, level)
  return levelsSoonAfter(street, 7, level)
}

describe.each(GATEWAYS)('behind a gateway (%s)', (gateway) => {
  test('a lamp takes the level that it is told, and confirms it', async () => {
    const { driver, drive, clock, lamps, stages, newest } = await createStreet({ lamps: 3, gateway })
    await driver.start()
    await clock.advance(10 * SECOND)
    expect(drive(1, 60)).toEqual({ ok: true, value: undefined })
    await clock.advance(3 * SECOND)
    expect(lamps.map((lamp) => Math.round(lamp.level()))).toEqual([100, 60, 100])
    expect(stages(1)).toEqual(['sent', 'confirmed'])
    await clock.advance(MINUTE)
    expect(newest(1)?.telemetry).toEqual({ level: 59.526, lamp_failure: 0, gear_failure: 0 })
  })

  test('a dead gear is told as silent once, and gets its level when it is back', async () => {
    const street = await createStreet({ lamps: 2, gateway })
    const { driver, drive, clock, lamps, refused, newest, stages } = street
    await driver.start()
    await clock.advance(10 * SECOND)
    lamps[0]?.fault('driver')
    await clock.advance(3 * MINUTE)
    drive(0, 30)
    await clock.advance(2 * MINUTE)
    expect(newest(0)).toMatchObject({
      telemetry: {},
      failed: { level: 'no-answer', lamp_failure: 'no-answer' },
    })
    expect(refused.filter((code) => code === 'DALI_GEAR_SILENT')).toHaveLength(1)
    expect(stages(0)).toEqual(['sent', 'failed'])
    lamps[0]?.fault('none')
    await clock.advance(15 * MINUTE)
    expect([Math.round(lamps[0]?.level() ?? 0), stages(0).at(-1)]).toEqual([30, 'confirmed'])
  })

  test('a line without power is told once, and its lamps are missed', async () => {
    const { driver, clock, bus, refused, newest } = await createStreet({ lamps: 2, gateway })
    await driver.start()
    await clock.advance(10 * SECOND)
    bus.trouble('unpowered')
    await clock.advance(5 * MINUTE)
    expect(refused.filter((code) => code === 'DALI_LINE_UNPOWERED')).toHaveLength(1)
    expect([newest(0)?.failed.level, newest(1)?.failed.level, driver.working?.()]).toEqual([
      'line-down',
      'line-down',
      false,
    ])
    bus.trouble('none')
    await clock.advance(MINUTE)
    expect([newest(0)?.telemetry.level, newest(1)?.telemetry.level, driver.working?.()]).toEqual([
      100,
      100,
      true,
    ])
  })
})

describe('a level', () => {
  test('out of range is refused, as is what is no level', async () => {
    const { drive, driver } = await createStreet({ lamps: 1 })
    expect(drive(0, 101)).toMatchObject({ error: { code: 'PAYLOAD_OUT_OF_RANGE' } })
    expect(drive(0, Number.NaN)).toMatchObject({ error: { code: 'PAYLOAD_OUT_OF_RANGE' } })
    expect(drive(9, 50)).toMatchObject({ error: { code: 'ACTION_UNSUPPORTED' } })
    await driver.stop()
  })

  test('that all lamps want goes out in one frame, and each confirms it', async () => {
    const { driver, drive, clock, bus, lamps, outputs } = await createStreet({ lamps: 20 })
    await driver.start()
    await clock.advance(30 * SECOND)
    const before = bus.frames()
    for (let lamp = 0; lamp < 20; lamp++) drive(lamp, 50)
    await clock.advance(100)
    expect([bus.frames() - before <= 3, lamps.every((lamp) => Math.round(lamp.level()) === 51)]).toEqual([
      true,
      true,
    ])
    await clock.advance(5 * SECOND)
    expect(outputs.filter(({ stage }) => stage === 'confirmed')).toHaveLength(20)
  })

  test('that a group wants goes to the group alone', async () => {
    const street = await createStreet({ lamps: 9, config: { groups: EIGHT } })
    await street.driver.start()
    await street.clock.advance(MINUTE)
    expect(await levelsSoonAfter(street, 8, 100)).toEqual(Array.from({ length: 9 }, () => 100))
    expect(await groupSoonAfter(street, 20)).toEqual([...Array.from({ length: 8 }, () => 20), 100])
  })

  test('of each lamp its own is recalled as a scene', async () => {
    const levels = [0, 1, 2, 3].map((lamp) => ({
      device: `lamp-${lamp}`,
      level: [100, 0, 100, 0][lamp] ?? 0,
    }))
    const { driver, drive, clock, bus, lamps } = await createStreet({
      lamps: 4,
      config: { scenes: [{ scene: 3, levels }] },
    })
    await driver.start()
    await clock.advance(MINUTE)
    const before = bus.frames()
    for (const [lamp, { level }] of levels.entries()) drive(lamp, level)
    await clock.advance(100)
    expect(bus.frames() - before).toBeLessThanOrEqual(3)
    expect(lamps.map((lamp) => lamp.level())).toEqual([100, 0, 100, 0])
  })

  test('that is urgent goes before all that waits', async () => {
    const { driver, drive, clock, lamps } = await createStreet({ lamps: 30 })
    await driver.start()
    for (let lamp = 0; lamp < 30; lamp++) drive(lamp, lamp + 1)
    drive(29, 0, 'urgent')
    await clock.advance(120)
    expect(lamps[29]?.level()).toBe(0)
  })

  test('that is taken back at once is taken back: what the lamp held before is no word of now', async () => {
    const { driver, drive, clock, lamps } = await createStreet({ lamps: 2 })
    await driver.start()
    await clock.advance(10 * SECOND)
    drive(0, 0)
    await clock.advance(100)
    drive(0, 100)
    await clock.advance(100)
    expect(lamps[0]?.level()).toBe(100)
  })

  test('that comes while its gear is asked, and mangles the answer, is told all the same', async () => {
    const { driver, drive, clock, bus, lamps } = await createStreet({ lamps: 1, config: { poll_s: 10 } })
    await driver.start()
    await clock.advance(15 * SECOND)
    const asked = bus.frames()
    while (bus.frames() === asked) await clock.advance(1)
    bus.trouble('noise')
    drive(0, 30)
    await clock.advance(SECOND)
    bus.trouble('none')
    await clock.advance(30 * SECOND)
    expect(Math.round(lamps[0]?.level() ?? 0)).toBe(30)
  })

  test('that could not leave for a while has all its tellings once the line is back', async () => {
    const { driver, drive, clock, wire, lamps, stages } = await createStreet({ lamps: 1 })
    await driver.start()
    await clock.advance(10 * SECOND)
    wire.unplug()
    drive(0, 25)
    await clock.advance(3 * MINUTE)
    wire.plug()
    await wire.far.open()
    lamps[0]?.fault('on')
    await clock.advance(5 * MINUTE)
    expect(stages(0)).toEqual(['failed', 'sent', 'sent', 'sent', 'failed'])
  })

  test('is told again when the lamp has been without power', async () => {
    const { driver, drive, clock, lamps } = await createStreet({ lamps: 2 })
    await driver.start()
    await clock.advance(10 * SECOND)
    drive(0, 40)
    await clock.advance(5 * SECOND)
    for (const lamp of lamps) lamp.supply(0)
    await clock.advance(5 * MINUTE)
    for (const lamp of lamps) lamp.supply(230)
    expect(lamps[0]?.level()).toBe(100)
    await clock.advance(10 * MINUTE)
    expect(lamps.map((lamp) => Math.round(lamp.level()))).toEqual([40, 100])
  })

  test('that a lamp does not take is given up after three tellings, with what it does instead', async () => {
    const { driver, drive, clock, lamps, outputs, refused } = await createStreet({ lamps: 1 })
    await driver.start()
    await clock.advance(10 * SECOND)
    lamps[0]?.fault('on')
    drive(0, 30)
    await clock.advance(10 * MINUTE)
    const mine = outputs.map(({ stage, problem }) => [stage, problem?.details.actual ?? null])
    expect(mine).toEqual([
      ['sent', null],
      ['sent', null],
      ['sent', null],
      ['failed', 254],
    ])
    expect(refused.filter((code) => code === 'DALI_UNCONFIRMED')).toHaveLength(1)
  })

  test('is confirmed once the fade is over, not before', async () => {
    const { driver, drive, clock, stages } = await createStreet({ lamps: 1, config: { fade_s: 8 } })
    await driver.start()
    await clock.advance(20 * SECOND)
    drive(0, 10)
    await clock.advance(4 * SECOND)
    const during = stages(0)
    await clock.advance(10 * SECOND)
    expect([during, stages(0)]).toEqual([['sent'], ['sent', 'confirmed']])
  })
})

describe('a gear', () => {
  test('that comes from the works is set to light in full without power or node', async () => {
    const { driver, clock, line } = await createStreet({ lamps: 2, gateway: 'resi' })
    await driver.start()
    await clock.advance(MINUTE)
    await driver.stop()
    await line.start()
    const asked = Promise.all([0x01a3, 0x01a4, 0x03a3, 0x03a4].map((frame) => line.query(frame)))
    await clock.advance(5 * SECOND)
    expect((await asked).map((answer) => answer.ok && answer.value)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'answer', value: 254 })),
    )
  })

  test('that was set up amid noise is looked at again, and told with its group', async () => {
    const street = await createStreet({ lamps: 9, config: { groups: EIGHT } })
    const { driver, clock, bus, telemetry } = street
    await driver.start()
    while (telemetry.length === 0) await clock.advance(1)
    bus.trouble('noise')
    await clock.advance(2 * SECOND)
    bus.trouble('none')
    await clock.advance(5 * MINUTE)
    expect(await groupSoonAfter(street, 20)).toEqual([...Array.from({ length: 8 }, () => 20), 100])
  })

  test('that leaves a question of its settings open for good is named, and the others are served', async () => {
    const { driver, clock, refused, telemetry } = await createStreet({
      lamps: 2,
      model: 'dali-luminaire-linear',
      led: false,
    })
    await driver.start()
    await clock.advance(10 * MINUTE)
    expect(refused).toEqual(['DALI_SETTING_REFUSED', 'DALI_SETTING_REFUSED'])
    expect(telemetry.length).toBeGreaterThanOrEqual(2 * 18)
  })

  test('on the linear curve gives half the light at half the way', async () => {
    const { driver, drive, clock, lamps, newest } = await createStreet({
      lamps: 1,
      model: 'dali-luminaire-linear',
    })
    await driver.start()
    await clock.advance(MINUTE)
    drive(0, 50)
    await clock.advance(2 * MINUTE)
    expect([lamps[0]?.level(), newest(0)?.telemetry.level]).toEqual([50, 50])
  })

  test('whose lamp is broken says so', async () => {
    const { driver, clock, lamps, newest } = await createStreet({ lamps: 2 })
    await driver.start()
    lamps[1]?.fault('lamp')
    await clock.advance(MINUTE)
    expect([newest(0)?.telemetry.lamp_failure, newest(1)?.telemetry.lamp_failure]).toEqual([0, 1])
  })

  test('that shares its address with another is told as such', async () => {
    const { driver, clock, lamps, refused, newest } = await createStreet({ lamps: 3, addresses: [4, 4, 5] })
    await driver.start()
    lamps[0]?.fault('lamp')
    await clock.advance(MINUTE)
    expect(refused).toContain('DALI_COLLISION')
    expect([newest(0)?.failed.level, newest(1)?.failed]).toEqual(['collision', {}])
  })

  test('that is dead never slows the living: each is asked as often as it should be', async () => {
    const { driver, clock, lamps, telemetry } = await createStreet({ lamps: 20, config: { poll_s: 10 } })
    for (const lamp of lamps.slice(10)) lamp.fault('driver')
    await driver.start()
    await clock.advance(5 * MINUTE)
    telemetry.length = 0
    await clock.advance(5 * MINUTE)
    const words = lamps
      .slice(0, 10)
      .map((_, index) => telemetry.filter(({ device }) => device === `lamp-${index}`))
    expect(Math.min(...words.map((own) => own.length))).toBeGreaterThanOrEqual(28)
  })
})

test('noise on the line confirms nothing, and all is well when it is over', async () => {
  const { driver, drive, clock, bus, stages } = await createStreet({ lamps: 2 })
  await driver.start()
  await clock.advance(10 * SECOND)
  bus.trouble('noise')
  drive(0, 30)
  await clock.advance(2 * MINUTE)
  expect(stages(0)).not.toContain('confirmed')
  bus.trouble('none')
  await clock.advance(2 * MINUTE)
  expect(stages(0).at(-1)).toBe('confirmed')
})

test('a gateway that is unplugged and plugged in again is found, and what was asked meanwhile is done', async () => {
  const { driver, drive, clock, wire, lamps, stages } = await createStreet({ lamps: 2 })
  await driver.start()
  await clock.advance(10 * SECOND)
  wire.unplug()
  await clock.advance(MINUTE)
  drive(1, 25)
  await clock.advance(MINUTE)
  wire.plug()
  await wire.far.open()
  await clock.advance(2 * MINUTE)
  expect([Math.round(lamps[1]?.level() ?? 0), stages(1).at(-1)]).toEqual([25, 'confirmed'])
})

test('the health of the line tells how long ago the slowest lamp was heard, and how many are silent', async () => {
  const { driver, clock, lamps, health } = await createStreet({ lamps: 4 })
  lamps[3]?.fault('driver')
  await driver.start()
  await clock.advance(5 * MINUTE)
  const { source, values } = health.at(-1) ?? { source: '', values: {} }
  expect([source, values.open, values.gears_silent]).toEqual(['line', 1, 1])
  expect(values.cycle_s).toBeLessThanOrEqual(31)
})

test('stopped, it leaves no timer behind and says nothing more', async () => {
  const { driver, clock, telemetry } = await createStreet({ lamps: 3 })
  await driver.start()
  await clock.advance(10 * SECOND)
  await driver.stop()
  await driver.stop()
  const told = telemetry.length
  await clock.advance(5 * MINUTE)
  expect([telemetry.length - told, clock.pending()]).toEqual([0, 0])
})
