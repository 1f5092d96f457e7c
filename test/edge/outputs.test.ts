import { describe, expect, test } from 'vitest'
import { fault } from '../../core/errors.ts'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { err, ok } from '../../core/result.ts'
import type { OutputRequest } from '../../devices/define.ts'
import type { ControlOutput } from '../../edge/control/controller.ts'
import { createOutputs } from '../../edge/outputs.ts'
import { createRefusals } from '../../edge/refusals.ts'
import type { ConnectRadio } from '../../sim/devices/equipment.ts'
import { createRelayBox } from '../../sim/devices/relay-box.ts'
import type { RelayModel } from '../../sim/devices/relay-dialect.ts'
import { definition } from './node.ts'

/** Outputs over virtual relays that hear every downlink at once: the bytes are real, the radio is perfect. */
function bench(model: RelayModel, speed = 1) {
  const clock = fakeClock()
  const wall = {
    ...clock,
    monotonic: () => (clock.monotonic() / speed) as ReturnType<typeof clock.monotonic>,
  }
  const device = definition(model)
  const requests: (OutputRequest & { readonly at: number })[] = []
  let hear: (bytes: Uint8Array, fPort: number) => void = () => {}
  const connect: ConnectRadio = (wishes) => {
    hear = (bytes, fPort) => wishes.onDownlink({ fPort, bytes, group: false })
    return {
      start() {},
      stop() {},
      send() {},
      state: () => ({ joined: true, fCntUp: 0, joinRequests: 1, joins: 1, waiting: 0 }),
    }
  }
  const box = createRelayBox({
    id: 'siren',
    model,
    serial: [1, 2, 3, 4, 5, 6, 7, 8],
    loads: { relay1: 'siren' },
    every_s: 3_600,
    clock,
    random: seededRandom(1),
    connect,
  })
  box.start()
  let nodeLives = true
  let refusing = false
  const outputs = createOutputs({
    clock,
    wall,
    speed,
    definitions: new Map([['siren', device]]),
    driverOf: () => ({
      name: 'played',
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      drive(_device, wanted) {
        if (refusing) return err(fault('LORAWAN_QUEUE_FULL', { device: 'siren', limit: 1 }))
        requests.push(...wanted.map((request) => ({ ...request, at: clock.monotonic() })))
        const downlinks = device.via.lorawan?.encode?.(wanted)
        if (downlinks === undefined || !downlinks.ok) throw new Error('not encoded')
        for (const { bytes, fPort } of downlinks.value) hear(bytes, fPort)
        return ok(undefined)
      },
    }),
    refusals: createRefusals({ clock, log: silentLog }),
  })
  return {
    clock,
    outputs,
    requests,
    refuse(value: boolean) {
      refusing = value
    },
    wish(value: 0 | 1, more: Partial<ControlOutput> = {}, owner = 'station') {
      const reason = { vi: 'thử', en: 'test' }
      const wish = {
        device: 'siren',
        output: 'relay1',
        value,
        urgency: 'urgent',
        purpose: 'alarm',
        again: true,
      } as const
      outputs.claim(owner, [{ ...wish, validS: 200, reason, ...more }])
    },
    sounding: () => box.snapshot().outputs?.[0]?.sounding ?? false,
    kill() {
      nodeLives = false
    },
    async pass(seconds: number) {
      for (let left = seconds; left > 0; left--) {
        await clock.advance(1_000)
        if (nodeLives) outputs.tick()
      }
    },
  }
}

describe('a dead node leaves no siren sounding for ever', () => {
  test('on a WS558 the siren ends by itself within the dead-man time', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    one.kill()
    await one.pass(890)
    expect(one.sounding()).toBe(true)
    await one.pass(20)
    expect(one.sounding()).toBe(false)
  })

  test('on an LT-22222-L it ends within the longest time that the hardware counts', async () => {
    const one = bench('dragino-lt-22222-l')
    one.wish(1)
    one.kill()
    await one.pass(60)
    expect(one.sounding()).toBe(true)
    await one.pass(10)
    expect(one.sounding()).toBe(false)
  })
})

describe('a living node', () => {
  test.each(['milesight-ws558', 'dragino-lt-22222-l'] as const)(
    'renews the time of a %s well before it runs out: no gap in an hour',
    async (model) => {
      const one = bench(model)
      for (let minute = 0; minute < 60; minute++) {
        one.wish(1)
        for (let second = 0; second < 60; second++) {
          await one.pass(1)
          expect(one.sounding()).toBe(true)
        }
      }
      const gaps = one.requests.map(({ at }, index) => at - (one.requests[index - 1]?.at ?? at))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(61_000)
      expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(10_000)
    },
  )

  test('lets a siren go quiet when its owner falls silent, long before the dead-man time', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    await one.pass(201)
    expect(one.sounding()).toBe(false)
    expect(one.outputs.views()[0]?.decision.owner).toBe('default')
  })

  test("keeps an owner's own end: a pulse is not made longer by the dead-man time", async () => {
    const one = bench('dragino-lt-22222-l')
    one.wish(1, { forS: 5 })
    await one.pass(6)
    expect(one.sounding()).toBe(false)
    expect(one.requests[0]?.forS).toBe(5)
  })

  test('asks for no time where renewals could not keep up with the hardware', async () => {
    const one = bench('dragino-lt-22222-l', 60)
    one.wish(1)
    expect(one.requests[0]?.forS).toBeUndefined()
  })

  test('asks for a longer time on a fast clock, so that renewals come before it ends', async () => {
    const one = bench('milesight-ws558', 600)
    one.wish(1)
    expect(one.requests[0]?.forS).toBe(18_000)
  })
})

describe('two stations that share a siren', () => {
  test('the calm of one does not quiet the alarm of the other', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    one.wish(0, { purpose: 'rest' }, 'upstream')
    await one.pass(5)
    expect(one.sounding()).toBe(true)
    expect(one.outputs.views()[0]?.decision.owner).toBe('station')
  })

  test("the pause of one's pattern does not quiet the steady alarm of the other", async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    one.wish(1, { forS: 10 }, 'upstream')
    await one.pass(10)
    one.wish(0, {}, 'upstream')
    await one.pass(20)
    expect(one.sounding()).toBe(true)
  })

  test('it is quiet when both are calm, and says why', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    one.wish(0, { purpose: 'rest' }, 'upstream')
    one.wish(0, { purpose: 'rest' })
    await one.pass(5)
    expect(one.sounding()).toBe(false)
    expect(one.outputs.views()[0]?.decision.winner).toBe('rest')
  })
})

describe('a claim that is told again', () => {
  test('is sent again where its owner says so', async () => {
    const one = bench('milesight-ws558')
    one.wish(0)
    await one.pass(60)
    one.wish(0)
    expect(one.requests).toHaveLength(2)
  })

  test('is else only renewed: the radio has nothing to carry', async () => {
    const one = bench('milesight-ws558')
    one.wish(0, { again: false })
    await one.pass(60)
    one.wish(0, { again: false })
    expect(one.requests).toHaveLength(1)
  })

  test('and only renewed is not sent sooner than what was given up is tried again', async () => {
    const one = bench('milesight-ws558')
    one.wish(0, { again: false })
    one.outputs.progress('siren', [{ output: 'relay1', value: 0 }], 'failed')
    await one.pass(60)
    one.wish(0, { again: false })
    expect(one.requests).toHaveLength(1)
    await one.pass(250)
    expect(one.requests).toHaveLength(2)
  })

  test('and another than what was given up is sent at once', () => {
    const one = bench('milesight-ws558')
    one.wish(1, { again: false })
    one.outputs.progress('siren', [{ output: 'relay1', value: 1 }], 'failed')
    one.wish(0, { again: false })
    expect(one.requests.map(({ value }) => value)).toEqual([1, 0])
  })
})

describe('by its purpose', () => {
  const reason = { vi: 'lệnh', en: 'order' }
  const order = (value: 0 | 1, rank: 'command' | 'emergency' | 'manual') =>
    ({ device: 'siren', output: 'relay1', value, rank, until: null, reason }) as const

  test("a schedule's wish gives way to a command, also for the safe value", () => {
    const one = bench('milesight-ws558')
    one.wish(0, { purpose: 'schedule' })
    expect(one.outputs.decision('siren', 'relay1')?.winner).toBe('controller')
    one.outputs.order('command:1', order(1, 'command'))
    expect(one.outputs.decision('siren', 'relay1')?.value).toBe(1)
  })

  test("an emergency's wish goes before a command, not before a hold at the site", () => {
    const one = bench('milesight-ws558')
    one.outputs.order('command:1', order(0, 'command'))
    one.wish(1, { purpose: 'emergency' })
    expect(one.outputs.decision('siren', 'relay1')?.winner).toBe('emergency')
    one.outputs.order('hold:1', order(0, 'manual'))
    expect(one.outputs.decision('siren', 'relay1')?.winner).toBe('manual')
  })
})

describe('what a driver does not do', () => {
  test('when it refuses, the safe value is told again, and not at every tick', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    one.refuse(true)
    await one.pass(210)
    expect(one.sounding()).toBe(true)
    one.refuse(false)
    await one.pass(11)
    expect(one.sounding()).toBe(false)
    expect(one.requests.filter(({ value }) => value === 0)).toHaveLength(1)
  })

  test('when it gives the safe value up, it is asked again after a while', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    await one.pass(201)
    one.outputs.progress('siren', [{ output: 'relay1', value: 0 }], 'failed')
    await one.pass(290)
    expect(one.requests.filter(({ value }) => value === 0)).toHaveLength(1)
    await one.pass(20)
    expect(one.requests.filter(({ value }) => value === 0)).toHaveLength(2)
  })

  test('an output that no device has is refused and counted, not thrown', () => {
    const one = bench('milesight-ws558')
    one.wish(1, { output: 'relay12' })
    expect(one.outputs.views()).toEqual([])
    expect(one.requests).toEqual([])
  })
})

describe('released', () => {
  test('outputs go safe once and stay there, whoever wishes otherwise', async () => {
    const one = bench('milesight-ws558')
    one.wish(1)
    expect(one.outputs.driveSafe()).toBe(true)
    one.wish(1)
    await one.pass(30)
    expect(one.sounding()).toBe(false)
    expect(one.requests.map(({ value }) => value)).toEqual([1, 0])
  })

  test('outputs that are safe already are left alone', () => {
    const one = bench('milesight-ws558')
    one.wish(0)
    expect(one.outputs.driveSafe()).toBe(false)
    expect(one.requests).toHaveLength(1)
  })
})
