import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { DEFAULT_REGION, REGIONS } from '../../../core/lorawan/as923.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import nasUl20xx from '../../../devices/streetlight/nas-ul20xx.ts'
import type { Deliveries } from '../../../edge/drivers/lorawan/deliveries.ts'
import type { Gateways } from '../../../edge/drivers/lorawan/gateways.ts'
import { createMulticastCounters } from '../../../edge/drivers/lorawan/multicast-counters.ts'
import { createGroupOrder } from '../../../edge/drivers/lorawan/multicast-order.ts'
import { type Delivery, type DeviceLink, newDevNonces } from '../../../edge/drivers/lorawan/session.ts'
import { type Outgoing, PRIORITY, type Transmitter } from '../../../edge/drivers/lorawan/transmitter.ts'
import { id } from './site.ts'

/** One command to a group, with an antenna that says afterwards which of its frames it refused. */

const FRAME_MS = 300

function site(options: { readonly refusals: number; readonly urgent?: boolean }) {
  const clock = fakeClock()
  const { lorawan } = nasUl20xx.via
  if (lorawan === undefined) throw new Error('no radio')
  const delivery: Delivery = {
    requests: [],
    frames: [{ fPort: 60, bytes: Uint8Array.of(1, 254, 60) }],
    urgent: options.urgent ?? false,
    paced: true,
    at: 0,
    tries: 0,
    leftAt: undefined,
    told: false,
    held: true,
    turn: undefined,
    doubtful: false,
    provable: true,
    cancel: () => {},
    endLife: () => {},
  }
  const link: DeviceLink = {
    id: id('lamp-0'),
    definition: nasUl20xx,
    binding: lorawan,
    class: 'C',
    activation: { kind: 'otaa', devEui: '', joinEui: '', appKey: new Uint8Array(16) },
    adr: false,
    relay: false,
    active: undefined,
    pending: undefined,
    joinNonce: 0,
    devNonces: newDevNonces(),
    heard: { receptions: [] },
    answerEndsAt: undefined,
    shown: undefined,
    repeats: 0,
    snrHistory: [],
    wanted: new Map(),
    delivery,
    mac: { asked: new Map(), adrPower: undefined, statusAt: undefined },
  }
  const handed: Outgoing[] = []
  let refusals = options.refusals
  const antenna: Transmitter = {
    soon(frame) {
      handed.push(frame)
      frame.sent((clock.monotonic() + FRAME_MS) as never)
      // The forwarder's word comes a moment after the frame was handed to it.
      if (refusals-- > 0) clock.after(20, () => frame.failed('COLLISION_PACKET'))
      return () => {}
    },
    at: () => false,
  }
  const gateways: Gateways = {
    isKnown: () => true,
    notice: () => {},
    ready: () => ['gateway'],
    transmitter: () => antenna,
    health: () => [],
  }
  const released: number[] = []
  const deliveries: Deliveries = {
    drive: () => ({ ok: true, value: undefined }),
    hold: () => ({ ok: true, value: undefined }),
    carried: () => {},
    release: () => void released.push(clock.monotonic()),
    acknowledged: () => {},
    readBack: () => {},
    reachable: () => {},
    waiting: () => undefined,
  }
  const order = createGroupOrder({
    clock,
    region: REGIONS[DEFAULT_REGION],
    deliveries,
    gateways,
    counters: createMulticastCounters({ store: openSqlite(':memory:'), refused: () => {} }),
    refused: () => {},
    group: {
      id: 'street',
      devAddr: 0xfc00ac01,
      keys: { nwkSKey: new Uint8Array(16), appSKey: new Uint8Array(16) },
      frequency_Hz: 923_200_000,
      dataRate: 2,
      copies: 2,
      reports_ms: 30_000,
      members: new Set([link]),
    },
    carried: new Map([[link, delivery]]),
  })
  return { clock, order, handed, released }
}

describe('a command to a group', () => {
  test('sends each copy that the forwarder refuses once more, and none besides', async () => {
    const { clock, order, handed, released } = site({ refusals: 2 })
    order.start()
    await clock.advance(60_000)
    expect(handed.length).toBe(4)
    expect(released.length).toBe(1)
  })

  test('of a forwarder that refuses everything ends, and its lamps are told alone', async () => {
    const { clock, order, handed, released } = site({ refusals: 1_000 })
    order.start()
    await clock.advance(60_000)
    expect(handed.length).toBeLessThanOrEqual(11)
    expect(released.length).toBe(1)
  })

  test('stands behind a siren and before everything else when it is urgent', () => {
    const { order, handed } = site({ refusals: 0, urgent: true })
    order.start()
    const [frame] = handed
    expect(frame?.priority).toBeGreaterThan(PRIORITY.urgent)
    expect(frame?.priority).toBeLessThan(PRIORITY.answer)
  })
})
