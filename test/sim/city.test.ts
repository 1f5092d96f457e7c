import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import type { OutputRequest, Telemetry } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { createCity } from '../../sim/city.ts'
import { memoryNonces } from '../../sim/nonces.ts'
import type { CitySpec, DeviceSpec, StationSpec } from '../../sim/spec.ts'
import { memoryNetwork } from './memory-network.ts'
import { miniNetworkServer } from './mini-network-server.ts'
import { neverDialled } from './never-dialled.ts'

/** What the city's equipment says is read with the product's own device definitions, and what it is told is made with them. */

const common = { joinEui: '24e124c0002a0001', x_m: 50, y_m: 20 }
const DEVICES: readonly DeviceSpec[] = [
  {
    ...common,
    role: 'level',
    id: 'level',
    model: 'milesight-em500-udl',
    devEui: '24e1240000010001',
    appKey: '01'.repeat(16),
    every_s: 60,
    datum_m: 4.1,
    tilt_deg: 8,
  },
  {
    ...common,
    role: 'level',
    id: 'radar',
    model: 'milesight-em410-rdl',
    devEui: '24e1240000010002',
    appKey: '02'.repeat(16),
    every_s: 60,
    datum_m: 5,
    tilt_deg: 0,
  },
  {
    ...common,
    role: 'rain',
    id: 'rain',
    model: 'milesight-em300-di',
    devEui: '24e1240000010003',
    appKey: '03'.repeat(16),
    every_s: 300,
    bucket_mm: 0.2,
  },
  {
    ...common,
    role: 'rain',
    id: 'weather',
    model: 'milesight-wts506',
    devEui: '24e1240000010004',
    appKey: '04'.repeat(16),
    every_s: 300,
    bucket_mm: 0.2,
  },
  {
    ...common,
    role: 'relays',
    id: 'siren',
    model: 'milesight-ws558',
    devEui: '24e1240000010005',
    appKey: '05'.repeat(16),
    every_s: 900,
    loads: { relay1: 'siren', relay2: 'beacon' },
  },
  {
    ...common,
    role: 'relays',
    id: 'indoor',
    model: 'dragino-lt-22222-l',
    devEui: '24e1240000010006',
    appKey: '06'.repeat(16),
    every_s: 900,
    loads: { relay1: 'siren' },
  },
  {
    ...common,
    role: 'button',
    id: 'button',
    model: 'milesight-uc300',
    devEui: '24e1240000010007',
    appKey: '07'.repeat(16),
    every_s: 3_600,
  },
]

const STATION: StationSpec = {
  id: 'khe-lau',
  edge: { host: '127.0.0.1', port: 1700 },
  gateways: [{ eui: 'aa555a0000000001', x_m: 0, y_m: 0 }],
  hydrograph: {
    kind: 'generator',
    seed: 7,
    water: 'stream',
    base_m: 0.35,
    peak_m: 1.95,
    dry_h: 0.05,
    storm_h: 0.6,
    storm_mm: 62,
    lag_h: 0.4,
    period_h: 8,
  },
  devices: [...DEVICES],
}

const deviceOf = (id: string): DeviceSpec => {
  const found = DEVICES.find((device) => device.id === id)
  if (found === undefined) throw new Error(`no device ${id}`)
  return found
}

const bindingOf = (id: string) => {
  const definition = findDefinition(deviceOf(id).model)
  if (!definition.ok) throw new Error(definition.error.code)
  const { lorawan } = definition.value.via
  if (lorawan === undefined) throw new Error(`${id} has no LoRaWAN`)
  return lorawan
}

async function scene(seed = 1, changes: Partial<CitySpec> = {}) {
  const clock = fakeClock()
  const network = memoryNetwork(clock)
  const ns = await miniNetworkServer({
    network,
    port: 1700,
    devices: Object.fromEntries(DEVICES.map(({ devEui, appKey }) => [devEui, appKey])),
  })
  const spec: CitySpec = {
    begin_utc: clock.now(),
    loss: 0,
    stations: [STATION],
    streets: [],
    greenhouses: [],
    ...changes,
  }
  const city = createCity(spec, {
    clock,
    radioClock: clock,
    speed: 1,
    random: seededRandom(seed),
    network,
    dial: neverDialled,
    nonces: memoryNonces(),
    log: silentLog,
    read: () => ({ ok: true, value: 'time_utc,stage_m\n2019-05-01T04:00Z,1\n2019-05-01T05:00Z,2\n' }),
  })
  if (!city.ok) throw new Error(city.error.code)
  await city.value.start()
  await clock.advance(60_000)

  /** Everything that the device has said, by its definition: a frame that it refuses fails the test. */
  const told = (id: string): Telemetry[] => {
    const { devEui } = deviceOf(id)
    const binding = bindingOf(id)
    return ns.uplinks
      .filter((uplink) => uplink.devEui === devEui && uplink.fPort !== undefined)
      .map((uplink) => {
        const decoded = binding.decode(Buffer.from(uplink.bytes, 'hex'), uplink.fPort ?? 0)
        if (!decoded.ok) throw new Error(`${id}: ${decoded.error.code} for ${uplink.bytes}`)
        return decoded.value.telemetry
      })
  }
  const failures = (id: string) =>
    ns.uplinks
      .filter((uplink) => uplink.devEui === deviceOf(id).devEui)
      .flatMap((uplink) => {
        const decoded = bindingOf(id).decode(Buffer.from(uplink.bytes, 'hex'), uplink.fPort ?? 0)
        return decoded.ok && decoded.value.failed !== undefined ? [decoded.value.failed] : []
      })
  const drive = (id: string, ...requests: readonly OutputRequest[]) => {
    const downlinks = bindingOf(id).encode?.(requests)
    if (!downlinks?.ok) throw new Error('the definition cannot encode that')
    for (const { fPort, bytes } of downlinks.value) {
      ns.now(deviceOf(id).devEui, { fPort, bytes: Buffer.from(bytes).toString('hex') })
    }
  }
  const station = () => {
    const [only] = city.value.snapshot().stations
    if (only === undefined) throw new Error('no station')
    return only
  }
  const device = (id: string) => {
    const found = station().devices.find((candidate) => candidate.id === id)
    if (found === undefined) throw new Error(`no device ${id}`)
    return found
  }
  return { clock, ns, city: city.value, told, failures, drive, station, device }
}

/** A level sensor's distance as a stage, vertical or tilted. */
const stageOf = (id: string, distance: number | undefined): number => {
  const spec = deviceOf(id)
  if (spec.role !== 'level' || distance === undefined) throw new Error('not a level')
  return spec.datum_m - distance * Math.cos((spec.tilt_deg * Math.PI) / 180)
}

describe('sensors', () => {
  test('every device joins, and its frames are read by its own definition', async () => {
    const { clock, city, told } = await scene()
    await clock.advance(600_000)
    expect(city.snapshot().stations[0]?.devices.every((device) => device.radio.joined)).toBe(true)
    expect(DEVICES.map(({ id }) => told(id).length > 0)).toEqual(DEVICES.map(() => true))
  })

  test.each(['level', 'radar'])('%s tells the true stage within 6 mm, through tilt and datum', async (id) => {
    const { clock, told, station } = await scene()
    await clock.advance(1_200_000)
    const before = told(id).length
    while (told(id).length === before) await clock.advance(1_000)
    const stage = stageOf(id, told(id).at(-1)?.distance)
    expect(Math.abs(stage - station().stage_m)).toBeLessThan(0.006)
  })

  test('the rain gauge has counted all whole tips once the storm is over', async () => {
    const { clock, told } = await scene()
    await clock.advance(3 * 3_600_000)
    expect(told('rain').at(-1)?.tips).toBe(Math.floor(62 / 0.2))
  })

  test('the weather station tells the same rain in millimetres', async () => {
    const { clock, told } = await scene()
    await clock.advance(3 * 3_600_000)
    expect(told('weather').at(-1)?.rain).toBeCloseTo(62, 6)
  })

  test('a press of the button is told as 1 and then as 0', async () => {
    const { clock, city, told } = await scene()
    const before = told('button').length
    expect(city.press('button')).toBe(true)
    await clock.advance(10_000)
    expect(
      told('button')
        .slice(before)
        .map((one) => one.input1),
    ).toEqual([1, 0])
  })
})

describe('sirens and beacons', () => {
  test('the WS558 sounds when told, says so at once, and draws power', async () => {
    const { clock, drive, told, station } = await scene()
    drive('siren', { output: 'relay1', value: 1 })
    await clock.advance(1_000)
    expect(station().sounding).toBe(true)
    expect(told('siren').at(-1)).toMatchObject({ relay1: 1, relay2: 0, power: 45 })
  })

  test('the LT-22222-L sounds when told and says so at once', async () => {
    const { clock, drive, told, station } = await scene()
    drive('indoor', { output: 'relay1', value: 1 })
    await clock.advance(1_000)
    expect(station().sounding).toBe(true)
    expect(told('indoor').at(-1)).toMatchObject({ relay1: 1, relay2: 0 })
  })

  test('the LT-22222-L ends by itself after the time given with the order', async () => {
    const { clock, drive, told, station } = await scene()
    drive('indoor', { output: 'relay1', value: 1, forS: 30 })
    await clock.advance(10_000)
    expect(station().sounding).toBe(true)
    await clock.advance(30_000)
    expect(station().sounding).toBe(false)
    expect(told('indoor').at(-1)).toMatchObject({ relay1: 0 })
  })

  test('the WS558 keeps one task for all: a short order for a beacon does not end the siren beside it', async () => {
    const { clock, drive, told, station } = await scene()
    drive('siren', { output: 'relay1', value: 1, forS: 900 })
    await clock.advance(60_000)
    drive('siren', { output: 'relay2', value: 1, forS: 10 })
    await clock.advance(880_000)
    expect(told('siren').at(-1)).toMatchObject({ relay1: 1 })
    expect(station().sounding).toBe(true)
  })

  test('the WS558 ends everything that a dead node left on', async () => {
    const { clock, drive, told } = await scene()
    drive('siren', { output: 'relay1', value: 1, forS: 900 })
    await clock.advance(60_000)
    drive('siren', { output: 'relay2', value: 1, forS: 900 })
    await clock.advance(901_000)
    expect(told('siren').at(-1)).toMatchObject({ relay1: 0, relay2: 0 })
  })

  test('a beacon flashing is no siren sounding', async () => {
    const { clock, drive, station, device } = await scene()
    drive('siren', { output: 'relay2', value: 1 })
    await clock.advance(1_000)
    expect(device('siren').outputs?.[1]).toEqual({
      output: 'relay2',
      means: 'beacon',
      closed: true,
      sounding: true,
    })
    expect(station().sounding).toBe(false)
  })

  test('a dead siren hears the order, stays quiet, and reads back off', async () => {
    const { clock, city, drive, told, station } = await scene()
    city.fault('siren', 'dead')
    drive('siren', { output: 'relay1', value: 1 })
    await clock.advance(1_000)
    expect(station().sounding).toBe(false)
    expect(told('siren').at(-1)).toMatchObject({ relay1: 0, power: 0 })
  })
})

describe('faults', () => {
  test('a stuck sensor repeats its last distance', async () => {
    const { clock, city, told } = await scene()
    await clock.advance(600_000)
    city.fault('level', 'stuck')
    await clock.advance(600_000)
    const distances = told('level')
      .slice(-8)
      .map((one) => one.distance)
    expect(new Set(distances).size).toBe(1)
  })

  test('a spike is one wrong reading and no more', async () => {
    const { clock, city, told } = await scene()
    city.fault('level', 'spike')
    await clock.advance(180_000)
    const wrong = told('level').filter((one) => stageOf('level', one.distance ?? 3.7) > 2.2)
    expect(wrong).toHaveLength(1)
  })

  test('a drifting sensor is 6 cm off after an hour', async () => {
    const { clock, city, told, station } = await scene()
    await clock.advance(7 * 3_600_000)
    city.fault('radar', 'drift')
    await clock.advance(3_600_000 - 60_000)
    const before = told('radar').length
    while (told('radar').length === before) await clock.advance(1_000)
    const off = station().stage_m - stageOf('radar', told('radar').at(-1)?.distance)
    expect(off).toBeGreaterThan(0.05)
    expect(off).toBeLessThan(0.07)
  })

  test('the radar without a target says so itself', async () => {
    const { clock, city, failures } = await scene()
    city.fault('radar', 'no-target')
    await clock.advance(120_000)
    expect(failures('radar').at(-1)).toEqual({ distance: 'no-target' })
  })

  test('a low battery is told', async () => {
    const { clock, city, told } = await scene()
    city.fault('level', 'battery-low')
    await clock.advance(120_000)
    expect(told('level').at(-1)?.battery).toBe(8)
  })

  test('a silent device says nothing, and joins again when mended', async () => {
    const { clock, city, told, device } = await scene()
    city.fault('level', 'silent')
    const before = told('level').length
    await clock.advance(600_000)
    expect(told('level').length).toBe(before)
    city.fault('level', 'none')
    await clock.advance(120_000)
    expect(told('level').length).toBeGreaterThan(before)
    expect(device('level').radio.joins).toBe(2)
  })

  test('a gateway without power takes its whole station off the air until it is back', async () => {
    const { clock, city, ns } = await scene()
    await city.gateway('aa555a0000000001', false)
    const before = ns.uplinks.length
    await clock.advance(300_000)
    expect(ns.uplinks.length).toBe(before)
    await city.gateway('aa555a0000000001', true)
    await clock.advance(300_000)
    expect(ns.uplinks.length).toBeGreaterThan(before)
  })

  test('what cannot fail in that way is refused', async () => {
    const { city } = await scene()
    expect([city.fault('siren', 'spike'), city.fault('nobody', 'stuck'), city.press('level')]).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('a city', () => {
  test('is the same twice from one seed, to the last byte on the air', async () => {
    const run = async () => {
      const { clock, ns } = await scene(42, { loss: 0.1 })
      await clock.advance(1_800_000)
      return ns.uplinks.map(({ received }) => ({
        ...received,
        phy: Buffer.from(received.phy).toString('hex'),
      }))
    }
    const first = await run()
    expect(first.length).toBeGreaterThan(50)
    expect(await run()).toEqual(first)
  })

  test('leaves no timer behind when it stops', async () => {
    const { clock, city } = await scene()
    await city.stop()
    await clock.advance(10_000)
    expect(clock.pending()).toBe(0)
  })

  test('plays a record from its beginning', async () => {
    const station = {
      ...STATION,
      hydrograph: { kind: 'csv' as const, file: 'x.csv', afterEnd: 'hold' as const },
    }
    const { clock, station: now } = await scene(1, { stations: [station] })
    await clock.advance(1_800_000 - 60_000)
    expect(now().stage_m).toBeCloseTo(1.5, 6)
  })
})
