import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { deviceId } from '../../core/ids.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { spanOf } from '../../devices/codecs/modbus-reads.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { amount, type Measurement } from '../measurement.ts'
import { ANSWER_MS, BAUD, busyLine, type LineUnit, limitMs, readsOf, TURN_ROUND_MS } from '../modbus-line.ts'
import { pause } from '../rounds.ts'
import { percentile } from '../statistics.ts'
import { sound } from '../values.ts'

const UNITS = 40
const CYCLES = 30
const ORDERS = 200
const WARM_UP_MS = 120_000
const REAL_UNITS = 10
const REAL_CYCLES = 5

/** Forty units on one line; one more for orders. */
export const modbusCycle: Measurement = {
  name: 'modbus-cycle',
  title: `${UNITS} meters on one Modbus line of ${BAUD} baud, asked as fast as the line allows`,
  async run({ effort, say }) {
    const meter = sound(findDefinition('eastron-sdm630'))
    const units = meters(meter)
    const cycles = amount(effort, CYCLES, 3)
    const limit_s = (UNITS * limitMs(readsOf(meter))) / 1_000
    const living = await cycleOf(units, cycles, undefined)
    say(`a cycle takes ${living.cycle_s.toFixed(2)} s; the line allows ${limit_s.toFixed(2)} s`)
    const oneDead = await cycleOf(units, cycles, UNITS)
    const single_s = await oneByOne(units)
    const real = await realCycles(units.slice(0, REAL_UNITS), amount(effort, REAL_CYCLES, 1))
    const orders = await ordersOn(units.slice(1), amount(effort, ORDERS, 10))
    const limit = { name: 'limit of the line', values: [limit_s] }
    const others = { name: 'limit of the line', values: [(limit_s * (UNITS - 1)) / UNITS] }
    const single = { name: 'a question for each quantity', values: [single_s] }
    const within = { of: 'ratio', bound: 'at most', limit: 1.05 } as const
    return {
      figures: [
        { what: 'a cycle of all units', unit: 's', ours: [living.cycle_s], peer: limit, target: within },
        { what: 'the same', unit: 's', ours: [living.cycle_s], peer: single },
        {
          what: 'a cycle of the living, one dead',
          unit: 's',
          ours: [oneDead.cycle_s],
          peer: others,
          target: { of: 'ratio', bound: 'at most', limit: 1.15 },
        },
        {
          what: `a cycle of ${REAL_UNITS} units on real timers`,
          unit: 's',
          ours: real,
          peer: { name: 'limit of the line', values: real.map(() => (limit_s * REAL_UNITS) / UNITS) },
        },
        { what: 'CPU for a question and its answer', unit: 'ms', ours: [living.cpu_ms] },
        { what: 'urgent order to read-back, p50', unit: 'ms', ours: [percentile(orders, 50)] },
        {
          what: 'the same, p99',
          unit: 'ms',
          ours: [percentile(orders, 99)],
          target: { of: 'ours', bound: 'at most', limit: 500 },
        },
      ],
      notes: [
        `Every byte takes eleven bits at ${BAUD} baud, a unit thinks ${TURN_ROUND_MS} ms, ${ANSWER_MS} ms are waited for one that is silent. Except on real timers, the clock is simulated: times of the line are exact and do not vary. CPU is measured, virtual units included.`,
        'The limit: the bytes of the fewest questions, the silence of 3.5 characters before each, and the thinking. An order waits for the question that is on its way, then goes out and is read back.',
      ],
    }
  },
}

function meters(definition: DeviceDefinition): readonly LineUnit[] {
  return Array.from({ length: UNITS }, (_, index) => ({
    id: `meter-${index + 1}`,
    unit: index + 1,
    definition,
    world: { voltage_l1: 230 + index / 10, power_l1: 100 * index, frequency: 50 },
  }))
}

/** The mean time from one report of a unit to its next, once the dead are known. */
async function cycleOf(units: readonly LineUnit[], cycles: number, dead: number | undefined) {
  const heard: number[] = []
  const [watched] = units
  const clock = fakeClock()
  const { slaves, driver } = await busyLine(units, clock, {
    telemetry: ({ device, time }) => {
      if (device === watched?.id) heard.push(time.mono)
    },
  })
  if (dead !== undefined) slaves.trouble(dead, { kind: 'silent' })
  await driver.start()
  await clock.advance(WARM_UP_MS)
  heard.length = 0
  const [asked, cpu] = [slaves.asked(), process.cpuUsage()]
  while (heard.length <= cycles) await clock.advance(1_000)
  const { user, system } = process.cpuUsage(cpu)
  const cpu_ms = (user + system) / 1_000 / (slaves.asked() - asked)
  await driver.stop()
  const [first = 0] = heard
  return { cycle_s: ((heard[cycles] ?? 0) - first) / cycles / 1_000, cpu_ms }
}

/** The same on the machine's own timers, which come late by what the machine is busy with. */
async function realCycles(units: readonly LineUnit[], cycles: number): Promise<readonly number[]> {
  const heard: number[] = []
  const [watched] = units
  const { driver } = await busyLine(units, systemClock(), {
    telemetry: ({ device, time }) => {
      if (device === watched?.id) heard.push(time.mono)
    },
  })
  await driver.start()
  while (heard.length <= cycles) await pause(50)
  await driver.stop()
  return heard.slice(1).map((at, index) => (at - (heard[index] ?? 0)) / 1_000)
}

/** What a loop over every quantity takes on the same line. */
async function oneByOne(units: readonly LineUnit[]): Promise<number> {
  const clock = fakeClock()
  const { bus } = await busyLine(units, clock, {})
  await bus.start()
  await clock.advance(100)
  const began = clock.monotonic()
  let ended = 0
  const all = units.flatMap(({ unit, definition }) =>
    Object.values(definition.via.modbus?.read ?? {}).map((field) => ({ unit, ...spanOf(field) })),
  )
  void (async () => {
    for (const ask of all) sound(await bus.read(ask))
    ended = clock.monotonic()
  })()
  while (ended === 0) await clock.advance(1_000)
  await bus.stop()
  return (ended - began) / 1_000
}

/** Milliseconds from an urgent order to its confirmation, while everybody else is being asked. */
async function ordersOn(others: readonly LineUnit[], count: number): Promise<readonly number[]> {
  const definition = sound(findDefinition('waveshare-analog-8ch-b'))
  const lamp: LineUnit = { id: 'lamps', unit: UNITS + 1, definition, world: {} }
  const took: number[] = []
  let orderedAt = 0
  const clock = fakeClock()
  const { driver } = await busyLine([...others, lamp], clock, {
    output: ({ stage, time }) => {
      if (stage === 'confirmed') took.push(time.mono - orderedAt)
    },
  })
  await driver.start()
  for (let order = 0; order < count; order++) {
    // At any moment of the cycle.
    await clock.advance(3_000 + order * 37)
    orderedAt = clock.monotonic()
    sound(driver.drive(sound(deviceId(lamp.id)), [{ output: 'level1', value: order % 100 }], 'urgent'))
  }
  await clock.advance(3_000)
  await driver.stop()
  if (took.length !== count) throw new Error(`${took.length} of ${count} orders were confirmed`)
  return took
}
