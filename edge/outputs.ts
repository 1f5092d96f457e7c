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
  /** Drives to its safe value what is not there already, for good; true when there was anything. */
  release(): boolean
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
  /** How long the hardware is asked to keep a value other than its safe one; undefined where it cannot time itself out. */
  readonly holdS: number | undefined
  arbiter: ArbiterState
  decision: Decision | undefined
  /** What the driver took on; null before that, and once it refused or gave up. */
  told: number | null
  /** Real time at which it was last told. */
  toldAt: number
  /** Real time before which what was refused or given up is not tried again. */
  retryAt: number
  /** When the owner itself wants the value to end; null for not by itself. */
  endsAt: Mono | null
  /** When the hardware's time must be renewed, well before it runs out; null where nothing runs out. */
  renewAt: Mono | null
  confirmed: { value: number; at: Utc } | null
}

type Urgency = 'urgent' | 'normal'

/**
 * A value that was told is not told again sooner than this, in real time: a radio has better uses for its airtime, and
 * on a demonstration's fast clock every renewal would fall due at once.
 */
const TELL_AGAIN_MS = 10_000
/** What a driver gave up after all its tries is tried again after this long; an owner that lives asks sooner itself. */
const GIVEN_UP_MS = 300_000
/** The hardware's time is renewed after a third of it, so that two renewals may be lost. */
const RENEWALS = 3

export function createOutputs(parts: {
  readonly clock: Clock
  /** Real time; the same as `clock` outside demonstrations. */
  readonly wall: Clock
  /** How much faster `clock` runs than `wall`. */
  readonly speed: number
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  /** The driver that serves a device. */
  driverOf(device: string): Driver | undefined
  readonly refusals: Refusals
}): Outputs {
  const { clock, wall, refusals } = parts
  const entries = new Map<string, Entry>()
  let released = false

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
      holdS: holdOf(definition, parts.speed),
      arbiter: createArbiterState(),
      decision: undefined,
      told: null,
      toldAt: Number.NEGATIVE_INFINITY,
      retryAt: Number.NEGATIVE_INFINITY,
      endsAt: null,
      renewAt: null,
      confirmed: null,
    }
    entries.set(key, entry)
    return entry
  }

  /** Tells drivers, one call a device, so that a device gets its outputs in as few downlinks as it allows. */
  const drive = (wanted: readonly Due[], urgency: Urgency) => {
    const now = clock.monotonic()
    for (const device of new Set(wanted.map(({ entry }) => entry.device))) {
      const list = wanted.filter(({ entry }) => entry.device === device)
      const requests = list.map(({ entry, value }) => requestOf(entry, value, now))
      const accepted = list[0]?.entry.driver.drive(device, requests, urgency)
      const refusal = accepted === undefined || accepted.ok ? undefined : accepted.error
      if (refusal !== undefined) refusals.note(refusal, device)
      for (const { entry, value } of list) {
        const { holdS } = entry
        entry.told = refusal === undefined ? value : null
        entry.toldAt = wall.monotonic()
        entry.retryAt = entry.toldAt + TELL_AGAIN_MS
        const runsOut = holdS !== undefined && value !== entry.output.safe
        entry.renewAt = runsOut ? ((now + (holdS * 1000) / RENEWALS) as Mono) : null
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
      if (released) return
      const now = clock.monotonic()
      const due: (Due & { readonly urgency: Urgency })[] = []
      for (const wish of wanted) {
        const entry = entryOf(wish.device, wish.output)
        if (entry === undefined) continue
        const until = (now + wish.validS * 1000) as Mono
        const claimed = claim(entry.arbiter, entry.output, {
          owner,
          // Two stations may share a siren: the calm of one, or a pause of its pattern, must not quiet the other's alarm.
          rank: wish.value === entry.output.safe ? 'rest' : 'controller',
          value: wish.value,
          until,
          reason: wish.reason,
        })
        if (!claimed.ok) {
          refusals.note(claimed.error, wish.device)
          continue
        }
        entry.arbiter = claimed.value
        const { value, owner: winner } = decide(entry, now)
        const mine = winner === owner
        if (mine) entry.endsAt = wish.forS === undefined ? null : ((now + wish.forS * 1000) as Mono)
        // A wish that is told again is sent again: it was not confirmed, or the device may have forgotten it.
        const again = mine && wall.monotonic() - entry.toldAt >= TELL_AGAIN_MS
        if (again || value !== entry.told) due.push({ entry, value, urgency: wish.urgency })
      }
      for (const urgency of ['urgent', 'normal'] as const) {
        drive(
          due.filter((item) => item.urgency === urgency),
          urgency,
        )
      }
    },
    progress(device, requests, stage) {
      for (const { output, value } of requests) {
        const entry = entries.get(`${device}/${output}`)
        if (entry === undefined) continue
        if (stage === 'confirmed') entry.confirmed = { value, at: clock.now() }
        if (stage === 'failed' && value === entry.told) {
          entry.told = null
          entry.retryAt = wall.monotonic() + GIVEN_UP_MS
        }
      }
    },
    tick() {
      if (released) return
      const now = clock.monotonic()
      const real = wall.monotonic()
      const due = [...entries.values()].flatMap((entry): Due[] => {
        const { value } = decide(entry, now)
        const news = value !== entry.told && (entry.told !== null || real >= entry.retryAt)
        return news || renewalDue(entry, now, real) ? [{ entry, value }] : []
      })
      drive(due, 'urgent')
    },
    release() {
      released = true
      const away = [...entries.values()].filter(
        ({ told, confirmed, output: { safe } }) => told !== safe || (confirmed?.value ?? safe) !== safe,
      )
      drive(
        away.map((entry) => ({ entry, value: entry.output.safe })),
        'urgent',
      )
      return away.length > 0
    },
    views: () =>
      [...entries.values()].flatMap(({ device, name, decision, told, confirmed }) =>
        decision === undefined ? [] : [{ device, output: name, decision, told, confirmed }],
      ),
  }
}

interface Due {
  readonly entry: Entry
  readonly value: number
}

/** With the time after which the hardware ends it by itself: what is left of its owner's wish, or the dead-man time. */
function requestOf({ name, output, holdS, endsAt }: Entry, value: number, now: Mono): OutputRequest {
  if (value === output.safe) return { output: name, value }
  const left = endsAt === null ? Number.POSITIVE_INFINITY : Math.max(1, (endsAt - now) / 1000)
  const forS = Math.min(left, holdS ?? Number.POSITIVE_INFINITY)
  return { output: name, value, ...(Number.isFinite(forS) ? { forS } : {}) }
}

function renewalDue({ told, toldAt, output, renewAt, endsAt }: Entry, now: Mono, real: number): boolean {
  if (told === null || told === output.safe || renewAt === null || now < renewAt) return false
  return real - toldAt >= TELL_AGAIN_MS && (endsAt === null || endsAt > now)
}

/**
 * The dead-man time that hardware is given, so that a dead node leaves nothing running: the definition's, within what
 * the hardware can count and the node can renew. Undefined where renewals could not keep up with the hardware.
 */
function holdOf({ deadManS, timedS }: Output, speed: number): number | undefined {
  const leastS = (RENEWALS * TELL_AGAIN_MS * speed) / 1000
  if (deadManS === 0 || timedS === undefined || timedS < leastS) return undefined
  return Math.min(Math.max(deadManS, leastS), timedS)
}
