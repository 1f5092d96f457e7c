import type { Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region } from '../../../core/lorawan/as923.ts'
import { hex } from '../../../core/random.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { OutputRequest } from '../../../devices/define.ts'
import type { HealthReport, OutputProgress } from '../driver.ts'
import { type LorawanConfig, type MulticastConfig, regionOf } from './config.ts'
import { type ReadSecret, readSessionKeys } from './credentials.ts'
import type { Deliveries, Urgency } from './deliveries.ts'
import type { Gateways } from './gateways.ts'
import type { MulticastCounters } from './multicast-counters.ts'
import { createGroupOrder, type Group, type GroupOrder } from './multicast-order.ts'
import type { Delivery, DeviceLink } from './session.ts'

export interface Multicast {
  /** Makes a configured group. Errors: LORAWAN_KEY_FILE, LORAWAN_HEX_MALFORMED, LORAWAN_MULTICAST_MEMBER. */
  enrol(config: MulticastConfig): Result<void>
  isMember(link: DeviceLink): boolean
  /** Takes a request on; what its group wants in the same turn decides how it is sent. */
  drive(link: DeviceLink, requests: readonly OutputRequest[], urgency: Urgency): Result<void>
  /** A gateway can transmit again. */
  appeared(): void
  note(progress: Pick<OutputProgress, 'device' | 'stage'>): void
  health(): readonly HealthReport[]
}

export interface MulticastParts {
  readonly config: LorawanConfig
  readonly clock: Clock
  readonly deliveries: Deliveries
  readonly gateways: Gateways
  readonly counters: MulticastCounters
  readonly links: ReadonlyMap<string, DeviceLink>
  readonly refused: (problem: Fault) => void
  readonly report: (health: HealthReport) => void
  readonly readSecret: ReadSecret | undefined
}

/** How a group stands is told this long after it has changed. */
const TELL_AFTER_MS = 1_000

/**
 * One frame for many. Requests of one turn (a street that drives its lamps in one step) are looked at together: where
 * all members of a group want the same, a frame to the group carries it, and each confirms for itself by what it reads
 * back. Whoever has not by the end of the group's time is told alone, in turn, like any device; and so is everybody
 * whose wish differs.
 */
export function createMulticast(parts: MulticastParts): Multicast {
  const { clock, deliveries, links } = parts
  const region = regionOf(parts.config)
  const groups: Group[] = []
  const orders = new Map<Group, GroupOrder>()
  /** The frame that a member was last told to be told, from this start on. */
  const wishes = new Map<DeviceLink, string>()
  const stages = new Map<DeviceLink, 'pending' | 'confirmed' | 'failed'>()
  let turn = new Map<DeviceLink, Delivery>()
  let armed = false
  let telling = false

  const arm = () => {
    if (armed) return
    armed = true
    clock.after(0, () => {
      armed = false
      plan()
    })
  }
  /** A copy that is still to come would undo a newer wish of anybody who missed the first. */
  const giveWay = () => {
    for (const [link, delivery] of [...turn]) {
      for (const [group, order] of [...orders]) {
        if (!group.members.has(link) || order.wish === wishOf(delivery.frames)) continue
        orders.delete(group)
        for (const [other, waiting] of order.abandon()) if (!turn.has(other)) turn.set(other, waiting)
      }
    }
  }
  const plan = () => {
    giveWay()
    const left = new Map([...turn].filter(([link, delivery]) => link.delivery === delivery))
    turn = new Map()
    for (let best = bestGroup(groups, left, wishes, region); best !== undefined; ) {
      const { group } = best
      const before = orders.get(group)?.abandon() ?? []
      const carried = new Map([...before, ...best.carried])
      for (const link of carried.keys()) left.delete(link)
      const order = createGroupOrder({ ...parts, region, group, carried })
      orders.set(group, order)
      order.start()
      best = bestGroup(groups, left, wishes, region)
    }
    for (const [link, delivery] of left) deliveries.release(link, delivery)
  }
  const tellSoon = () => {
    if (telling || groups.length === 0) return
    telling = true
    clock.after(TELL_AFTER_MS, () => {
      telling = false
      for (const health of all()) parts.report(health)
    })
  }
  const all = () =>
    groups.map(({ id, members }): HealthReport => {
      const count = (stage: string) => [...members].filter((link) => stages.get(link) === stage).length
      const values = {
        members: members.size,
        confirmed: count('confirmed'),
        pending: count('pending'),
        failed: count('failed'),
      }
      return { source: `multicast-${id}`, values }
    })

  return {
    enrol(config) {
      const group = groupOf(config, parts, region)
      if (!group.ok) return group
      groups.push(group.value)
      parts.counters.open(group.value.devAddr)
      return ok(undefined)
    },
    isMember: (link) => groups.some(({ members }) => members.has(link)),
    drive(link, requests, urgency) {
      const taken = deliveries.hold(link, requests, urgency)
      if (!taken.ok) return taken
      const frames = link.binding.encode?.(requests)
      if (frames?.ok === true) wishes.set(link, wishOf(taken.value?.frames ?? frames.value))
      if (taken.value === undefined) return ok(undefined)
      stages.set(link, 'pending')
      turn.set(link, taken.value)
      arm()
      tellSoon()
      return ok(undefined)
    },
    appeared() {
      for (const order of orders.values()) order.gatewayAppeared()
    },
    note({ device, stage }) {
      const link = links.get(device)
      if (link === undefined || stage === 'sent' || !wishes.has(link)) return
      stages.set(link, stage)
      tellSoon()
    },
    health: all,
  }
}

interface Choice {
  readonly group: Group
  readonly carried: ReadonlyMap<DeviceLink, Delivery>
}

/** The group whose frame spares the most others; none where telling each alone is as cheap. */
function bestGroup(
  groups: readonly Group[],
  left: ReadonlyMap<DeviceLink, Delivery>,
  wishes: ReadonlyMap<DeviceLink, string>,
  region: Region,
): Choice | undefined {
  let best: Choice | undefined
  for (const group of groups) {
    const carried = new Map([...left].filter(([link]) => group.members.has(link)))
    if (carried.size <= Math.max(group.copies, best?.carried.size ?? 0)) continue
    const [wish, ...others] = new Set([...group.members].map((link) => wishes.get(link)))
    const [delivery] = carried.values()
    const [frame, ...more] = delivery?.frames ?? []
    if (wish === undefined || others.length > 0 || frame === undefined || more.length > 0) continue
    if (frame.bytes.length > payloadMax(region, group.dataRate, 'down')) continue
    best = { group, carried }
  }
  return best
}

function wishOf(frames: Delivery['frames']): string {
  return frames.map(({ fPort, bytes }) => `${fPort}:${hex(bytes)}`).join(' ')
}

function groupOf(
  config: MulticastConfig,
  { links, readSecret }: MulticastParts,
  region: Region,
): Result<Group> {
  const session = readSessionKeys(config.id, config, readSecret)
  if (!session.ok) return session
  const members = new Set<DeviceLink>()
  for (const device of config.devices) {
    const link = links.get(device)
    if (link === undefined || link.class !== 'C' || link.relay) {
      return err(fault('LORAWAN_MULTICAST_MEMBER', { group: config.id, device }))
    }
    members.add(link)
  }
  const { id, copies, frequency_MHz, dataRate = region.rx2.dataRate } = config
  const frequency_Hz = frequency_MHz === undefined ? region.rx2.frequency_Hz : Math.round(frequency_MHz * 1e6)
  return ok({
    id,
    ...session.value,
    frequency_Hz,
    dataRate,
    copies,
    reports_ms: config.reports_s * 1_000,
    members,
  })
}
