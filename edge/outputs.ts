import type { Clock, Mono, Utc } from '../core/clock.ts'
import { type Fault, fault } from '../core/errors.ts'
import { type DeviceId, deviceId } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Text } from '../core/text.ts'
import type { DeviceDefinition, Output, OutputRequest } from '../devices/define.ts'
import {
  type ArbiterState,
  type ArbitratedOutput,
  alarmOf,
  arbitrate,
  type ClaimRank,
  claim,
  comeToRest,
  type Decision,
  heldUntil,
  release as releaseClaim,
  restsAtStart,
  runLeft,
  startArbiterState,
} from './control/arbiter.ts'
import type { ControlOutput } from './control/controller.ts'
import type { Driver, OutputProgress } from './drivers/driver.ts'
import type { Refusals } from './refusals.ts'

/** Every output of the node: who owns it, what it was told, what it is known to do. */
export interface Outputs {
  /** A controller's wishes of one step; driven before this returns. */
  claim(owner: string, wanted: readonly ControlOutput[]): void
  /**
   * What a person asks: a manual hold, a command. In force until `until` or `release`, whoever drives the output in
   * between; driven before this returns. The decision says who drives it now and why: not always who asked.
   * Faults: OUTPUT_UNKNOWN, OUTPUT_CLAIM_INVALID, OUTPUT_CLAIMS_FULL.
   */
  order(owner: string, order: OutputOrder): Result<Decision>
  /** Ends the owner's order for one output; `output` left out, for all. */
  release(owner: string, output?: Pick<OutputOrder, 'device' | 'output'>): void
  /** Whether a driver serves such an output. */
  has(device: string, output: string): boolean
  /** Whose alarm it would quiet to drive an output to this value; undefined for nobody's. */
  alarmQuietedBy(order: Pick<OutputOrder, 'device' | 'output' | 'value'>): string | undefined
  /** Who drives an output now; undefined for one that nobody has driven yet. */
  decision(device: string, output: string): Decision | undefined
  progress(device: string, requests: readonly OutputRequest[], stage: OutputProgress['stage']): void
  /** Lets claims die and interlocks act; at least once a second. */
  tick(): void
  /** Drives to its safe value what may not stay as it is without a node, for good; true when there was anything. */
  driveSafe(): boolean
  views(): readonly OutputView[]
}

export interface OutputOrder {
  readonly device: string
  readonly output: string
  readonly value: number
  readonly rank: Extract<ClaimRank, 'override' | 'manual' | 'emergency' | 'command'>
  /** Monotonic; null for until it is released. */
  readonly until: Mono | null
  readonly reason: Text
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
  /** It may keep any value though no node tells it so: a lamp, a feeder. */
  readonly keeps: boolean
  arbiter: ArbiterState
  decision: Decision | undefined
  /** What the driver took on; null before that, and once it refused or gave up. */
  told: number | null
  /** Real time at which it was last told. */
  toldAt: number
  /** What was refused or given up last; null before that. */
  missed: number | null
  /** Real time before which it is not tried again. */
  retryAt: number
  /** When the hardware ends by itself what it was told; null where it does not. */
  timedUntil: Mono | null
  /** The same of what it was last known to have taken on. */
  takenUntil: Mono | null
  confirmed: { value: number; at: Utc } | null
}

/** Longer than any boot. */
const UNTIL_RELEASED = Number.MAX_SAFE_INTEGER as Mono

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
/** Hardware that ends this much before its time is not told again for it. */
const EARLY_MS = 1_000
/** Time for the next owner's value to be told and to arrive. */
const HANDOVER_MS = 20_000

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
  const startedAt = clock.monotonic()
  let begun = false
  let released = false

  const entryOf = (device: string, name: string): Entry | undefined => {
    const key = `${device}/${name}`
    const known = entries.get(key)
    if (known !== undefined) return known
    const id = deviceId(device)
    const outputs = parts.definitions.get(device)?.outputs
    const definition: Output | undefined =
      outputs !== undefined && Object.hasOwn(outputs, name) ? outputs[name] : undefined
    const driver = parts.driverOf(device)
    if (!id.ok || definition === undefined || driver === undefined) return undefined
    const { min, max, safe, interlocks = [] } = definition
    const output = { min, max, safe, interlocks }
    const entry: Entry = {
      device: id.value,
      name,
      driver,
      output,
      holdS: holdOf(definition, parts.speed),
      keeps: definition.deadManS === 0 && !restsAtStart(definition),
      arbiter: startArbiterState(output, startedAt),
      decision: undefined,
      told: null,
      toldAt: Number.NEGATIVE_INFINITY,
      missed: null,
      retryAt: Number.NEGATIVE_INFINITY,
      timedUntil: null,
      takenUntil: null,
      confirmed: null,
    }
    entries.set(key, entry)
    return entry
  }

  /** Tells drivers, one call a device, so that a device gets its outputs in as few downlinks as it allows. */
  const drive = (wanted: readonly Due[], urgency: Urgency) => {
    const now = clock.monotonic()
    const byDevice = new Map<DeviceId, Due[]>()
    for (const due of wanted) {
      const others = byDevice.get(due.entry.device)
      if (others === undefined) byDevice.set(due.entry.device, [due])
      else others.push(due)
    }
    for (const [device, list] of byDevice) {
      const requests = list.map(({ entry, value }) => requestOf(entry, value, now))
      const accepted = list[0]?.entry.driver.drive(device, requests, urgency)
      const refusal = accepted === undefined || accepted.ok ? undefined : accepted.error
      if (refusal !== undefined) refusals.note(refusal, device)
      for (const [index, { entry, value }] of list.entries()) {
        entry.told = refusal === undefined ? value : null
        if (refusal !== undefined) entry.missed = value
        entry.toldAt = wall.monotonic()
        entry.retryAt = entry.toldAt + TELL_AGAIN_MS
        const forS = requests[index]?.forS
        entry.timedUntil = forS === undefined ? null : ((now + forS * 1000) as Mono)
      }
    }
  }

  const decide = (entry: Entry, now: Mono): Decision => {
    if (lapsed(entry, now)) {
      entry.arbiter = comeToRest(entry.arbiter, entry.output, now)
      entry.takenUntil = null
    }
    let { state, decision } = arbitrate(entry.arbiter, entry.output, now)
    if (comesTooLate(entry, decision.value, now))
      ({ state, decision } = arbitrate(comeToRest(state, entry.output, now), entry.output, now))
    entry.arbiter = state
    entry.decision = decision
    return decision
  }

  /** Decides anew and drives what has changed or must be renewed. */
  const settle = (some: readonly Entry[]) => {
    const now = clock.monotonic()
    const real = wall.monotonic()
    const due = some.flatMap((entry): Due[] => {
      const { value } = decide(entry, now)
      return isNews(entry, value, real) || renewalDue(entry, now, real) ? [{ entry, value }] : []
    })
    // A lamp that does not answer, retried as urgent, would stand before those that may, and use what sirens reserve.
    const soon = (urgent: boolean) => due.filter(({ entry }) => entry.keeps !== urgent)
    drive(soon(true), 'urgent')
    drive(soon(false), 'normal')
  }

  /** What has interlocks is brought to rest first: it may have run on since before the start. */
  const begin = () => {
    begun = true
    for (const [device, { outputs }] of parts.definitions)
      for (const [name, output] of Object.entries(outputs)) if (restsAtStart(output)) entryOf(device, name)
  }

  return {
    claim(owner, wanted) {
      if (released) return
      const now = clock.monotonic()
      const due: (Due & { readonly urgency: Urgency })[] = []
      for (const wish of wanted) {
        const entry = entryOf(wish.device, wish.output)
        if (entry === undefined) {
          refusals.note(fault('ACTION_UNSUPPORTED', { model: wish.device, output: wish.output }), wish.device)
          continue
        }
        const until = (now + wish.validS * 1000) as Mono
        const claimed = claim(entry.arbiter, entry.output, {
          owner,
          rank: rankOf(wish, entry.output),
          alarm: wish.purpose === 'alarm',
          value: wish.value,
          until,
          ...(wish.forS === undefined ? {} : { endsAt: (now + wish.forS * 1000) as Mono }),
          reason: wish.reason,
        })
        if (!claimed.ok) {
          refusals.note(claimed.error, wish.device)
          continue
        }
        entry.arbiter = claimed.value
        const { value, owner: winner } = decide(entry, now)
        const mine = winner === owner
        const real = wall.monotonic()
        const again = wish.again === true && mine && real - entry.toldAt >= TELL_AGAIN_MS
        const news = isNews(entry, value, wish.again === true ? Number.POSITIVE_INFINITY : real)
        if (again || news || (mine && endsEarly(entry, now)))
          due.push({ entry, value, urgency: wish.urgency })
      }
      for (const urgency of ['urgent', 'normal'] as const) {
        drive(
          due.filter((item) => item.urgency === urgency),
          urgency,
        )
      }
    },
    order(owner, { device, output, value, rank, until, reason }) {
      const entry = entryOf(device, output)
      if (entry === undefined || released) return err(unknownOutput(device, output))
      const ends = until === null ? { until: UNTIL_RELEASED } : { until, endsAt: until }
      const claimed = claim(entry.arbiter, entry.output, { owner, rank, value, ...ends, reason })
      if (!claimed.ok) return claimed
      entry.arbiter = claimed.value
      const before = entry.told
      const decision = decide(entry, clock.monotonic())
      // What the output does already is told once more: a driver may have given up on it, and a person waits for an answer.
      if (decision.value !== before || decision.value === value)
        drive([{ entry, value: decision.value }], 'urgent')
      return ok(decision)
    },
    release(owner, output) {
      const one = output === undefined ? undefined : entries.get(`${output.device}/${output.output}`)
      const meant = output === undefined ? [...entries.values()] : one === undefined ? [] : [one]
      const held = meant.filter(({ arbiter }) => arbiter.claims.some((claim) => claim.owner === owner))
      if (released || held.length === 0) return
      for (const entry of held) entry.arbiter = releaseClaim(entry.arbiter, owner)
      settle(held)
    },
    has: (device, output) => entryOf(device, output) !== undefined,
    alarmQuietedBy({ device, output, value }) {
      const entry = entries.get(`${device}/${output}`)
      if (entry === undefined || value !== entry.output.safe) return undefined
      return alarmOf(entry.arbiter, clock.monotonic())
    },
    decision: (device, output) => entries.get(`${device}/${output}`)?.decision,
    progress(device, requests, stage) {
      for (const { output, value } of requests) {
        const entry = entries.get(`${device}/${output}`)
        if (entry === undefined) continue
        if (stage === 'confirmed') entry.confirmed = { value, at: clock.now() }
        if (stage === 'confirmed' && value === entry.told) entry.takenUntil = entry.timedUntil
        if (stage === 'failed' && value === entry.told) {
          entry.told = null
          entry.missed = value
          entry.retryAt = wall.monotonic() + GIVEN_UP_MS
        }
      }
    },
    tick() {
      if (released) return
      if (!begun) begin()
      settle([...entries.values()])
    },
    driveSafe() {
      released = true
      const away = [...entries.values()].filter(
        ({ keeps, told, confirmed, output: { safe } }) =>
          !keeps && (told !== safe || (confirmed?.value ?? safe) !== safe),
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

/** Whether a value must be told now: it is another than what the driver took on or was asked in vain a moment ago. */
function isNews({ told, missed, retryAt }: Entry, value: number, real: number): boolean {
  return value !== told && (told !== null || value !== missed || real >= retryAt)
}

interface Due {
  readonly entry: Entry
  readonly value: number
}

/**
 * With the time after which the hardware ends it by itself: what is left of its owner's wish, of what the interlocks
 * allow, or the dead-man time.
 */
function requestOf(entry: Entry, value: number, now: Mono): OutputRequest {
  const { name, output, holdS } = entry
  if (value === output.safe) return { output: name, value }
  const forS = Math.min(Math.max(1, timeOf(entry, now) / 1000), holdS ?? Number.POSITIVE_INFINITY)
  return { output: name, value, ...(Number.isFinite(forS) ? { forS } : {}) }
}

/**
 * What the hardware is told, in ms: a little longer than its owners want this value where others want it to run on with
 * theirs. Ended in between, it would be started anew without the rest that it is owed.
 */
function timeOf(entry: Entry, now: Mono): number {
  const { arbiter, output } = entry
  const left = leftOf(entry, now)
  if (!restsAtStart(output)) return left
  const running = heldUntil(arbiter, (value) => value !== output.safe, now) - now
  return Math.min(runLeft(arbiter, output, now), Math.max(left, Math.min(running, left + HANDOVER_MS)))
}

/** How much longer its owners want it and the interlocks allow it, in ms; Infinity for without an end. */
function leftOf({ arbiter, decision, output }: Entry, now: Mono): number {
  // What a switching limit keeps as it is has no owner who could want an end.
  const kept = decision?.winner === 'interlock' && decision.value !== output.safe
  const wanted = kept
    ? Number.POSITIVE_INFINITY
    : heldUntil(arbiter, (value) => value === (decision?.value ?? output.safe), now) - now
  return Math.min(wanted, runLeft(arbiter, output, now))
}

/**
 * Whether the hardware would end by itself what is wanted for longer: a third of the time that it was given is over, or
 * it was given that of an owner who wanted less.
 */
function endsEarly(entry: Entry, now: Mono): boolean {
  const { told, output, holdS, timedUntil } = entry
  if (told === null || told === output.safe || timedUntil === null) return false
  const renewAt = holdS === undefined ? Number.POSITIVE_INFINITY : holdS * 1000 * (1 - 1 / RENEWALS)
  return timedUntil - now <= Math.min(leftOf(entry, now) - EARLY_MS, renewAt)
}

/**
 * Not shortly before the end, which the hardware knows: a renewal that a slow radio brings after it would start the
 * output once more. Nor soon after the last telling, unless the hardware ends before that.
 */
function renewalDue(entry: Entry, now: Mono, real: number): boolean {
  const { toldAt, timedUntil } = entry
  if (!endsEarly(entry, now) || leftOf(entry, now) <= TELL_AGAIN_MS) return false
  return real - toldAt >= TELL_AGAIN_MS || (timedUntil ?? now) - now < TELL_AGAIN_MS
}

/**
 * Nobody could tell the hardware to go on, and what it took on is over, or all but: it comes to rest by itself. A late
 * telling would start it anew without the rest that it is owed.
 */
function lapsed({ told, takenUntil, output }: Entry, now: Mono): boolean {
  return (
    told === null && takenUntil !== null && output.interlocks.length > 0 && now >= takenUntil - TELL_AGAIN_MS
  )
}

/** The time that the hardware was given is over before what runs on could be told, or it is over already. */
function comesTooLate({ told, timedUntil, output }: Entry, value: number, now: Mono): boolean {
  if (told === null || told === output.safe || timedUntil === null) return false
  if (value === output.safe || !restsAtStart(output)) return false
  return now >= timedUntil - (value === told ? 0 : TELL_AGAIN_MS)
}

/** Two stations may share a siren: the calm of one, or a pause of its pattern, must not quiet the other's alarm. */
function rankOf({ value, purpose }: ControlOutput, { safe }: ArbitratedOutput): ClaimRank {
  switch (purpose) {
    case 'alarm':
      return value === safe ? 'rest' : 'alarm'
    case 'emergency':
    case 'override':
      return purpose
    case 'schedule':
    case 'self-test':
      return 'controller'
    case 'rest':
      return 'rest'
  }
}

function unknownOutput(device: string, output: string): Fault {
  return fault('OUTPUT_UNKNOWN', { device, output })
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
