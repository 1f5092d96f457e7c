import type { Clock, Mono, Utc } from '../core/clock.ts'
import { fault } from '../core/errors.ts'
import { type DeviceId, deviceId } from '../core/ids.ts'
import type { DeviceDefinition, Output, OutputRequest } from '../devices/define.ts'
import {
  type ArbiterState,
  type ArbitratedOutput,
  arbitrate,
  claim,
  createArbiterState,
  type Decision,
} from './control/arbiter.ts'
import type { FloodOutput } from './control/flood/inputs.ts'
import type { Driver, OutputProgress } from './drivers/driver.ts'
import type { Refusals } from './refusals.ts'

/** Every output of the node: who owns it, what it was told, what it is known to do. */
export interface Outputs {
  /** A controller's wishes of one step; driven before this returns. */
  claim(owner: string, wanted: readonly FloodOutput[]): void
  progress(device: string, requests: readonly OutputRequest[], stage: OutputProgress['stage']): void
  /** Lets claims die and interlocks act; at least once a second. */
  tick(): void
  /** Drives to its safe value what is not there already. */
  release(): void
  views(): readonly OutputView[]
}

export interface OutputView {
  readonly device: string
  readonly output: string
  readonly decision: Decision
  /** What the driver was last told to do. */
  readonly told: number | null
  /** What the device was last known to do, and since when. */
  readonly confirmed: { readonly value: number; readonly at: Utc } | null
}

interface Entry {
  readonly device: DeviceId
  readonly name: string
  readonly driver: Driver
  readonly output: ArbitratedOutput
  arbiter: ArbiterState
  decision: Decision | undefined
  told: number | null
  toldAt: number
  confirmed: { value: number; at: Utc } | null
}

type Urgency = 'urgent' | 'normal'

/**
 * A value that was told is not told again sooner than this, in real time: a radio has better uses for its airtime, and
 * on a demonstration's fast clock every renewal would fall due at once.
 */
const TELL_AGAIN_MS = 10_000

export function createOutputs(parts: {
  readonly clock: Clock
  /** Real time; the same as `clock` outside demonstrations. */
  readonly wall: Clock
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  /** The driver that serves a device. */
  driverOf(device: string): Driver | undefined
  readonly refusals: Refusals
}): Outputs {
  const { clock, wall, refusals } = parts
  const entries = new Map<string, Entry>()

  const entryOf = (device: string, name: string): Entry | undefined => {
    const key = `${device}/${name}`
    const known = entries.get(key)
    if (known !== undefined) return known
    const id = deviceId(device)
    const definition: Output | undefined = parts.definitions.get(device)?.outputs[name]
    const driver = parts.driverOf(device)
    if (!id.ok || definition === undefined || driver === undefined) {
      refusals.note(fault('ACTION_UNSUPPORTED', { model: device, output: name }), device)
      return undefined
    }
    const { min, max, safe } = definition
    const entry: Entry = {
      device: id.value,
      name,
      driver,
      output: { min, max, safe, interlocks: [] },
      arbiter: createArbiterState(),
      decision: undefined,
      told: null,
      toldAt: 0,
      confirmed: null,
    }
    entries.set(key, entry)
    return entry
  }

  /** Tells drivers, one call a device, so that a device gets its outputs in as few downlinks as it allows. */
  const drive = (wanted: readonly { entry: Entry; value: number; forS?: number }[], urgency: Urgency) => {
    for (const device of new Set(wanted.map(({ entry }) => entry.device))) {
      const list = wanted.filter(({ entry }) => entry.device === device)
      const requests = list.map(({ entry, value, forS }) => ({
        output: entry.name,
        value,
        ...(forS === undefined || value === entry.output.safe ? {} : { forS }),
      }))
      const accepted = list[0]?.entry.driver.drive(device, requests, urgency)
      if (accepted !== undefined && !accepted.ok) refusals.note(accepted.error, device)
      for (const { entry, value } of list) {
        entry.told = value
        entry.toldAt = wall.monotonic()
      }
    }
  }

  const decide = (entry: Entry, now: Mono): Decision => {
    const { state, decision } = arbitrate(entry.arbiter, entry.output, now)
    entry.arbiter = state
    entry.decision = decision
    return decision
  }

  return {
    claim(owner, wanted) {
      const now = clock.monotonic()
      const due: { entry: Entry; value: number; forS?: number; urgency: Urgency }[] = []
      for (const wish of wanted) {
        const entry = entryOf(wish.device, wish.output)
        if (entry === undefined) continue
        const until = (now + wish.validS * 1000) as Mono
        const claimed = claim(entry.arbiter, entry.output, {
          owner,
          rank: 'controller',
          value: wish.value,
          until,
          reason: wish.reason,
        })
        if (!claimed.ok) {
          refusals.note(claimed.error, wish.device)
          continue
        }
        entry.arbiter = claimed.value
        const decision = decide(entry, now)
        // A wish that is told again is sent again: it renews a dead-man timer, or was not confirmed.
        const mine = decision.owner === owner
        const again = mine && wall.monotonic() - entry.toldAt >= TELL_AGAIN_MS
        if (again || decision.value !== entry.told) {
          due.push({
            entry,
            value: decision.value,
            urgency: wish.urgency,
            ...(mine && wish.forS !== undefined ? { forS: wish.forS } : {}),
          })
        }
      }
      for (const urgency of ['urgent', 'normal'] as const) {
        drive(
          due.filter((item) => item.urgency === urgency),
          urgency,
        )
      }
    },
    progress(device, requests, stage) {
      if (stage !== 'confirmed') return
      for (const { output, value } of requests) {
        const entry = entries.get(`${device}/${output}`)
        if (entry !== undefined) entry.confirmed = { value, at: clock.now() }
      }
    },
    tick() {
      const now = clock.monotonic()
      const changed = [...entries.values()].flatMap((entry) => {
        const { value } = decide(entry, now)
        return value === entry.told ? [] : [{ entry, value }]
      })
      drive(changed, 'urgent')
    },
    release() {
      const away = [...entries.values()].filter(({ told, output }) => told !== null && told !== output.safe)
      drive(
        away.map((entry) => ({ entry, value: entry.output.safe })),
        'urgent',
      )
    },
    views: () =>
      [...entries.values()].flatMap(({ device, name, decision, told, confirmed }) =>
        decision === undefined ? [] : [{ device, output: name, decision, told, confirmed }],
      ),
  }
}
