import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diskVitals, integerOf, machineVitals } from '../../../edge/vitals/machine.ts'
import { board } from './tree.ts'

/** Load, memory and temperature as boards of many makers tell them, and none of it where they do not. */

async function told(files: Parameters<typeof board>[0], processors = 4) {
  const { root, remove } = board(files)
  try {
    return await machineVitals({ root, processors }).read()
  } finally {
    remove()
  }
}

const zone = (n: number, type: string, temp: string | null) => ({
  [`sys/class/thermal/thermal_zone${n}/type`]: type,
  [`sys/class/thermal/thermal_zone${n}/temp`]: temp,
})

describe('load and memory', () => {
  test('the load is a share of all processors', async () => {
    expect(await told({ 'proc/loadavg': '1.00 0.50 0.25 1/94 32106' })).toEqual({ cpu_load: 25 })
  })

  test('free memory is what programs may still have, in millions of bytes', async () => {
    const meminfo =
      'MemTotal:        3884372 kB\nMemFree:          152340 kB\nMemAvailable:    2000000 kB\nBuffers: 1 kB'
    expect(await told({ 'proc/meminfo': meminfo })).toEqual({ memory_free: 2048 })
  })

  test('a kernel that says neither costs nothing but the two', async () => {
    expect(await told({ 'proc/loadavg': 'gone', 'proc/meminfo': 'MemTotal: many' })).toEqual({})
  })
})

describe('the temperature of the processor', () => {
  test('a Raspberry Pi has one zone', async () => {
    expect(await told(zone(0, 'cpu-thermal', '48686'))).toEqual({ cpu_temperature: 48.686 })
  })

  test('of several zones in the processor the hottest counts', async () => {
    const rk3399 = {
      ...zone(0, 'cpu', '51875'),
      ...zone(1, 'gpu', '55000'),
      ...zone(2, 'soc-thermal', '53000'),
    }
    expect(await told(rk3399)).toEqual({ cpu_temperature: 53 })
  })

  test('a hotter zone elsewhere on the board is not the processor', async () => {
    const pc = { ...zone(0, 'acpitz', '90000'), ...zone(1, 'x86_pkg_temp', '62000') }
    expect(await told(pc)).toEqual({ cpu_temperature: 62 })
  })

  test('where no zone says that it is the processor, the hottest counts', async () => {
    expect(await told({ ...zone(0, 'acpitz', '27800'), ...zone(1, 'acpitz', '29800') })).toEqual({
      cpu_temperature: 29.8,
    })
  })

  test('an old kernel tells whole degrees', async () => {
    expect(await told(zone(0, 'cpu', '47'))).toEqual({ cpu_temperature: 47 })
  })

  test('frost is a temperature', async () => {
    expect(await told(zone(0, 'cpu', '-5000'))).toEqual({ cpu_temperature: -5 })
  })

  test('a zone that refuses to be read does not hide the others', async () => {
    expect(await told({ ...zone(0, 'cpu', null), ...zone(1, 'cpu', '40000') })).toEqual({
      cpu_temperature: 40,
    })
  })

  test('a zone that is switched off reads below absolute zero and is left out', async () => {
    expect(await told(zone(0, 'cpu', '-274000'))).toEqual({})
  })

  test('nonsense is left out', async () => {
    expect(await told(zone(0, 'cpu', '4e4 hot'))).toEqual({})
  })
})

test('a machine without /proc and /sys tells nothing and fails in nothing', async () => {
  expect(await told({})).toEqual({})
})

describe('the disk', () => {
  test('tells what is free in millions of bytes, and the share that is used', async () => {
    const { disk_free, disk_used } = await diskVitals(tmpdir()).read()
    expect(disk_free).toBeGreaterThan(0)
    expect(disk_used).toBeGreaterThanOrEqual(0)
    expect(disk_used).toBeLessThanOrEqual(100)
  })

  test('that is gone is an error of the question, not of the node', async () => {
    await expect(diskVitals(join(tmpdir(), 'tram-no-such-folder')).read()).rejects.toThrow('ENOENT')
  })
})

test('whatever a kernel file holds, it is a whole number or nothing', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.bigInt().map(String),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const value = integerOf(text)
      return (
        value === undefined || (Number.isSafeInteger(value) && String(value) === String(Number(text.trim())))
      )
    }),
    { numRuns: 100_000 },
  )
})
