import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { command, gear, query, setDtr0, toArc } from '../../../devices/codecs/dali-commands.ts'
import { createVirtualDaliBus } from '../../../sim/dali/bus.ts'
import { createVirtualGear } from '../../../sim/dali/gear.ts'
import { GATEWAYS, type Gateway, polesOf, wayTo } from './street.ts'

/** A DALI line is the same whatever gateway it lies behind: frames arrive, and answers are told apart from none. */

async function lineBehind(gateway: Gateway, addresses: readonly number[] = [0, 1]) {
  const clock = fakeClock()
  const lamps = polesOf(clock, addresses.length)
  const gears = lamps.map((lamp, index) => createVirtualGear({ address: addresses[index] ?? 0, lamp, clock }))
  const bus = createVirtualDaliBus(gears, clock)
  const { wire, line } = await wayTo(gateway, bus, clock)
  await line.start()
  const soon = async <T>(asked: Promise<T>): Promise<T> => {
    const box: T[] = []
    void asked.then((value) => box.push(value))
    for (let turn = 0; turn < 400 && box.length === 0; turn++) await clock.advance(10)
    const [value] = box
    if (value === undefined) throw new Error('no end')
    return value
  }
  return { clock, lamps, bus, wire, line, soon }
}

describe.each(GATEWAYS)('a line behind a gateway (%s)', (gateway) => {
  test('carries a level to one gear alone', async () => {
    const { line, lamps, soon } = await lineBehind(gateway)
    expect(await soon(line.send(toArc(gear(1), 170)))).toEqual({ ok: true, value: undefined })
    expect(lamps.map((lamp) => Math.round(lamp.level()))).toEqual([100, 10])
  })

  test('brings back what a gear answers', async () => {
    const { line, soon } = await lineBehind(gateway)
    await soon(line.send(toArc(gear(0), 229)))
    expect(await soon(line.query(query(gear(0), 'actualLevel')))).toEqual({
      ok: true,
      value: { kind: 'answer', value: 229 },
    })
  })

  test('tells an answer of 0 from none', async () => {
    const { line, soon } = await lineBehind(gateway)
    await soon(line.send(toArc(gear(0), 0)))
    expect(await soon(line.query(query(gear(0), 'actualLevel')))).toMatchObject({
      value: { kind: 'answer', value: 0 },
    })
    expect(await soon(line.query(query(gear(9), 'actualLevel')))).toMatchObject({ value: { kind: 'none' } })
  })

  test('tells answers that fall over each other from one', async () => {
    const { line, lamps, soon } = await lineBehind(gateway, [3, 3])
    lamps[0]?.command(20)
    expect(await soon(line.query(query(gear(3), 'actualLevel')))).toMatchObject({
      value: { kind: 'collision' },
    })
  })

  test('changes a setting only when it is sent twice', async () => {
    const { line, soon } = await lineBehind(gateway)
    const stored = () => soon(line.query(query(gear(0), 'systemFailureLevel')))
    await soon(line.send(setDtr0(77)))
    await soon(line.send(command(gear(0), 'setSystemFailureLevel')))
    const before = await stored()
    await soon(line.send(command(gear(0), 'setSystemFailureLevel'), { twice: true }))
    expect([before, await stored()]).toMatchObject([{ value: { value: 254 } }, { value: { value: 77 } }])
  })

  test('says so when its wires have no power', async () => {
    const { line, bus, soon } = await lineBehind(gateway)
    bus.trouble('unpowered')
    expect(await soon(line.send(toArc(gear(0), 1)))).toMatchObject({ error: { code: 'DALI_LINE_UNPOWERED' } })
  })

  test('works again when its power is back', async () => {
    const { line, bus, lamps, soon } = await lineBehind(gateway)
    bus.trouble('unpowered')
    await soon(line.send(toArc(gear(0), 1)))
    bus.trouble('none')
    expect(await soon(line.send(toArc(gear(0), 170)))).toMatchObject({ ok: true })
    expect(Math.round(lamps[0]?.level() ?? 0)).toBe(10)
  })

  test('ends a question whose gateway is unplugged, and works again when it is plugged in', async () => {
    const { line, wire, soon, clock } = await lineBehind(gateway)
    const asked = line.query(query(gear(0), 'status'))
    await clock.advance(3)
    wire.unplug()
    const lost = await soon(asked)
    expect([lost.ok, line.working()]).toEqual([false, false])
    wire.plug()
    await wire.far.open()
    await clock.advance(5_000)
    expect([await soon(line.query(query(gear(0), 'status'))), line.working()]).toMatchObject([
      { ok: true },
      true,
    ])
  })

  test('ends a question that no gateway hears', async () => {
    const { line, wire, soon } = await lineBehind(gateway)
    await wire.far.close()
    const silent = await soon(line.query(query(gear(0), 'status')))
    expect(silent.ok || ['DALI_GATEWAY_SILENT', 'MODBUS_TIMEOUT'].includes(silent.error.code)).toBe(true)
    expect(silent.ok).toBe(false)
  })

  test('answers each of many at once with its own', async () => {
    const { line, soon } = await lineBehind(gateway, [0, 1, 2])
    for (const [address, level] of [10, 120, 230].entries())
      await soon(line.send(toArc(gear(address), level)))
    const all = Promise.all([0, 1, 2].map((address) => line.query(query(gear(address), 'actualLevel'))))
    expect((await soon(all)).map((answer) => answer.ok && answer.value)).toEqual(
      [10, 120, 230].map((value) => ({ kind: 'answer', value })),
    )
  })
})
