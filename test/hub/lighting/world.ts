import { FLAG } from '../../../core/reading.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { CommandAction, CommandOutcome, LightTarget } from '../../../core/wire/commands.ts'
import type { FrameReading } from '../../../core/wire/frame.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import { createFleet } from '../../../hub/fleet/fleet.ts'
import { createEnergy } from '../../../hub/lighting/energy.ts'
import { createLightingFaults } from '../../../hub/lighting/faults.ts'
import { createOrders } from '../../../hub/lighting/orders.ts'
import { createStreets } from '../../../hub/lighting/streets.ts'
import { commandWorld, must } from '../commands/world.ts'
import { EDGE, EPOCH, TOPICS } from '../world.ts'

export const STREET = 'hung-vuong'
/** Four lamps on two feeders; the last two are outputs of one module. */
export const STREET_DOCUMENT = {
  kind: 'lighting-street',
  id: STREET,
  name: { vi: 'Hùng Vương', en: 'Hung Vuong' },
  location: { lat: 16.816, lon: 107.1 },
  timeZone: 'Asia/Ho_Chi_Minh',
  feeders: [
    {
      id: 'f1',
      name: { vi: 'Lộ 1', en: 'Feeder 1' },
      contactor: { device: 'cabinet', output: 'k1', feedback: { device: 'cabinet', channel: 'k1_closed' } },
    },
    { id: 'f2', name: { vi: 'Lộ 2', en: 'Feeder 2' }, contactor: { device: 'cabinet', output: 'k2' } },
  ],
  lamps: ['l1', 'l2', 'l3', 'l4'].map((id, index) => ({
    id,
    pole: `HV-${index + 1}`,
    device: index < 2 ? `lamp-${id}` : 'module',
    output: index < 2 ? 'level' : `level${index - 1}`,
    feeder: index < 2 ? 'f1' : 'f2',
    lat: 16.816 + index / 1_000,
    lon: 107.1,
  })),
  groups: [{ id: 'school', name: { vi: 'Trường', en: 'School' }, lamps: ['l2', 'l3'] }],
  profiles: [
    {
      id: 'usual',
      name: { vi: 'Thường', en: 'Usual' },
      steps: [
        { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
        { at: { clock: '22:00' }, level: 60 },
        { at: { sun: 'sunrise', offset_min: 0 }, level: 0 },
      ],
    },
  ],
  calendar: { usual: 'usual', week: {}, exceptions: [] },
  somethingNewer: true,
}

/** The hub's lighting over its real database and real ingest, with an edge that says what a test wants. */
export function lightingWorld(document: unknown = STREET_DOCUMENT) {
  const world = commandWorld()
  const { clock, broker } = world
  const boot = () => {
    const hub = world.boot()
    const { commands, edges, store, alerts, refuse } = hub
    const fleet = createFleet({ clock, edges, store, alerts, refuse })
    const streets = createStreets({ clock, edges, store, alerts, commands, refuse })
    return {
      ...hub,
      fleet,
      streets,
      orders: createOrders({ clock, store, streets, commands }),
      faults: createLightingFaults({ clock, alerts, streets }),
      energy: createEnergy({ clock, timeZone: 'Asia/Ho_Chi_Minh', store, streets, fleet }),
    }
  }
  let hub = boot()
  const client = broker.client('edge')
  const channels: { device: string; channel: string; unit: string; resolution: number }[] = []
  let live = 0
  let alarm = 0
  const settle = () => clock.advance(50)
  const seriesOf = (device: string, channel: string, unit: string): number => {
    const known = channels.findIndex((entry) => entry.device === device && entry.channel === channel)
    if (known >= 0) return known
    const entry = { device, channel, unit, resolution: 0.1 }
    void client.publish(
      TOPICS.series,
      encodeCbor({ v: 1, epoch: EPOCH, from: channels.length, entries: [entry] }),
    )
    return channels.push(entry) - 1
  }
  const row = (body: object) => {
    const at = clock.now()
    const events = [{ seq: alarm, at, body: encodeCbor({ v: 1, at, ...body }) }]
    const frame = { lane: 'alarm', epoch: EPOCH, first: alarm, last: alarm, gaps: [], events } as const
    alarm += 1
    void client.publish(TOPICS.up('alarm'), encodeFrame(frame))
  }
  return {
    ...world,
    hub: () => hub,
    settle,
    async start() {
      await settle()
      const hello = { v: 1, epoch: EPOCH, software: 't', boot: 'b1', clock: 'synced', lanes: [], series: 0 }
      void client.publish(TOPICS.hello, encodeCbor({ ...hello, at: clock.now() }))
      const name = { vi: 'Nút', en: 'Node' }
      const described = { v: 1, epoch: EPOCH, name, devices: [], stations: [document] }
      void client.publish(TOPICS.describe, encodeCbor(described))
      await settle()
    },
    async restart() {
      await hub.stop()
      hub = boot()
      await settle()
    },
    /** Values of one moment, as `device/channel`. */
    async tell(
      values: Readonly<Record<string, number>>,
      at: number = clock.now(),
      unit = '%',
      flag: FrameReading['flag'] = FLAG.good,
    ) {
      const readings = Object.entries(values).map(([name, value], index): FrameReading => {
        const slash = name.indexOf('/')
        const series = seriesOf(name.slice(0, slash), name.slice(slash + 1), unit)
        return { seq: live + index, series, at, value: Math.round(value * 10), flag }
      })
      const first = live
      live += readings.length
      const frame = { lane: 'live', epoch: EPOCH, first, last: live - 1, gaps: [], readings } as const
      void client.publish(TOPICS.up('live'), encodeFrame(frame))
      await settle()
    },
    async fault(part: Pick<AlarmEvent, 'alarm' | 'rule'> & Partial<AlarmEvent>) {
      row({ station: STREET, event: 'raised', level: 2, text: { vi: 'Hỏng', en: 'Broken' }, ...part })
      await settle()
    },
    async answer(outcome: Pick<CommandOutcome, 'command' | 'outcome'> & Partial<CommandOutcome>) {
      row(outcome)
      await settle()
    },
    /** Gives a command as an operator does; its id. */
    give(
      action: CommandAction,
      given: 'momentary' | 'setting' | 'emergency' = 'setting',
      who = 'lan',
    ): string {
      return must(hub.commands.issue(EDGE, { class: given, action, why: 'thử' }, who)).id
    },
    async stop() {
      await hub.stop()
      world.close()
    },
  }
}

export type LightingWorld = ReturnType<typeof lightingWorld>

export function light(target: LightTarget, level: number, for_s?: number): CommandAction {
  return { type: 'light', station: STREET, target, level, ...(for_s !== undefined && { for_s }) }
}
