import type { Cancel, Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import type { Region } from '../../../core/lorawan/as923.ts'
import type { SessionKeys } from '../../../core/lorawan/keys.ts'
import { buildDownlink } from '../../../core/lorawan/phy.ts'
import { hex } from '../../../core/random.ts'
import type { Deliveries } from './deliveries.ts'
import type { Gateways } from './gateways.ts'
import type { MulticastCounters } from './multicast-counters.ts'
import type { Delivery, DeviceLink } from './session.ts'
import { PRIORITY } from './transmitter.ts'

/** Devices that hear one address together. */
export interface Group {
  readonly id: string
  readonly devAddr: number
  readonly keys: SessionKeys
  readonly frequency_Hz: number
  readonly dataRate: number
  readonly copies: number
  /** Members say by themselves within this time how they stand; 0 where they do not. */
  readonly reports_ms: number
  readonly members: ReadonlySet<DeviceLink>
}

/** One command to a group: its copies over the gateways that cover it, then the time for its members to speak. */
export interface GroupOrder {
  /** The frame that it carries. */
  readonly wish: string
  start(): void
  gatewayAppeared(): void
  /** Sends no further copy. Returns whom nothing was sent to yet. */
  abandon(): readonly (readonly [DeviceLink, Delivery])[]
}

export interface GroupOrderParts {
  readonly clock: Clock
  readonly region: Region
  readonly deliveries: Deliveries
  readonly gateways: Gateways
  readonly counters: MulticastCounters
  readonly refused: (problem: Fault) => void
  readonly group: Group
  readonly carried: ReadonlyMap<DeviceLink, Delivery>
}

/** Between two copies: what spoilt the first (a burst, a passing lorry) should be over. */
const COPY_GAP_MS = 1_500
/** A report that began at the end of the window takes this long to come in. */
const REPORT_MARGIN_MS = 5_000
/** A forwarder that refuses this often is not asked again for this command. */
const REFUSALS_MAX = 10
const REFUSED_RETRY_MS = 200

export function createGroupOrder(parts: GroupOrderParts): GroupOrder {
  const { clock, region, deliveries, gateways, counters, refused, group, carried } = parts
  const [frame = { fPort: 1, bytes: new Uint8Array() }] = [...carried.values()][0]?.frames ?? []
  const urgent = [...carried.values()].some((delivery) => delivery.urgent)
  let state: 'new' | 'no gateway' | 'queued' | 'sent' | 'over' = 'new'
  let refusals = 0
  let cancel: Cancel = () => {}

  const alive = () => [...carried].filter(([link, delivery]) => link.delivery === delivery)
  const end = () => {
    state = 'over'
    cancel()
    for (const [link, delivery] of alive()) deliveries.release(link, delivery)
  }
  const endAfter = (delayMs: number) => {
    cancel()
    cancel = clock.after(delayMs, end)
  }
  const reported_ms = group.reports_ms === 0 ? 0 : group.reports_ms + REPORT_MARGIN_MS

  const send = (phy: Uint8Array, steps: readonly Step[]) => {
    const [step, ...following] = steps
    const modulation = region.dataRates[group.dataRate]
    const antenna = step === undefined ? undefined : gateways.transmitter(step.gateway)
    if (state === 'over') return
    if (alive().length === 0 || antenna === undefined || !modulation) return end()
    let queued = true
    const unqueue = antenna.soon({
      priority: urgent ? PRIORITY.urgentGroup : PRIORITY.answer,
      frequency_Hz: group.frequency_Hz,
      modulation,
      power_dBm: region.eirpMax_dBm,
      bytes: phy.length,
      build: () => phy,
      sent(endsAt) {
        queued = false
        left(phy, following, endsAt)
      },
      failed() {
        queued = false
        refusals++
        // The forwarder refuses after the frame was handed to it: what was to follow it waits as well.
        cancel()
        if (refusals > REFUSALS_MAX) return end()
        cancel = clock.after(REFUSED_RETRY_MS * refusals, () => send(phy, steps))
      },
    })
    if (queued) cancel = unqueue
  }
  const left = (phy: Uint8Array, following: readonly Step[], endsAt: Mono) => {
    if (state === 'over') return
    if (state === 'queued') for (const [link, delivery] of alive()) deliveries.carried(link, delivery, endsAt)
    state = 'sent'
    const wait_ms = endsAt - clock.monotonic()
    const [next] = following
    if (next === undefined) endAfter(wait_ms + reported_ms)
    else cancel = clock.after(wait_ms + next.pause_ms, () => send(phy, following))
  }
  const start = () => {
    const covering = cover([...carried.keys()], gateways)
    if (covering.length === 0) {
      state = 'no gateway'
      return refused(fault('LORAWAN_NO_GATEWAY', { device: group.id }))
    }
    const { devAddr, keys } = group
    const fCnt = counters.next(devAddr)
    if (fCnt === undefined) return end()
    state = 'queued'
    const { fPort, bytes: payload } = frame
    // The same bytes each time: whoever heard them once takes them for a repetition.
    const phy = buildDownlink({ confirmed: false, devAddr, fCnt, fPort, payload }, keys)
    const copies = Array.from({ length: group.copies }, (_, copy) =>
      covering.map((gateway, index) => ({ gateway, pause_ms: copy > 0 && index === 0 ? COPY_GAP_MS : 0 })),
    )
    send(phy, copies.flat())
  }

  return {
    wish: `${frame.fPort}:${hex(frame.bytes)}`,
    start,
    gatewayAppeared() {
      if (state === 'no gateway') start()
    },
    abandon() {
      cancel()
      // What has left is waited for as long as if it had left for the last time.
      if (state === 'sent') endAfter(reported_ms)
      if (state === 'sent' || state === 'over') return []
      state = 'over'
      return alive()
    },
  }
}

interface Step {
  readonly gateway: string
  /** To wait before it. */
  readonly pause_ms: number
}

/** As few gateways as reach, between them, everybody who was heard by one that can transmit now. */
function cover(links: readonly DeviceLink[], gateways: Gateways): readonly string[] {
  const ready = gateways.ready([])
  const heardBy = (gateway: string, some: readonly DeviceLink[]) =>
    some.filter(({ heard }) => heard.receptions.some((reception) => reception.gateway === gateway))
  const chosen: string[] = []
  let left = links.filter(({ heard }) => heard.receptions.some(({ gateway }) => ready.includes(gateway)))
  while (left.length > 0) {
    const [best] = ready.toSorted((a, b) => heardBy(b, left).length - heardBy(a, left).length)
    if (best === undefined) break
    const reached = new Set(heardBy(best, left))
    chosen.push(best)
    left = left.filter((link) => !reached.has(link))
  }
  return chosen.length > 0 ? chosen : ready.slice(0, 1)
}
