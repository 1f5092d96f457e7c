import { describe, expect, test } from 'vitest'
import { lampStreet } from './lamp-street.ts'

/** What a lamp showed before it was told something else, or before it lost its supply, says nothing any more. */

describe('a level that a lamp showed once', () => {
  test('is told again when the lamp has been told another since, though nobody heard it obey', async () => {
    const street = await lampStreet({ lamps: 1, groups: [] })
    street.drive(street.names, 20)
    while (street.lamps[0]?.lamp.level() !== 20) await street.clock.advance(5)
    for (const forwarder of street.forwarders) await forwarder.stop()
    await street.clock.advance(120_000)
    expect(street.lamps[0]?.lamp.level()).toBe(20)
    expect(street.stages().get('lamp-0')).toBe('failed')
    for (const forwarder of street.forwarders) await forwarder.start()
    await street.clock.advance(5_000)
    street.drive(street.names, 100, 'urgent')
    await street.clock.advance(10_000)
    expect(street.lamps[0]?.lamp.level()).toBe(100)
    expect(street.stages().get('lamp-0')).toBe('confirmed')
  })

  test('counts for nothing once the lamp has joined anew', async () => {
    const street = await lampStreet({ lamps: 1, groups: [] })
    street.drive(street.names, 20)
    await street.clock.advance(20_000)
    street.lamps[0]?.supply(false)
    await street.clock.advance(5_000)
    street.health.clear()
    street.lamps[0]?.supply(true)
    // Its first word comes in; the report after it is lost.
    while (!street.health.has('lamp-0')) await street.clock.advance(20)
    for (const forwarder of street.forwarders) await forwarder.stop()
    await street.clock.advance(30_000)
    for (const forwarder of street.forwarders) await forwarder.start()
    await street.clock.advance(5_000)
    expect(street.lamps[0]?.lamp.level()).toBe(100)
    street.drive(street.names, 20)
    await street.clock.advance(20_000)
    expect(street.lamps[0]?.lamp.level()).toBe(20)
  })
})

describe('an emergency for one lamp', () => {
  test('goes before the lamps that stand in line, behind the frame on the air alone', async () => {
    const street = await lampStreet({ lamps: 40, groups: [] })
    street.drive(street.names, 60)
    await street.clock.advance(2_000)
    street.drive(['lamp-39'], 100, 'urgent')
    await street.clock.advance(4_000)
    expect(street.stages().get('lamp-39')).toBe('confirmed')
  })
})
