import { describe, expect, test } from 'vitest'
import { DONG_HA, trial } from './station.ts'

type Trial = ReturnType<typeof trial>

function orders(it: Trial, output: string) {
  return it.outputs.filter((order) => order.output === output)
}

function flooded(stage = 2.1): Trial {
  const it = trial()
  it.stage(1.9)
  it.stage(stage)
  it.stage(stage)
  return it
}

function confirm(it: Trial, output: string, value: number) {
  return it.give({ type: 'output', device: 'dh-siren', requests: [{ output, value }], stage: 'confirmed' })
}

describe('alarm outputs', () => {
  test('are told to rest at the start, whatever the hardware did at power-up', () => {
    const it = trial()
    it.give({ type: 'tick' })
    expect(it.outputs.map(({ output, value, purpose }) => [output, value, purpose])).toEqual([
      ['relay1', 0, 'rest'],
      ['relay2', 0, 'rest'],
    ])
  })
  test('sound in the very step that raises the level', () => {
    const it = trial()
    it.stage(1.9)
    it.stage(2.1)
    const told = it.stage(2.1)
    expect(told.outputs).toContainEqual(
      expect.objectContaining({ output: 'relay1', value: 1, urgency: 'urgent', forS: 10 }),
    )
  })
  test('follow the pattern of the level, ten seconds on and twenty off, without restarting at a tick', () => {
    const it = flooded()
    const from = it.now()
    confirm(it, 'relay1', 1)
    it.wait(65)
    const told = orders(it, 'relay1').filter(({ at }) => at >= from)
    const changes = told.filter(({ value }, index) => index === 0 || told[index - 1]?.value !== value)
    expect(changes.map(({ at, value }) => [(at - from) / 1000, value])).toEqual([
      [0, 1],
      [10, 0],
      [30, 1],
      [40, 0],
      [60, 1],
    ])
  })
  test('sound on at once when the level rises in the middle of a pulse, and ask for a new answer', () => {
    const it = flooded()
    confirm(it, 'relay1', 1)
    it.stage(4.1, 185)
    const told = it.stage(4.1, 1)
    const steady = told.outputs.find(({ output }) => output === 'relay1')
    expect(it.state().level.inForce).toBe(3)
    expect(steady).toMatchObject({ value: 1, urgency: 'urgent' })
    expect(steady?.forS).toBeUndefined()
    expect(it.state().outputs['dh-siren/relay1']?.confirmed).toBe(false)
  })
  test('sound the alarm that comes in the middle of a self-test', () => {
    const it = trial()
    it.stage(4.1)
    it.wait(60)
    it.give({ type: 'self-test' })
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 1, purpose: 'self-test', forS: 2 })
    it.stage(4.1, 1)
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 1, purpose: 'alarm' })
  })
  test('a level without a pattern sounds as the one below it', () => {
    const it = flooded(3.1)
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 1, forS: 10 })
  })
  test('a pattern without pause sounds on and is renewed every minute', () => {
    const it = flooded(4.1)
    confirm(it, 'relay1', 1)
    const from = it.now()
    it.wait(185)
    const told = orders(it, 'relay1').filter(({ at }) => at > from)
    expect(told.map(({ at, value }) => [(at - from) / 1000, value])).toEqual([
      [60, 1],
      [120, 1],
      [180, 1],
    ])
  })
  test('what is not confirmed is told again, ever more slowly', () => {
    const it = flooded(4.1)
    const from = it.now()
    it.wait(120)
    const told = orders(it, 'relay1').filter(({ at }) => at > from)
    expect(told.map(({ at }) => (at - from) / 1000)).toEqual([15, 45, 105])
  })
  test('a driver that only says sent or failed proves nothing', () => {
    const it = flooded(4.1)
    const requests = [{ output: 'relay1', value: 1 }]
    it.give({ type: 'output', device: 'dh-siren', requests, stage: 'sent' })
    it.give({ type: 'output', device: 'dh-siren', requests, stage: 'failed' })
    expect(it.state().outputs['dh-siren/relay1']?.confirmed).toBe(false)
  })
  test('come to rest when the alarm is over', () => {
    const it = flooded(4.1)
    for (let i = 0; i < 10; i++) it.stage(1)
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 0, purpose: 'rest' })
  })
})

describe('what the device says of its outputs', () => {
  test('a siren that was switched off at the device is told again at once', () => {
    const it = flooded(4.1)
    confirm(it, 'relay1', 1)
    it.wait(40)
    const told = it.report('dh-siren', { relay1: 0, relay2: 1 })
    expect(told.outputs).toContainEqual(expect.objectContaining({ output: 'relay1', value: 1 }))
  })
  test('a siren that sounds by itself is told to rest', () => {
    const it = trial()
    it.wait(2)
    confirm(it, 'relay1', 0)
    confirm(it, 'relay2', 0)
    it.wait(600)
    const told = it.report('dh-siren', { relay1: 1, relay2: 0 })
    expect(told.outputs).toMatchObject([{ output: 'relay1', value: 0, purpose: 'rest' }])
  })
  test('a report from before the order contradicts nothing', () => {
    const it = flooded(4.1)
    const before = it.outputs.length
    it.report('dh-siren', { relay1: 0, relay2: 0 })
    expect(it.outputs.slice(before)).toEqual([])
    confirm(it, 'relay1', 1)
    expect(it.state().outputs['dh-siren/relay1']?.confirmed).toBe(true)
  })
  test('a device that goes on to contradict is told ever more slowly, not at each of its reports', () => {
    const it = trial()
    it.wait(2)
    confirm(it, 'relay1', 0)
    confirm(it, 'relay2', 0)
    const before = it.outputs.length
    for (let i = 0; i < 360; i++) {
      it.wait(10)
      confirm(it, 'relay1', 0)
      it.report('dh-siren', { relay1: 1, relay2: 0 })
    }
    expect(it.outputs.length - before).toBeLessThan(20)
  })
  test('what is read back is as good as a confirmation', () => {
    const it = flooded(4.1)
    it.wait(1)
    it.report('dh-siren', { relay1: 1, relay2: 1 })
    expect(it.state().outputs['dh-siren/relay1']).toMatchObject({
      confirmed: true,
      soundedT: it.state().timeline.t,
    })
  })
  test('a contact that is read back open has not sounded, though the order was confirmed', () => {
    const it = flooded(4.1)
    confirm(it, 'relay1', 1)
    it.report('dh-siren', { relay1: 0 })
    expect(it.state().outputs['dh-siren/relay1']).toMatchObject({ confirmed: false, soundedT: null })
  })
  test('a siren that missed its end for hours is told as soon as it is heard again', () => {
    const it = trial()
    it.wait(41_000, 10)
    const told = it.report('dh-siren', { relay1: 1, relay2: 0 })
    expect(told.outputs).toMatchObject([{ output: 'relay1', value: 0 }])
  })
  test('an output at rest that never answers is asked for ever, at last once an hour', () => {
    const it = trial()
    it.wait(86_400, 60)
    const told = orders(it, 'relay1').filter(({ purpose }) => purpose === 'rest')
    expect(told.length).toBeGreaterThan(24)
    expect(told.length).toBeLessThan(45)
  })
})

describe('an output that does not obey', () => {
  const faults = (it: Trial) =>
    it.events.filter(({ rule }) => rule === 'output-fault').map(({ event, text }) => `${event} ${text.en}`)

  test('a siren that does not answer in an alarm is told of within minutes, and when it answers', () => {
    const it = flooded(4.1)
    confirm(it, 'relay2', 1)
    it.wait(399)
    expect(faults(it)).toEqual([])
    it.wait(2)
    expect(faults(it)).toEqual([
      'raised A siren or beacon at Dong Ha does not obey: dh-siren/relay1. Somebody must go and see.',
    ])
    confirm(it, 'relay1', 1)
    expect(faults(it).at(-1)).toBe('cleared Sirens and beacons at Dong Ha obey again.')
  })
  test('the pauses of a pattern do not hide it', () => {
    const it = flooded(2.1)
    confirm(it, 'relay2', 1)
    it.wait(410)
    expect(faults(it)).toHaveLength(1)
  })
  test('a contact that answers and reads back open is told of', () => {
    const it = flooded(4.1)
    for (let i = 0; i < 42; i++) {
      confirm(it, 'relay1', 1)
      it.report('dh-siren', { relay1: 0, relay2: 1 })
      it.wait(10)
    }
    expect(faults(it)).toHaveLength(1)
  })
  test('a siren that sounds in calm and cannot be quieted is told of', () => {
    const it = trial()
    it.wait(2)
    for (let i = 0; i < 42; i++) {
      confirm(it, 'relay1', 0)
      it.report('dh-siren', { relay1: 1, relay2: 0 })
      it.wait(10)
    }
    expect(faults(it)).toHaveLength(1)
  })
  test('a radio that is silent in calm is no fault of the siren, and obeying is none', () => {
    const it = trial()
    it.wait(3600, 10)
    for (const stage of [4.1, 4.1]) it.stage(stage)
    for (let i = 0; i < 400; i++) {
      it.wait(10)
      confirm(it, 'relay1', 1)
      it.report('dh-siren', { relay1: 1, relay2: 1 })
    }
    expect(faults(it)).toEqual([])
  })
})

describe('silence at the site', () => {
  test('quiets the siren and leaves the beacon', () => {
    const it = flooded(4.1)
    it.give({ type: 'silence', who: 'Lan', forMin: 10 })
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 0 })
    expect(orders(it, 'relay2').at(-1)).toMatchObject({ value: 1 })
    expect(it.log().at(-1)).toBe('level silenced 3')
    expect(it.latest('silenced_until')?.value).toBe(it.now() / 1000 + 600)
  })
  test('is broken at once by a higher level', () => {
    const it = flooded(2.1)
    it.give({ type: 'silence', who: 'Lan', forMin: 30 })
    it.stage(3.1)
    const told = it.stage(3.1)
    expect(told.events.map(({ event, level }) => `${event} ${level}`)).toEqual(['raised 2', 'resounded 2'])
    expect(told.outputs).toContainEqual(expect.objectContaining({ output: 'relay1', value: 1 }))
  })
  test('ends by itself after the longest time that the station allows', () => {
    const it = flooded(4.1)
    it.give({ type: 'silence', who: 'Lan', forMin: 100_000 })
    for (let i = 0; i < 5; i++) it.stage(4.1)
    expect(it.levelLog().at(-1)).toBe('silenced 3')
    for (let i = 0; i < 2; i++) it.stage(4.1)
    expect(it.levelLog().at(-1)).toBe('resounded 3')
    expect(it.latest('silenced_until')?.value).toBe(0)
  })
  test('can be taken back', () => {
    const it = flooded(4.1)
    it.give({ type: 'silence', who: 'Lan', forMin: 10 })
    it.give({ type: 'unsilence', who: 'Minh' })
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 1 })
  })
  test('cannot be laid up before an alarm', () => {
    const it = trial()
    it.stage(1.9)
    it.give({ type: 'silence', who: 'Lan', forMin: 30 })
    it.stage(2.1)
    it.stage(2.1)
    expect(orders(it, 'relay1').at(-1)).toMatchObject({ value: 1 })
  })
  test('does not last longer when the wall clock is set back', () => {
    const it = flooded(4.1)
    it.give({ type: 'silence', who: 'Lan', forMin: 5 })
    it.stepWall(-86_400_000)
    it.wait(301)
    expect(it.levelLog().at(-1)).toBe('resounded 3')
  })
  test('a press of the button silences, once', () => {
    const it = flooded(4.1)
    for (const pressed of [0, 1, 1, 0]) it.report('dh-button', { pressed })
    expect(it.levelLog()).toEqual(['raised 3', 'silenced 3'])
  })
  test('a button that was down from the start silences nothing', () => {
    const it = flooded(4.1)
    it.report('dh-button', { pressed: 1 })
    it.report('dh-button', { pressed: 1 })
    expect(it.levelLog()).toEqual(['raised 3'])
  })
})

describe('the daily self-test', () => {
  /** Half an hour before the test of 09:00 in Đông Hà. */
  const BEFORE = Date.UTC(2026, 9, 1, 1, 30)

  test('pulses every output at its local time and passes when all are confirmed', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(1799)
    expect(it.outputs.filter(({ value }) => value === 1)).toEqual([])
    it.wait(1)
    expect(it.outputs.slice(-2)).toMatchObject([
      { output: 'relay1', value: 1, forS: 2, purpose: 'self-test' },
      { output: 'relay2', value: 1, forS: 2, purpose: 'self-test' },
    ])
    it.wait(5)
    confirm(it, 'relay1', 1)
    confirm(it, 'relay2', 1)
    expect(it.outputs.at(-1)).toMatchObject({ value: 0, purpose: 'rest' })
    expect(it.log().filter((line) => line.startsWith('self'))).toEqual(['self-test note 0'])
  })
  test('holds the pulse until it is confirmed, for a radio that loses the first order', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(1802)
    it.wait(10)
    expect(it.outputs.at(-1)?.value).toBe(1)
    confirm(it, 'relay1', 1)
    confirm(it, 'relay2', 1)
    expect(it.outputs.slice(-2)).toMatchObject([{ value: 0 }, { value: 0 }])
    expect(it.log().at(-1)).toBe('self-test note 0')
  })
  test('ends a pulse that nobody confirms within half a minute', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(1831)
    expect(it.outputs.slice(-2)).toMatchObject([{ value: 0 }, { value: 0 }])
  })
  test('names the output that was not confirmed, and clears with the next good test', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(1805)
    confirm(it, 'relay1', 1)
    it.wait(600)
    const raised = it.events.find(({ rule }) => rule === 'self-test')
    expect(raised).toMatchObject({ event: 'raised', level: 0 })
    expect(raised?.text.en).toContain('dh-siren/relay2')
    expect(raised?.text.en).not.toContain('dh-siren/relay1')
    it.give({ type: 'self-test' })
    confirm(it, 'relay1', 1)
    confirm(it, 'relay2', 1)
    expect(it.log().at(-1)).toBe('self-test cleared 0')
  })
  test('does not pulse a station in alarm: what sounds and is confirmed is its proof', () => {
    const it = flooded(4.1)
    confirm(it, 'relay1', 1)
    confirm(it, 'relay2', 1)
    const before = it.outputs.length
    it.give({ type: 'self-test' })
    expect(it.outputs.slice(before)).toEqual([])
    expect(it.log().at(-1)).toBe('self-test note 0')
  })
  test('runs once a day though the wall clock is set back over its time', () => {
    const it = trial(DONG_HA, BEFORE)
    it.wait(1801)
    confirm(it, 'relay1', 1)
    confirm(it, 'relay2', 1)
    it.stepWall(-60_000)
    it.wait(50)
    expect(it.log().filter((line) => line.startsWith('self'))).toHaveLength(1)
  })
})

describe('a self-test that was missed', () => {
  test('is not made up for at an odd hour', () => {
    const it = trial()
    it.wait(10)
    it.stepWall(3 * 86_400_000 + 12 * 3_600_000)
    it.wait(60)
    expect(it.outputs.filter(({ value }) => value === 1)).toEqual([])
  })
})

describe('proof of the path', () => {
  test('each hop that was silent for a day is named in one alarm', () => {
    const it = trial()
    it.wait(87_120, 60)
    const alarm = it.events.find(({ rule }) => rule === 'path-unproven')
    expect(alarm?.text.en).toBe(
      'Alarm path at Dong Ha not proven within 24 h: level sensor, gateway, output dh-siren/relay1, output dh-siren/relay2.',
    )
  })
  test('the daily test may be answered later today than yesterday', () => {
    const it = trial(DONG_HA, Date.UTC(2026, 9, 1, 1, 59))
    for (const late of [5, 90, 300, 590, 20]) {
      it.wait(60 + late, 5)
      for (const output of ['relay1', 'relay2']) confirm(it, output, 1)
      const rest = 86_400 - 60 - late
      for (let i = 1; i <= rest / 300; i++) it.stage(1 + i / 1000)
      it.wait(rest % 300, 5)
    }
    expect(it.log().filter((line) => line.startsWith('path'))).toEqual([])
  })
  test('a hop that is proven again leaves the alarm, the last one clears it', () => {
    const it = trial()
    it.wait(87_120, 60)
    it.stage(1.5)
    confirm(it, 'relay1', 0)
    confirm(it, 'relay2', 0)
    const told = it.events.filter(({ rule }) => rule === 'path-unproven')
    expect(told.map(({ event }) => event)).toEqual(['raised', 'note', 'note', 'cleared'])
    expect(new Set(told.map(({ alarm }) => alarm)).size).toBe(1)
  })
  test('a stranger device proves nothing', () => {
    const it = trial()
    it.report('someone-else', { distance: 3 })
    it.wait(87_120, 60)
    expect(it.state().unproven).toContain('gateway')
  })
})
