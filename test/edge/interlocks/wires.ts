import { afterEach, describe, expect, test } from 'vitest'
import { type Name, type WiredHouse, type WiredOptions, type Wiring, wiredHouse } from './wired-house.ts'

/**
 * Each interlock through real wires: what is forbidden is asked for with the highest right there is, an emergency command
 * that overrides and a hold by hand, and pins and coils are looked at. Times are those of the interlock, with a second
 * until the node looks and what the wires take.
 */

/** Until a telling is on the pin. */
const WIRE_S = 0.6
/** A time that is over is noticed at the next tick. */
const TICK_S = 1
/** Two tellings take unequal time to their pins. */
const JITTER_MS = 200
/** A float that is dry for less is only water that sloshes. */
const SLOSH_S = 2
/** A device that does not answer is missed after three and a half seconds, or three polls of one. */
const MISSED_S = 5

export function tryInterlocks(kind: Wiring): void {
  let house: WiredHouse | undefined
  afterEach(async () => {
    await house?.close()
    house = undefined
  })
  const start = async (options: WiredOptions = {}) => {
    house = await wiredHouse(kind, options)
    return house
  }
  /** Water flows through the first valve. */
  const watering = async (options: WiredOptions = {}) => {
    const one = await start(options)
    await one.insist('valve1')
    await one.insist('pump')
    await one.until(() => one.value('pump') === 1, 10, 'the pump runs')
    return one
  }
  /** It stays at rest so long, whoever asks. */
  const rests = async (one: WiredHouse, name: Name, seconds: number) => {
    const from = one.now()
    expect(one.value(name)).toBe(0)
    await one.pass(seconds)
    expect(one.edgesOf(name, from)).toEqual([])
  }
  const offWithin = (one: WiredHouse, name: Name, seconds: number) =>
    one.until(() => one.value(name) === 0, seconds, `${name} rests`)

  describe(`a pump over ${kind}`, () => {
    test('never begins while every valve is shut, and after the lead time of one that is open', async () => {
      const one = await start()
      await one.insist('pump')
      await rests(one, 'pump', 12)
      expect(one.held('pump')).toBe('valve-open')
      await one.insist('valve1')
      await one.until(() => one.value('pump') === 1, 3 + TICK_S + 2 * WIRE_S, 'the pump runs')
      const [opened] = one.edgesOf('valve1')
      const [begun] = one.edgesOf('pump')
      expect((begun?.at ?? 0) - (opened?.at ?? 0)).toBeGreaterThanOrEqual(3_000)
    })

    test('stops when the float falls dry, and stays so', async () => {
      const one = await watering()
      one.site.wet = false
      await offWithin(one, 'pump', SLOSH_S + TICK_S + WIRE_S)
      await rests(one, 'pump', 8)
      one.site.wet = true
      await one.until(() => one.value('pump') === 1, 2, 'the pump runs again')
    })

    test('stops when the tank is low, and stays so', async () => {
      const one = await watering()
      one.site.tank = 5
      await offWithin(one, 'pump', 1 + WIRE_S)
      await rests(one, 'pump', 8)
    })

    test('stops above the most pressure', async () => {
      const one = await watering()
      one.site.pressure = 500
      await offWithin(one, 'pump', 1 + 2 + TICK_S + WIRE_S)
      await rests(one, 'pump', 8)
    })

    test('stops when the wire of its pressure transducer is cut', async () => {
      const one = await watering()
      one.site.wireCut = true
      await offWithin(one, 'pump', 1 + 2 + TICK_S + WIRE_S)
      await rests(one, 'pump', 8)
    })

    test('latches below the least pressure', async () => {
      const pressure = { device: 'gh-board', channel: 'pressure', most: 400, least: 50, within_s: 8 }
      const one = await watering({ equipment: { pump: { pressure } } })
      one.site.pressure = 20
      await offWithin(one, 'pump', 8 + TICK_S + WIRE_S)
      one.site.pressure = null
      await rests(one, 'pump', 8)
      expect(one.held('pump')).toBe('pressure-low')
      expect(one.reset('pump').ok).toBe(true)
      await one.until(() => one.value('pump') === 1, TICK_S + WIRE_S, 'the pump runs again')
    })

    test('latches when it runs dry; freed while it is still dry it latches again', async () => {
      const one = await start()
      one.site.dry = true
      one.site.pressure = 100
      await one.insist('valve1')
      await one.insist('pump')
      await one.until(() => one.value('pump') === 1, 10, 'the pump runs')
      await offWithin(one, 'pump', 10 + TICK_S + WIRE_S)
      one.reset('pump')
      await one.until(() => one.value('pump') === 1, 5, 'the pump runs again')
      await offWithin(one, 'pump', 10 + TICK_S + WIRE_S)
      one.site.dry = false
      await rests(one, 'pump', 8)
      expect(one.held('pump')).toBe('dry-run')
      one.reset('pump')
      await one.until(() => one.value('pump') === 1, TICK_S + WIRE_S, 'the pump runs again')
      await one.pass(12)
      expect(one.value('pump')).toBe(1)
    })

    test('stays latched over a power cut', async () => {
      const one = await start()
      one.site.dry = true
      one.site.pressure = 100
      await one.insist('valve1')
      await one.insist('pump')
      await one.until(() => one.held('pump') === 'dry-run', 20, 'it latches')
      await offWithin(one, 'pump', WIRE_S)
      one.site.dry = false
      await one.powerCut()
      await one.insist('valve1')
      await one.insist('pump')
      await rests(one, 'pump', 15)
      expect(one.value('valve1')).toBe(1)
    })

    test('runs no longer than its longest run, and rests after it', async () => {
      const one = await watering({ equipment: { pump: { longest_run_s: 15, long_rest_s: 10 } } })
      await offWithin(one, 'pump', 15 + TICK_S + WIRE_S)
      await rests(one, 'pump', 9)
      await one.until(() => one.value('pump') === 1, 1 + TICK_S + WIRE_S, 'the pump runs again')
    })

    test('starts no more often within an hour than it may, and rests between', async () => {
      const one = await watering({ equipment: { pump: { starts_per_hour: 3 } } })
      for (let nth = 0; nth < 5; nth++) {
        await one.insist('pump', 0)
        await one.pass(1)
        await one.insist('pump', 1)
        await one.pass(6)
      }
      const edges = one.edgesOf('pump')
      expect(edges.filter(({ value }) => value === 1)).toHaveLength(3)
      for (const [index, { value, at }] of edges.entries()) {
        const before = edges[index - 1]
        if (value === 1 && before !== undefined)
          expect(at - before.at).toBeGreaterThanOrEqual(4_000 - JITTER_MS)
      }
    })

    test('runs on through a valve that stays open though nobody tells it so again', async () => {
      const one = await start({ equipment: { pump: { valve_fresh_s: 10 } } })
      await one.hold('valve1')
      await one.hold('pump')
      await one.until(() => one.value('pump') === 1, 10, 'the pump runs')
      const from = one.now()
      await one.pass(25)
      expect(one.edgesOf('pump', from)).toEqual([])
    })

    test('stops when the board of its valves is lost, and stays so', async () => {
      const one = await watering()
      one.lose('gh-valves', true)
      await offWithin(one, 'pump', MISSED_S + TICK_S)
      await rests(one, 'pump', 8)
      expect(one.value('valve1')).toBe(1)
    })

    test('stops when the board of its float and its meter is lost', async () => {
      const one = await watering()
      const before = one.heartbeat()
      await one.until(() => one.heartbeat() !== before, 2, 'the heart of the board beats')
      one.lose('gh-board', true)
      if (kind === 'modbus') {
        await offWithin(one, 'pump', MISSED_S + TICK_S)
        return rests(one, 'pump', 8)
      }
      // It hangs on the same board, which nobody reaches: the watchdog relay lets go once the heartbeat stands still.
      const beat = one.heartbeat()
      for (let nth = 0; nth < 50; nth++) {
        await one.pass(0.1)
        expect(one.heartbeat()).toBe(beat)
      }
    })

    test('whose own board was lost is at rest before anything else, and begins anew with its lead', async () => {
      const one = await watering()
      const board = kind === 'firmata' ? 'gh-board' : 'gh-relays'
      one.lose(board, true)
      await one.insist('valve1', 0)
      await one.until(() => one.value('valve1') === 0, MISSED_S + 10 + TICK_S, 'the valve shuts all the same')
      expect(one.value('pump')).toBe(1)
      const from = one.now()
      one.lose(board, false)
      await one.until(() => one.value('pump') === 0, 20, 'the pump rests')
      await rests(one, 'pump', 5)
      expect(one.edgesOf('pump', from).map(({ value }) => value)).toEqual([0])
    })
  })

  describe(`a valve over ${kind}`, () => {
    test('shuts behind its pump, not against it', async () => {
      const one = await watering()
      await one.insist('valve1', 0)
      await one.until(() => one.value('valve1') === 0, 2 + TICK_S + 2 * WIRE_S, 'the valve shuts')
      const stopped = one.edgesOf('pump').at(-1)
      const shut = one.edgesOf('valve1').at(-1)
      expect(stopped?.value).toBe(0)
      expect((shut?.at ?? 0) - (stopped?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
      await rests(one, 'pump', 5)
    })

    test('is open no longer than its longest run, behind its pump as well', async () => {
      const one = await watering({ equipment: { valve1: { longest_run_s: 15, rest_s: 5, most_s: 10 } } })
      await one.until(() => one.value('valve1') === 0, 15 + 2 * TICK_S + 2 + WIRE_S, 'the valve shuts')
      const stopped = one.edgesOf('pump').at(-1)
      const shut = one.edgesOf('valve1').at(-1)
      expect((shut?.at ?? 0) - (stopped?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
      await rests(one, 'valve1', 4)
    })

    test('shuts behind its pump when the node ends', async () => {
      const one = await watering()
      await one.insist('mister')
      await one.pass(1)
      await one.end()
      expect([one.value('pump'), one.value('valve1'), one.value('mister')]).toEqual([0, 0, 0])
      // Each board has a line of its own: told in this order, they hear it in the same moment.
      expect(one.edgesOf('pump').at(-1)?.at).toBeLessThanOrEqual(one.edgesOf('valve1').at(-1)?.at ?? 0)
    })

    test('is at rest with its pump after a power cut that left both on', async () => {
      const one = await watering()
      const from = one.now()
      await one.powerCut()
      await one.pass(16)
      expect([one.value('pump'), one.value('valve1')]).toEqual([0, 0])
      expect(one.edgesOf('pump', from).map(({ value }) => value)).toEqual([0])
    })
  })

  describe(`a dosing pump over ${kind}`, () => {
    test('never doses into standing water, nor through a shut valve', async () => {
      const one = await start()
      one.site.dry = true
      one.site.pressure = 100
      await one.insist('acid')
      await rests(one, 'acid', 5)
      await one.insist('valve1')
      await rests(one, 'acid', 6)
      await one.insist('pump')
      await rests(one, 'acid', 7)
      expect(one.value('pump')).toBe(1)
      one.site.dry = false
      const flows = one.now()
      await one.until(() => one.value('acid') === 1, 5 + 3 + 1 + TICK_S, 'it doses')
      expect(one.now() - flows).toBeGreaterThanOrEqual(5_000)
    })

    test('stops when the flow does', async () => {
      const one = await watering({ equipment: { acid: { longest_pulse_s: 100 } } })
      await one.insist('acid')
      await one.until(() => one.value('acid') === 1, 10, 'it doses')
      one.site.dry = true
      // The meter averages over three seconds and is told each second.
      await offWithin(one, 'acid', 3 + 1 + WIRE_S)
      await rests(one, 'acid', 8)
    })

    test('stops before its valve shuts', async () => {
      const one = await watering({ equipment: { acid: { longest_pulse_s: 100 } } })
      await one.insist('acid')
      await one.until(() => one.value('acid') === 1, 10, 'it doses')
      await one.insist('valve1', 0)
      await one.until(() => one.value('valve1') === 0, 5, 'the valve shuts')
      expect(one.value('acid')).toBe(0)
      expect(one.edgesOf('acid').at(-1)?.at).toBeLessThan(one.edgesOf('valve1').at(-1)?.at ?? 0)
      await rests(one, 'acid', 5)
    })

    test('acid is never dosed with base, nor before the pipe is flushed of it', async () => {
      const one = await watering()
      await one.insist('acid')
      await one.insist('base')
      await one.until(() => one.value('acid') === 1 || one.value('base') === 1, 10, 'one doses')
      const first = one.value('acid') === 1 ? 'acid' : 'base'
      const other = first === 'acid' ? 'base' : 'acid'
      await one.pass(8)
      // The second waits for as long as the first asks for more: then the first gives way.
      await one.insist(first, 0)
      const from = one.now()
      await one.until(() => one.value(other) === 1, 8 + 6 + 2 * TICK_S, 'the other doses')
      const rested = one.edgesOf(first).findLast(({ value }) => value === 0)?.at ?? 0
      const begun = one.edgesOf(other).find(({ value }) => value === 1)?.at ?? 0
      expect(begun - rested).toBeGreaterThanOrEqual(8_000)
      expect(from).toBeLessThan(begun)
      await one.insist(first, 1)
      await one.pass(5)
      expect(one.value('acid') + one.value('base')).toBeLessThanOrEqual(1)
      const on = new Set<string>()
      for (const { name, value } of one.edges) {
        if (name !== 'acid' && name !== 'base') continue
        if (value === 1) on.add(name)
        else on.delete(name)
        expect(on.size).toBeLessThan(2)
      }
    })

    test('runs no more within a day than its budget, over a power cut as well', async () => {
      const one = await watering({ equipment: { acid: { daily_s: 10, longest_pulse_s: 4 } } })
      const dosed_s = () => {
        let since: number | null = null
        let sum = 0
        for (const { at, value } of one.edgesOf('acid')) {
          if (value === 1) since ??= at
          else if (since !== null) {
            sum += at - since
            since = null
          }
        }
        return (sum + (since === null ? 0 : one.now() - since)) / 1_000
      }
      await one.insist('acid')
      await one.pass(12)
      const before = dosed_s()
      expect(before).toBeGreaterThan(2)
      await one.powerCut()
      await one.insist('valve1')
      await one.insist('pump')
      await one.insist('acid')
      await one.pass(45)
      expect(one.value('pump')).toBe(1)
      expect(dosed_s()).toBeLessThanOrEqual(10 + TICK_S + WIRE_S)
      expect(one.held('acid')).toBe('run-budget')
      await rests(one, 'acid', 3)
    })
  })

  describe(`a mister over ${kind}`, () => {
    test('never mists in damp air, and stops when the air gets damp', async () => {
      const one = await start()
      one.site.humidity = 95
      await one.pass(2)
      await one.insist('mister')
      await rests(one, 'mister', 6)
      one.site.humidity = 60
      await one.until(() => one.value('mister') === 1, 1 + TICK_S, 'it mists')
      one.site.humidity = 95
      await offWithin(one, 'mister', 1 + WIRE_S)
    })

    test('stops when the air is not measured any more', async () => {
      const one = await start()
      await one.insist('mister')
      await one.until(() => one.value('mister') === 1, 2, 'it mists')
      one.lose('gh-air', true)
      await offWithin(one, 'mister', MISSED_S + TICK_S)
      await rests(one, 'mister', 8)
    })

    test('stops when the float falls dry, and at the end of its longest run, and rests after it', async () => {
      const one = await start({ equipment: { mister: { longest_run_s: 8, rest_s: 4 } } })
      await one.insist('mister')
      await one.until(() => one.value('mister') === 1, 2, 'it mists')
      await offWithin(one, 'mister', 8 + TICK_S + WIRE_S)
      await rests(one, 'mister', 3)
      await one.until(() => one.value('mister') === 1, 3, 'it mists again')
      one.site.wet = false
      await offWithin(one, 'mister', SLOSH_S + TICK_S + WIRE_S)
      await rests(one, 'mister', 6)
    })
  })

  test.each([
    ['fan', 4],
    ['lamp', 2],
  ] as const)(`a %s over ${kind} changes no more often than %d times a minute`, async (name, most) => {
    const one = await start()
    for (let nth = 0; nth < 34; nth++) {
      await one.insist(name, nth % 2 === 0 ? 0 : 1)
      await one.pass(2)
    }
    const changes = one.edgesOf(name).map(({ at }) => at)
    expect(changes.length).toBeGreaterThanOrEqual(most)
    for (const [index, at] of changes.entries()) {
      const before = changes[index - most]
      if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(60_000 - JITTER_MS)
    }
  })
}
