import type { Cancel, Clock } from '../../core/clock.ts'
import { type Fitted, type Fitting, install } from './equipment.ts'
import { lt22222 } from './lt-22222-l.ts'
import type { RelayDialect, RelayModel, RelayOrder, RelayState } from './relay-dialect.ts'
import type { OutputSnapshot, VirtualDevice } from './virtual-device.ts'
import { ws558 } from './ws558.ts'

/** What hangs on a relay. */
export type Load = 'siren' | 'beacon'

const DIALECTS: Readonly<Record<RelayModel, RelayDialect>> = {
  'dragino-lt-22222-l': lt22222,
  'milesight-ws558': ws558,
}

export interface RelayBoxOptions extends Fitting {
  readonly model: RelayModel
  readonly serial: readonly number[]
  /** By output name: `relay1`. */
  readonly loads: Readonly<Record<string, Load>>
}

const LOAD_W: Readonly<Record<Load, number>> = { siren: 45, beacon: 12 }

/** Sirens and beacons on the relays of a class C controller: obeys real downlinks, and says at once how it stands. */
export function createRelayBox(options: RelayBoxOptions): VirtualDevice {
  const { model, loads, clock, serial } = options
  const dialect = DIALECTS[model]
  const relays = createRelays(dialect, loads, clock)

  const device: Fitted = install(options, {
    model,
    class: 'C',
    fPort: dialect.fPort,
    canFail: ['silent', 'dead'],
    battery: () => 0,
    ...(dialect.announcement === undefined ? {} : { announcement: dialect.announcement(serial) }),
    report: (faults) => dialect.report(relays.state(!faults.has('dead'))),
    values: () =>
      Object.fromEntries(relays.closed().map((closed, index) => [`relay${index + 1}`, Number(closed)])),
    outputs: (faults) =>
      relays.closed().map((closed, index): OutputSnapshot => {
        const output = `relay${index + 1}`
        const means = loads[output] ?? 'none'
        const sounding = closed && means !== 'none' && !faults.has('dead')
        return { output, means, closed, sounding }
      }),
    onDownlink(bytes, fPort, faults) {
      const orders = dialect.orders(bytes, fPort)
      if (orders.length === 0) return
      // Dead: the coils have burnt out. The box hears, and tells the truth about its contacts.
      if (!faults.has('dead')) relays.obey(orders, device.reportNow)
      device.reportNow()
    },
    onFault(name) {
      if (name === 'dead') relays.openAll()
    },
    onPowerLost: relays.openAll,
  })
  return device
}

/** The contacts, their delayed orders, and what flows through them. */
function createRelays(
  { relays: count, oneTask }: RelayDialect,
  loads: Readonly<Record<string, Load>>,
  clock: Clock,
) {
  const contacts = Array.from({ length: count }, () => false)
  const delayed = new Map<number, Cancel>()
  let energy_Wh = 0
  let countedTo = clock.now()

  const power_W = () =>
    contacts.reduce((sum, closed, index) => {
      const load = loads[`relay${index + 1}`]
      return closed && load !== undefined ? sum + LOAD_W[load] : sum
    }, 0)
  const count_Wh = () => {
    const now = clock.now()
    energy_Wh += (power_W() * Math.max(0, now - countedTo)) / 3_600_000
    countedTo = now
  }
  const set = (relay: number, closed: boolean) => {
    count_Wh()
    contacts[relay - 1] = closed
  }
  const later = (relay: number, closed: boolean, after_s: number, changed: () => void) => {
    delayed.get(relay)?.()
    const cancel = clock.after(after_s * 1_000, () => {
      delayed.delete(relay)
      if (contacts[relay - 1] === closed) return
      set(relay, closed)
      // Relays that one task switches are told of together.
      clock.after(0, changed)
    })
    delayed.set(relay, cancel)
  }

  const forget = () => {
    for (const cancel of delayed.values()) cancel()
    delayed.clear()
  }

  return {
    closed: (): readonly boolean[] => contacts,
    obey(orders: readonly RelayOrder[], changed: () => void) {
      if (oneTask && orders.some(({ after_s }) => after_s !== undefined)) forget()
      for (const { relay, closed, after_s } of orders) {
        if (relay < 1 || relay > count) continue
        if (after_s === undefined) set(relay, closed)
        else later(relay, closed, after_s, changed)
      }
    },
    openAll() {
      forget()
      count_Wh()
      contacts.fill(false)
    },
    state(alive: boolean): RelayState {
      count_Wh()
      return { closed: [...contacts], power_W: alive ? power_W() : 0, energy_Wh }
    },
  }
}
