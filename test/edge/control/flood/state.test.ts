import { describe, expect, test } from 'vitest'
import type { FloodStation } from '../../../../core/documents/flood-station.ts'
import { createFloodState, type FloodState, restoreFloodState } from '../../../../edge/control/flood/state.ts'
import { step } from '../../../../edge/control/flood/step.ts'
import { DONG_HA, START, trial } from './station.ts'

/** What a disk gives back. */
function fromDisk(state: FloodState): FloodState {
  const restored = restoreFloodState(JSON.parse(JSON.stringify(state)))
  if (!restored.ok) throw new Error(restored.error.code)
  return restored.value
}

function flooded() {
  const it = trial()
  for (const stage of [1.9, 4.2, 4.2]) it.stage(stage)
  return it
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

describe('the state over a power cut', () => {
  test('an alarm in force goes on, under the same id, and sounds with the first tick', () => {
    const it = flooded()
    it.reboot(fromDisk(it.state()), 60_000)
    const told = it.give({ type: 'tick' })
    expect(told.events).toEqual([])
    expect(told.outputs).toContainEqual(expect.objectContaining({ output: 'relay1', value: 1 }))
    expect(it.state().alarms.active.level?.id).toBe(it.events[0]?.alarm)
  })
  test('a hold begins again', () => {
    const it = flooded()
    for (let i = 0; i < 6; i++) it.stage(1)
    expect(it.levelLog()).toEqual(['raised 3'])
    it.reboot(fromDisk(it.state()), 60_000)
    it.stage(1)
    for (let i = 0; i < 5; i++) it.stage(1)
    expect(it.levelLog()).toEqual(['raised 3'])
    it.stage(1)
    expect(it.levelLog()).toEqual(['raised 3', 'cleared 0'])
  })
  test('a silence goes on for what is left of it by the wall clock', () => {
    const it = flooded()
    it.give({ type: 'silence', who: 'Lan', forMin: 10 })
    it.reboot(fromDisk(it.state()), 300_000)
    it.wait(299)
    expect(it.levelLog().at(-1)).toBe('silenced 3')
    it.wait(2)
    expect(it.levelLog().at(-1)).toBe('resounded 3')
  })
  test('a silence is over when more time has passed than it had', () => {
    const it = flooded()
    it.give({ type: 'silence', who: 'Lan', forMin: 10 })
    it.reboot(fromDisk(it.state()), 3_600_000)
    expect(it.give({ type: 'tick' }).events[0]?.event).toBe('resounded')
  })
  test('a wall clock that wakes in the past takes nothing back', () => {
    const it = flooded()
    const before = it.state().timeline.t
    it.reboot(fromDisk(it.state()), -40 * 365 * 86_400_000)
    it.give({ type: 'tick' })
    expect(it.state().timeline.t).toBe(before)
    expect(it.state().level.inForce).toBe(3)
  })
  test('serial numbers are never given twice', () => {
    const it = flooded()
    it.reboot(fromDisk(it.state()), 1000)
    for (let i = 0; i < 8; i++) it.stage(1)
    for (const stage of [2.1, 2.1]) it.stage(stage)
    const ids = it.events.filter(({ rule }) => rule === 'level').map(({ alarm }) => alarm)
    expect(new Set(ids).size).toBe(2)
  })
  test('serial numbers are not those of a memory that was lost with its disk', () => {
    const before = flooded()
    const after = trial(DONG_HA, before.now() + 86_400_000)
    for (const stage of [2.1, 2.1]) after.stage(stage)
    expect(after.events[0]?.alarm).not.toBe(before.events[0]?.alarm)
  })
  test('an output that did not obey is neither told of again nor called well', () => {
    const it = flooded()
    it.wait(410, 10)
    const before = it.log()
    expect(before.at(-1)).toBe('output-fault raised 0')
    it.reboot(fromDisk(it.state()), 60_000)
    it.wait(100, 10)
    expect(it.log()).toEqual(before)
  })
  test('a sensor that is stuck stays so: nobody says that it moves, nor tells of it again', () => {
    const station = { ...DONG_HA, level: { ...DONG_HA.level, stuck: { after_h: 1, tolerance_m: 0.002 } } }
    const it = trial(station)
    for (let i = 0; i < 15; i++) it.stage(1.5)
    it.reboot(fromDisk(it.state()), 60_000)
    for (let i = 0; i < 15; i++) it.stage(1.5)
    expect(it.log()).toEqual(['sensor-stuck raised 0'])
  })
  test('a button that went down while nobody watched silences nothing', () => {
    const it = flooded()
    it.report('dh-button', { pressed: 0 })
    it.reboot(fromDisk(it.state()), 60_000)
    it.report('dh-button', { pressed: 1 })
    expect(it.levelLog()).toEqual(['raised 3'])
  })
  test('a silence from the disk lasts no longer than the station allows', () => {
    const it = flooded()
    it.give({ type: 'silence', who: 'Lan', forMin: 10 })
    const state = it.state()
    it.reboot(fromDisk({ ...state, silence: { untilT: 1e15, who: 'Lan' } }), 0)
    it.wait(1801)
    expect(it.levelLog().at(-1)).toBe('resounded 3')
  })
  test.each([
    ['newest sample', (state: FloodState) => ({ ...state, quality: { ...state.quality, newestT: 1e15 } })],
    ['proof', (state: FloodState) => ({ ...state, hops: { ...state.hops, level: 1e15 } })],
    ['timeline', (state: FloodState) => ({ ...state, timeline: { ...state.timeline, t: 1e300 } })],
  ])('a %s beyond the timeline is refused: it would make the station deaf', (_name, damage) => {
    expect(restoreFloodState(damage(flooded().state())).ok).toBe(false)
  })
  test('the state is the same JSON before and after the disk', () => {
    const { state } = flooded()
    expect(JSON.parse(JSON.stringify(state()))).toEqual(state())
  })
  test('a damaged state is refused with a code', () => {
    const damaged = { ...flooded().state(), level: { inForce: 'three' } }
    const restored = restoreFloodState(damaged)
    expect(restored.ok ? undefined : restored.error.code).toBe('FLOOD_STATE_UNREADABLE')
  })
  test('nothing at all is refused too', () => {
    expect(restoreFloodState(undefined).ok).toBe(false)
  })
})

describe('a document changed while the station runs', () => {
  const lower = (stage_m: number): FloodStation => ({ ...DONG_HA, levels: [{ level: 1, stage_m }] })

  test('a lowered level is raised at once by the samples at hand', () => {
    const it = trial()
    for (const stage of [1.5, 1.6, 1.6]) it.stage(stage)
    const told = it.give({ type: 'document', document: lower(1.5) })
    expect(told.events.map(({ event, level }) => `${event} ${level}`)).toEqual(['raised 1'])
    expect(told.outputs).toContainEqual(expect.objectContaining({ output: 'relay1', value: 1 }))
  })
  test('a raised level gives the alarm up after the hold, not before', () => {
    const it = trial()
    for (const stage of [2.1, 2.1]) it.stage(stage)
    it.give({ type: 'document', document: lower(5) })
    for (let i = 0; i < 6; i++) it.stage(2.1)
    expect(it.levelLog()).toEqual(['raised 1'])
    it.stage(2.1)
    expect(it.levelLog()).toEqual(['raised 1', 'cleared 0'])
  })
  test('the same document again changes nothing: a hold that runs goes on', () => {
    const it = trial()
    for (const stage of [2.1, 2.1]) it.stage(stage)
    for (let i = 0; i < 7; i++) {
      it.stage(1)
      it.give({ type: 'document', document: structuredClone(DONG_HA) })
    }
    expect(it.levelLog()).toEqual(['raised 1', 'cleared 0'])
  })
  test('an output that is no longer named comes to rest', () => {
    const it = trial()
    for (const stage of [2.1, 2.1]) it.stage(stage)
    const told = it.give({ type: 'document', document: { ...DONG_HA, alarms: DONG_HA.alarms.slice(0, 1) } })
    expect(told.outputs).toContainEqual(expect.objectContaining({ output: 'relay2', value: 0 }))
    expect(it.state().hops).not.toHaveProperty('dh-siren/relay2')
  })
  test('another datum forgets the samples and keeps the alarm', () => {
    const it = flooded()
    it.give({ type: 'document', document: { ...DONG_HA, level: { ...DONG_HA.level, datum_m: 12 } } })
    expect(it.state().level).toMatchObject({ inForce: 3, window: [] })
    expect(it.state().quality.good).toBeNull()
  })
  test('an alarm whose limit is gone is cleared', () => {
    const it = trial({ ...DONG_HA, rise: { m_per_h: 0.1, over_min: 10 } })
    for (let i = 0; i < 6; i++) it.stage(0.5 + 0.05 * i)
    const told = it.give({ type: 'document', document: DONG_HA })
    expect(told.events.map(({ rule, event }) => `${rule} ${event}`)).toEqual(['rise cleared'])
  })
  test('the document of another station is left aside', () => {
    const it = flooded()
    it.give({ type: 'document', document: { ...lower(1), id: 'elsewhere' } })
    expect(it.state().station.id).toBe('dong-ha')
  })
})

describe('a memory of any age', () => {
  test('of a rain gauge that reports each ten seconds for a day survives the disk', () => {
    const rain = {
      device: 'dh-rain',
      channel: 'tips',
      mm_per_count: 0.2,
      mm_per_h_max: 300,
      limits: [],
    }
    const it = trial({ ...DONG_HA, rain })
    for (let i = 0; i < 8640; i++) {
      it.wait(10, 10)
      it.report('dh-rain', { tips: Math.floor(i / 2) })
    }
    expect(it.latest('rain_24h')?.value).toBeCloseTo(864, -1)
    expect(restoreFloodState(it.state()).ok).toBe(true)
  })
  test('of a rise window that a document makes much longer survives the disk', () => {
    const it = trial({ ...DONG_HA, rise: { m_per_h: 5, over_min: 5 } })
    for (let i = 0; i < 400; i++) it.stage(1 + (i % 5) / 100, 3)
    it.give({ type: 'document', document: { ...DONG_HA, rise: { m_per_h: 5, over_min: 600 } } })
    for (let i = 0; i < 400; i++) it.stage(1 + (i % 5) / 100, 160)
    expect(restoreFloodState(it.state()).ok).toBe(true)
  })
})

describe('a step', () => {
  test('leaves the given state alone', () => {
    const it = flooded()
    const state = deepFreeze(structuredClone(it.state()))
    const mono = (state.timeline.mono ?? 0) + 1000
    const now = { at: START + 10_000_000, mono: mono as Parameters<typeof step>[2]['mono'] }
    const telemetry = { distance: 9 }
    expect(() => {
      step(state, { type: 'telemetry', device: 'dh-level', telemetry, failed: {}, at: now.at }, now)
      step(state, { type: 'silence', who: 'Lan', forMin: 3 }, now)
      step(state, { type: 'document', document: DONG_HA }, now)
    }).not.toThrow()
  })
  test('gives the same answer to the same question', () => {
    const run = () => {
      const it = flooded()
      for (let i = 0; i < 20; i++) it.stage(4 - i / 5)
      return { events: it.events, outputs: it.outputs, readings: it.readings, state: it.state() }
    }
    expect(run()).toEqual(run())
  })
  test('costs little: 20,000 and more a second, samples and ticks mixed', () => {
    const rounds = [1, 2, 3].map(() => stepsPerSecond(20_000))
    expect(Math.max(...rounds)).toBeGreaterThan(20_000)
  })
})

function stepsPerSecond(count: number): number {
  let state = createFloodState({ ...DONG_HA, rise: { m_per_h: 1, over_min: 60 } })
  let at = START
  const began = performance.now()
  for (let i = 0; i < count; i++) {
    at += 15_000
    const now = { at, mono: (at - START) as Parameters<typeof step>[2]['mono'] }
    const distance = 8 + Math.sin(i / 200)
    const report = { type: 'telemetry', device: 'dh-level', telemetry: { distance }, failed: {}, at } as const
    state = step(state, i % 2 === 0 ? report : { type: 'tick' }, now).state
  }
  return count / ((performance.now() - began) / 1000)
}
