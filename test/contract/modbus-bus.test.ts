import { afterEach, describe, expect, test } from 'vitest'
import { implementations, type Subject } from '../edge/modbus/slaves.ts'

/** What a Modbus line promises to drivers, whoever answers at its other end. */
describe.each(implementations)('a Modbus line: $name', ({ open, missing }) => {
  let subject: Subject | undefined
  const begin = async (context: { skip(note: string): void }): Promise<Subject> => {
    if (missing !== undefined) context.skip(missing)
    subject = await open()
    return subject
  }
  afterEach(async () => {
    await subject?.dispose()
    subject = undefined
  })

  test('reads holding registers', async (context) => {
    const { bus, settle } = await begin(context)
    expect(await settle(bus.read({ unit: 1, table: 'holding', address: 10, count: 3 }))).toEqual({
      ok: true,
      value: [30, 33, 36],
    })
  })

  test('reads the most registers that go into one answer', async (context) => {
    const { bus, settle } = await begin(context)
    const read = await settle(bus.read({ unit: 2, table: 'input', address: 5, count: 125 }))
    expect(read).toEqual({ ok: true, value: Array.from({ length: 125 }, (_, index) => 1005 + index) })
  })

  test('reads coils that do not fill a byte', async (context) => {
    const { bus, settle } = await begin(context)
    expect(await settle(bus.read({ unit: 1, table: 'coil', address: 1, count: 11 }))).toEqual({
      ok: true,
      value: [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    })
  })

  test('reads discrete inputs', async (context) => {
    const { bus, settle } = await begin(context)
    expect(await settle(bus.read({ unit: 1, table: 'discrete', address: 2, count: 3 }))).toEqual({
      ok: true,
      value: [0, 1, 0],
    })
  })

  test('writes one register, which then reads as written', async (context) => {
    const { bus, settle } = await begin(context)
    const written = await settle(bus.write({ unit: 1, table: 'holding', address: 7, values: [0xfedc] }))
    const read = await settle(bus.read({ unit: 1, table: 'holding', address: 6, count: 3 }))
    expect([written, read]).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: [18, 0xfedc, 24] },
    ])
  })

  test('writes several registers at once', async (context) => {
    const { bus, settle } = await begin(context)
    await settle(bus.write({ unit: 2, table: 'holding', address: 50, values: [1, 65_535, 2] }))
    expect(await settle(bus.read({ unit: 2, table: 'holding', address: 49, count: 5 }))).toEqual({
      ok: true,
      value: [147, 1, 65_535, 2, 159],
    })
  })

  test('writes one coil and several', async (context) => {
    const { bus, settle } = await begin(context)
    await settle(bus.write({ unit: 1, table: 'coil', address: 0, values: [1] }))
    await settle(bus.write({ unit: 1, table: 'coil', address: 4, values: [1, 1, 0, 0, 1, 1, 0, 0, 1] }))
    expect(await settle(bus.read({ unit: 1, table: 'coil', address: 0, count: 14 }))).toEqual({
      ok: true,
      value: [1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1],
    })
  })

  test('gives the unit’s refusal of a register that it does not have as its own code', async (context) => {
    const { bus, settle } = await begin(context)
    const read = await settle(bus.read({ unit: 1, table: 'holding', address: 5_000, count: 1 }))
    expect(read.ok || read.error).toMatchObject({ code: 'MODBUS_ILLEGAL_ADDRESS', details: { unit: 1 } })
  })

  test('gives up on a unit that is not there, and answers the next question', async (context) => {
    const { bus, settle } = await begin(context)
    const [absent, present] = await settle(
      Promise.all([
        bus.read({ unit: 9, table: 'holding', address: 0, count: 1 }),
        bus.read({ unit: 1, table: 'holding', address: 1, count: 1 }),
      ]),
    )
    expect([absent.ok || absent.error.code, present]).toEqual(['MODBUS_TIMEOUT', { ok: true, value: [3] }])
  })

  test('answers many questions of several units, each with its own', async (context) => {
    const { bus, settle } = await begin(context)
    const asked = Array.from({ length: 60 }, (_, index) => index)
    const answers = await settle(
      Promise.all(
        asked.map((address) => bus.read({ unit: 1 + (address % 2), table: 'input', address, count: 1 })),
      ),
    )
    expect(answers).toEqual(asked.map((address) => ({ ok: true, value: [1000 + address] })))
  })
})
