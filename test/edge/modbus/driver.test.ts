import { describe, expect, test } from 'vitest'
import { deviceId } from '../../../core/ids.ts'
import { registerUnit } from '../../../sim/modbus/unit.ts'
import { ANSWER_MS, createSite, known, type SiteUnit } from './site.ts'

const METER = known('eastron-sdm630')
const RELAYS = known('waveshare-relay-d')
const DIMMER = known('waveshare-analog-8ch-b')
const MAINS = { voltage_l1: 230, voltage_l2: 231, voltage_l3: 229, frequency: 50, power_l1: 1_200 }

function id(text: string) {
  const result = deviceId(text)
  if (!result.ok) throw new Error(text)
  return result.value
}

function meter(number: number, world: Record<string, number> = { ...MAINS }): SiteUnit {
  return { id: `meter-${number}`, unit: number, definition: METER, poll_s: 2, world }
}

function dimmer(world: Record<string, number> = {}): SiteUnit {
  return { id: 'dimmer', unit: 9, definition: DIMMER, poll_s: 2, world }
}

describe('reading', () => {
  test('tells every channel of a unit at once, as often as configured', async () => {
    const site = await createSite([meter(1)])
    await site.clock.advance(10_500)
    const reports = site.of('meter-1')
    expect(reports.length).toBe(6)
    expect(reports[0]?.telemetry).toMatchObject({ voltage_l1: 230, power_l1: 1_200, energy: 0 })
  })

  test('asks for neighbouring registers at once: three questions for a meter’s sixteen quantities', async () => {
    const site = await createSite([meter(1)])
    await site.clock.advance(1_000)
    expect(site.slaves.asked()).toBe(3)
  })

  test('asks a unit that refuses registers in between for its own registers alone, and remembers', async () => {
    const site = await createSite([
      {
        id: 'meter-1',
        unit: 1,
        definition: METER,
        poll_s: 2,
        registers: registerUnit({
          input: Object.fromEntries(
            Object.values(METER.via.modbus?.read ?? {}).flatMap(({ address }) => [
              [address, 0],
              [address + 1, 0],
            ]),
          ),
        }),
      },
    ])
    await site.clock.advance(5_000)
    expect(site.of('meter-1').length).toBe(3)
    expect(site.refused).toEqual([])
  })

  test('tells what a unit refuses to read as failed, the rest as it is', async () => {
    const input = Object.fromEntries(Array.from({ length: 80 }, (_, address) => [address, 0]))
    const registers = registerUnit({ input })
    const site = await createSite([{ ...meter(1), registers }])
    await site.clock.advance(1_500)
    const [report] = site.of('meter-1')
    expect(report?.failed).toEqual({ energy_l1: 'unread', energy_l2: 'unread', energy_l3: 'unread' })
    expect(report?.telemetry).toMatchObject({ voltage_l1: 0, energy: 0 })
    expect(site.refused).toEqual(['MODBUS_ILLEGAL_ADDRESS meter-1'])
  })

  test('tells a channel that cannot be as failed, the others as they are', async () => {
    const world: Record<string, number> = { ...MAINS, frequency: Number.NaN }
    const site = await createSite([meter(1, world)])
    await site.clock.advance(1_000)
    const [report] = site.of('meter-1')
    expect(report?.failed).toEqual({ frequency: 'nonsense' })
    expect(report?.telemetry).toMatchObject({ voltage_l1: 230 })
    expect(site.refused).toEqual(['MODBUS_NONSENSE meter-1'])
  })

  test('tells a unit that answers nonsense everywhere as failed everywhere', async () => {
    const site = await createSite([meter(1)])
    site.slaves.trouble(1, { kind: 'nonsense', word: 0xffff })
    await site.clock.advance(1_000)
    const [report] = site.of('meter-1')
    expect(report?.telemetry).toEqual({})
    expect(Object.keys(report?.failed ?? {}).length).toBe(16)
  })

  test('tells gauges that have not moved for six hours as failed, until they move', async () => {
    const world: Record<string, number> = { ...MAINS }
    const site = await createSite([{ ...meter(1, world), poll_s: 600 }])
    await site.clock.advance(6 * 3_600_000 + 601_000)
    expect(site.of('meter-1').at(-1)?.failed).toMatchObject({ voltage_l1: 'stuck' })
    expect(site.refused).toEqual(['MODBUS_STUCK meter-1'])
    world.voltage_l1 = 231
    await site.clock.advance(600_000)
    expect(site.of('meter-1').at(-1)?.failed).toEqual({})
  })

  test('believes a photocell that sees nothing all night', async () => {
    const cell = known('sensecap-orch-s4')
    const world = { temperature: 25, humidity: 80, pressure: 1_000, illuminance: 0 }
    const dark = { ...cell, telemetry: { illuminance: cell.telemetry.illuminance ?? fail() } }
    const binding = { poll_s: 600, read: { illuminance: cell.via.modbus?.read.illuminance ?? fail() } }
    const site = await createSite([
      { id: 'cell', unit: 4, definition: { ...dark, via: { modbus: binding } }, world },
    ])
    await site.clock.advance(12 * 3_600_000)
    expect(site.of('cell').at(-1)?.telemetry).toEqual({ illuminance: 0 })
  })
})

function fail(): never {
  throw new Error('the definition has changed')
}

describe('a unit that is silent', () => {
  test('is told by name after three polls', async () => {
    const site = await createSite([meter(1)])
    site.slaves.trouble(1, { kind: 'silent' })
    await site.clock.advance(5_000)
    expect(site.refused).toEqual([
      'MODBUS_TIMEOUT meter-1',
      'MODBUS_TIMEOUT meter-1',
      'MODBUS_TIMEOUT meter-1',
      'MODBUS_UNIT_DOWN meter-1',
    ])
  })

  test('has its channels told as failed once, and as they are when it is back', async () => {
    const site = await createSite([meter(1)])
    await site.clock.advance(1_000)
    site.slaves.trouble(1, { kind: 'silent' })
    await site.clock.advance(60_000)
    const [before, silent, ...more] = site.of('meter-1')
    expect([before?.failed, silent?.telemetry, more]).toEqual([{}, {}, []])
    expect(Object.values(silent?.failed ?? {})).toEqual(Array.from({ length: 16 }, () => 'no-answer'))
    site.slaves.trouble(1, undefined)
    await site.clock.advance(60_000)
    expect(site.of('meter-1').at(-1)).toMatchObject({ telemetry: { voltage_l1: 230 }, failed: {} })
  })

  test('does not slow the living: they are read as often as before', async () => {
    const units = [meter(1), meter(2), meter(3), meter(4), meter(5)]
    const site = await createSite(units)
    site.slaves.trouble(3, { kind: 'silent' })
    await site.clock.advance(60_000)
    const before = site.of('meter-5').length
    await site.clock.advance(60_000)
    expect(site.of('meter-5').length - before).toBe(30)
  })

  test('takes at most a tenth of the line, however many are', async () => {
    const units = Array.from({ length: 20 }, (_, index) => meter(index + 1))
    const site = await createSite(units)
    for (let unit = 2; unit <= 20; unit++) site.slaves.trouble(unit, { kind: 'silent' })
    await site.clock.advance(60_000)
    const timeouts = site.refused.filter((code) => code.startsWith('MODBUS_TIMEOUT')).length
    await site.clock.advance(600_000)
    const probes = site.refused.filter((code) => code.startsWith('MODBUS_TIMEOUT')).length - timeouts
    expect(probes * ANSWER_MS).toBeLessThan(0.1 * 600_000)
    expect(probes).toBeGreaterThan(0)
  })

  test('is back within a minute of its return', async () => {
    const site = await createSite([meter(1), meter(2)])
    site.slaves.trouble(1, { kind: 'silent' })
    await site.clock.advance(3_630_000)
    site.slaves.trouble(1, undefined)
    const before = site.of('meter-1').length
    await site.clock.advance(61_000)
    expect(site.of('meter-1').length).toBeGreaterThan(before)
  })

  test('counts as down in the line’s own numbers', async () => {
    const site = await createSite([meter(1), meter(2)])
    site.slaves.trouble(1, { kind: 'silent' })
    await site.clock.advance(60_000)
    expect(site.health.at(-1)).toMatchObject({
      source: 'tu-dien',
      values: { units_down: 1, cycle_s: expect.closeTo(2, 1) },
    })
  })

  test('whose answers come broken is one too', async () => {
    const site = await createSite([meter(1)])
    site.slaves.trouble(1, { kind: 'garbled' })
    await site.clock.advance(5_000)
    expect(site.of('meter-1').map(({ telemetry }) => telemetry)).toEqual([{}])
    expect(site.refused.at(-1)).toBe('MODBUS_UNIT_DOWN meter-1')
  })
})

describe('writing', () => {
  test('reads back what it wrote before it says that it is done', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([dimmer(world)])
    await site.clock.advance(500)
    const requests = [
      { output: 'level1', value: 60 },
      { output: 'level2', value: 25.5 },
    ]
    expect(site.driver.drive(id('dimmer'), requests, 'normal').ok).toBe(true)
    await site.clock.advance(500)
    expect(site.stages()).toEqual(['sent level1=60 level2=25.5', 'confirmed level1=60 level2=25.5'])
    expect(world).toEqual({ level1: 60, level2: 25.5 })
  })

  test('goes before all reading when it is urgent', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([
      ...Array.from({ length: 8 }, (_, index) => meter(index + 1)),
      dimmer(world),
    ])
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 100 }], 'urgent')
    // One question of a meter that was on its way, and the write itself.
    await site.clock.advance(150)
    expect(world).toEqual({ level1: 100 })
  })

  test('refuses an output that the device does not have', async () => {
    const site = await createSite([dimmer()])
    const refused = site.driver.drive(id('dimmer'), [{ output: 'level9', value: 1 }], 'normal')
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test('refuses a level out of range', async () => {
    const site = await createSite([dimmer()])
    const refused = site.driver.drive(id('dimmer'), [{ output: 'level1', value: 101 }], 'normal')
    expect(refused.ok || refused.error.code).toBe('ACTION_UNSUPPORTED')
  })

  test('says that an output does not hold what was written', async () => {
    const stubborn = { read: () => [0], write: () => undefined }
    const site = await createSite([{ ...dimmer(), poll_s: 3_600, registers: stubborn }])
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 60 }], 'normal')
    await site.clock.advance(2_000)
    expect(site.stages().at(-1)).toBe('failed level1=60 MODBUS_READ_BACK')
  })

  test('gives up after three silences', async () => {
    const site = await createSite([dimmer()])
    await site.clock.advance(500)
    site.slaves.trouble(9, { kind: 'silent' })
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 60 }], 'normal')
    await site.clock.advance(2_500)
    expect(site.stages()).toEqual(['sent level1=60', 'failed level1=60 MODBUS_TIMEOUT'])
  })

  test('that a unit is down is told after the order was taken, not within it', async () => {
    const site = await createSite([dimmer()])
    site.slaves.trouble(9, { kind: 'silent' })
    await site.clock.advance(10_000)
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 60 }], 'normal')
    expect(site.stages()).toEqual([])
    await site.clock.advance(1)
    expect(site.stages()).toEqual(['failed level1=60 MODBUS_UNIT_DOWN'])
  })

  test('tells a unit again what its outputs should hold when it returns', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([dimmer(world)])
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 60 }], 'normal')
    await site.clock.advance(1_000)
    site.slaves.trouble(9, { kind: 'silent' })
    await site.clock.advance(30_000)
    world.level1 = 0
    site.slaves.trouble(9, undefined)
    await site.clock.advance(60_000)
    expect(world).toEqual({ level1: 60 })
  })

  test('tells a unit again that lost its power between two polls', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([dimmer(world)])
    site.driver.drive(id('dimmer'), [{ output: 'level1', value: 60 }], 'normal')
    await site.clock.advance(1_000)
    world.level1 = 0
    await site.clock.advance(3_000)
    expect(world).toEqual({ level1: 60 })
  })

  test('a relay at rest is a contactor that is closed', async () => {
    const coils: Record<number, number> = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [n, 0]))
    const discrete = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [n, 1]))
    const registers = registerUnit({ coil: coils, discrete })
    const site = await createSite([{ id: 'cabinet', unit: 3, definition: RELAYS, registers }])
    site.driver.drive(id('cabinet'), [{ output: 'relay2', value: 0 }], 'normal')
    await site.clock.advance(1_000)
    expect(coils[1]).toBe(1)
    site.driver.drive(id('cabinet'), [{ output: 'relay2', value: 1 }], 'normal')
    await site.clock.advance(1_000)
    expect(coils[1]).toBe(0)
  })
})

describe('a contactor', () => {
  const cabinet = (world: Record<string, number>): SiteUnit => ({
    id: 'cabinet',
    unit: 3,
    definition: RELAYS,
    poll_s: 2,
    world,
  })

  test('that was closed by the module itself is opened again at once', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([cabinet(world)])
    site.driver.drive(id('cabinet'), [{ output: 'relay2', value: 0 }], 'normal')
    await site.clock.advance(1_000)
    world.relay2 = 1
    await site.clock.advance(3_000)
    expect(world.relay2).toBe(0)
  })

  test('whose module restarts again and again is switched by it no more often than its limit', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([cabinet(world)])
    site.driver.drive(id('cabinet'), [{ output: 'relay2', value: 0 }], 'normal')
    let opened = 0
    for (let minute = 0; minute < 60; minute++) {
      await site.clock.advance(40_000)
      world.relay2 = 1
      site.slaves.trouble(3, { kind: 'silent' })
      await site.clock.advance(20_000)
      site.slaves.trouble(3, undefined)
      await site.clock.advance(20_000)
      if (world.relay2 === 0) opened++
    }
    expect([opened >= 4, opened <= 9]).toEqual([true, true])
  })

  test('that holds what it should is told of the return of its module without a wait for the next', async () => {
    const world: Record<string, number> = {}
    const site = await createSite([cabinet(world)])
    site.driver.drive(id('cabinet'), [{ output: 'relay2', value: 0 }], 'normal')
    await site.clock.advance(1_000)
    site.slaves.trouble(3, { kind: 'silent' })
    await site.clock.advance(20_000)
    site.slaves.trouble(3, undefined)
    await site.clock.advance(60_000)
    world.relay2 = 1
    await site.clock.advance(3_000)
    expect(world.relay2).toBe(0)
  })
})

describe('a line that is lost', () => {
  test('has the channels of its units told as failed, each once', async () => {
    const site = await createSite([meter(1), meter(2)])
    await site.clock.advance(1_000)
    site.line.unplug()
    await site.clock.advance(60_000)
    const failed = site.telemetry.filter(({ failed }) => failed.power === 'line-down')
    expect(failed.map(({ device }) => device)).toEqual(['meter-1', 'meter-2'])
  })

  test('is read again soon after it is plugged in, and tells its loss once', async () => {
    const site = await createSite([meter(1)])
    await site.clock.advance(1_000)
    site.line.unplug()
    await site.clock.advance(20_000)
    const before = site.of('meter-1').length
    site.line.plug()
    await site.line.far.open()
    await site.clock.advance(40_000)
    expect(site.of('meter-1').length).toBeGreaterThan(before)
    expect(site.refused.filter((code) => code === 'STREAM_LOST')).toEqual(['STREAM_LOST'])
  })

  test('leaves no timer behind when it is stopped', async () => {
    const site = await createSite([meter(1)])
    await site.clock.advance(1_000)
    await site.driver.stop()
    await site.slaves.close()
    await site.clock.advance(ANSWER_MS)
    expect(site.clock.pending()).toBe(0)
  })
})
