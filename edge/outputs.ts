import type { Clock, Mono, Utc } from '../core/clock.ts'
import { type Fault, fault } from '../core/errors.ts'
import { type DeviceId, deviceId } from '../core/ids.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Text } from '../core/text.ts'
import type { DeviceDefinition, Output, OutputRequest } from '../devices/define.ts'
import {
  alarmOf,
  arbitrate,
  type ClaimRank,
  claim,
  comeToRest,
  type Decision,
  release as releaseClaim,
  resetInterlocks,
  restsAtStart,
  startArbiterState,
} from './control/arbiter.ts'
import type { ControlOutput, InterlockReport } from './control/controller.ts'
import { lingering } from './control/interlocks.ts'
import {
  comesTooLate,
  type Due,
  type Entry,
  giveUp,
  hear,
  holdOf,
  isGuarded,
  lapsed,
  movedByOthers,
  refuse,
  requestOf,
  retriesNow,
  tell,
} from './driven-output.ts'
import type { Driver, OutputProgress } from './drivers/driver.ts'
import { type InterlockMemory, NO_MEMORY } from './interlock-memory.ts'
import { createInterlockReports, type HeldView } from './interlock-reports.ts'
import { createOutputFacts } from './output-facts.ts'
import { isDue, rankOf, type Urgency, type Wish } from './output-wishes.ts'
import type { Refusals } from './refusals.ts'
import { createRememberedRuns } from './remembered-runs.ts'

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
  /** Ends all that people have ordered of one output, whoever it was. */
  letGo(output: Pick<OutputOrder, 'device' | 'output'>): void
  /** Whether a driver serves such an output. */
  has(device: string, output: string): boolean
  /** Whose alarm it would quiet to drive an output to this value; undefined for nobody's. */
  alarmQuietedBy(order: Pick<OutputOrder, 'device' | 'output' | 'value'>): string | undefined
  /** Who drives an output now; undefined for one that nobody has driven yet. */
  decision(device: string, output: string): Decision | undefined
  progress(device: string, requests: readonly OutputRequest[], stage: OutputProgress['stage']): void
  /**
   * What a device told, before anybody else hears it: interlocks that go by it act before this returns. `heardAt` is of
   * this boot; left out, now. Returns what equipment is seen to do by itself, where that is news.
   */
  observe(
    device: string,
    telemetry: Readonly<Record<string, number>>,
    failed: Readonly<Record<string, string>>,
    heardAt?: Mono,
  ): readonly OutputRequest[]
  /** Told of each output that an interlock keeps at rest, and when it does so no more; after it was driven. */
  onInterlock(handler: (report: InterlockReport) => void): void
  /** A person has looked after what latched an output. Faults: OUTPUT_UNKNOWN, INTERLOCK_NOT_LATCHED. */
  reset(device: string, output: string): Result<void>
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
  /** What keeps it at rest though it is asked for, or until a person has looked; null for nothing. */
  readonly held: HeldView | null
}

const ORDERED: ReadonlySet<ClaimRank> = new Set(['override', 'manual', 'emergency', 'command'])

/** Longer than any boot. */
const UNTIL_RELEASED = Number.MAX_SAFE_INTEGER as Mono

/** How often what follows from a decision is decided in one go; what is left then comes with the next tick. */
const ROUNDS_MAX = 8

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
  /** What interlocks must not forget over a restart; left out, they do. */
  readonly memory?: InterlockMemory
}): Outputs {
  const { clock, wall, refusals } = parts
  const entries = new Map<string, Entry>()
  const facts = createOutputFacts({
    clock,
    entries: () => entries,
    channelsOf: (device) => Object.keys(parts.definitions.get(device)?.telemetry ?? {}),
  })
  const reports = createInterlockReports(clock)
  const startedAt = clock.monotonic()
  const runs = createRememberedRuns({ clock, wall, startedAt, memory: parts.memory ?? NO_MEMORY })
  let begun = false
  let released = false
  /** Outputs are being decided or driven; what waits to be looked at. */
  let busy = false
  const waiting = new Map<Entry, Wish | undefined>()

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
    const { readBack: channel, readBackWithin: within = 0 } = definition
    const entry: Entry = {
      device: id.value,
      name,
      driver,
      output,
      readBack: channel === undefined ? undefined : { channel, within },
      guarded: isGuarded(output),
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
      answeredAt: startedAt,
      heardAt: startedAt,
      known: null,
    }
    entries.set(key, entry)
    facts.watch(entry)
    runs.restore(entry)
    return entry
  }

  /** Tells drivers, one call a device, so that a device gets its outputs in as few downlinks as it allows. */
  const drive = (wanted: readonly Due[], urgency: Urgency) => {
    const byDevice = new Map<DeviceId, Due[]>()
    for (const due of wanted) {
      const others = byDevice.get(due.entry.device)
      if (others === undefined) byDevice.set(due.entry.device, [due])
      else others.push(due)
    }
    for (const [device, all] of byDevice) {
      // A device beside us may have answered meanwhile, and been told better.
      const list = all.filter(({ entry, value }) => released || entry.decision?.value === value)
      const refusal = list.length === 0 ? undefined : ask(device, list, urgency)
      if (refusal === undefined) continue
      refusals.note(refusal, device)
      // What cannot be done to one output must not keep another from being stopped.
      if (list.length > 1) for (const due of list) ask(device, [due], urgency)
    }
  }

  const ask = (device: DeviceId, list: readonly Due[], urgency: Urgency): Fault | undefined => {
    const now = clock.monotonic()
    const requests = list.map(({ entry, value }) => requestOf(entry, value, now))
    // Noted first: a device beside us may answer before `drive` returns.
    for (const [index, { entry, value }] of list.entries())
      tell(entry, value, { now, real: wall.monotonic(), forS: requests[index]?.forS })
    let accepted: Result<void> | undefined
    try {
      accepted = list[0]?.entry.driver.drive(device, requests, urgency)
    } finally {
      if (accepted?.ok !== true) for (const { entry, value } of list) refuse(entry, value)
    }
    return accepted?.ok === false ? accepted.error : undefined
  }

  const decide = (entry: Entry, now: Mono): Decision => {
    if (lapsed(entry, now)) {
      entry.arbiter = comeToRest(entry.arbiter, entry.output, now)
      entry.takenUntil = null
      entry.known = null
    }
    const before = runs.learn(entry)
    const decided = (state = before) =>
      arbitrate(state, entry.output, now, facts.of(entry, runs.isDurable(entry)))
    let { state, decision } = decided()
    if (comesTooLate(entry, decision.value, now)) {
      entry.known = null
      ;({ state, decision } = decided(comeToRest(state, entry.output, now)))
    }
    // What a restart must not forget is written down before it is done; what cannot be is not done.
    if (decision.value !== entry.output.safe && !runs.writeAhead(entry, state, now))
      ({ state, decision } = decided())
    entry.arbiter = state
    entry.decision = decision
    return decision
  }

  /** These, and where interlocks of others may go by them those as well, in the order in which news travels. */
  const concerned = (some: readonly Entry[]): readonly Entry[] => {
    if (!some.some(facts.concerns)) return some
    const all = new Set([...some, ...[...entries.values()].filter(facts.concerns)])
    const outlasts = ({ output }: Entry) => output.interlocks.some(({ kind }) => kind === 'outlasts')
    return [...all].toSorted((one, other) => Number(outlasts(other)) - Number(outlasts(one)))
  }

  /** Until no decision changes another: each round only stops what another's stop has left without what it needs. */
  const decideAll = (list: readonly Entry[], now: Mono) => {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = list.map(({ decision }) => decision?.value)
      for (const entry of list) decide(entry, now)
      if (!list.some(({ guarded }) => guarded)) return
      if (list.every(({ decision }, index) => decision?.value === before[index])) return
    }
  }

  /** What has interlocks is brought to rest first: it may have run on since before the start. */
  const begin = () => {
    begun = true
    for (const [device, { outputs }] of parts.definitions)
      for (const [name, output] of Object.entries(outputs)) if (restsAtStart(output)) entryOf(device, name)
  }

  /**
   * Decides anew and drives what has changed or must be renewed, and what follows from it. What is asked or heard while
   * a driver is being told is looked at right after.
   */
  const settle = (some: readonly Entry[], wishes: ReadonlyMap<Entry, Wish> = new Map()) => {
    for (const entry of some) waiting.set(entry, wishes.get(entry))
    if (busy) {
      for (const entry of some) decide(entry, clock.monotonic())
      return
    }
    busy = true
    const touched = new Set<Entry>()
    try {
      for (let round = 0; waiting.size > 0 && round < ROUNDS_MAX; round++) {
        const asked = new Map(waiting)
        waiting.clear()
        const list = concerned([...asked.keys()])
        settleOnce(list, asked)
        for (const entry of list) if (entry.output.interlocks.length > 0) touched.add(entry)
      }
    } finally {
      // A driver that breaks under one order must not keep every later stop from being driven.
      busy = false
    }
    for (const entry of touched) reports.look(entry, facts.of(entry, true))
    reports.tell()
  }

  const settleOnce = (list: readonly Entry[], asked: ReadonlyMap<Entry, Wish | undefined>) => {
    const now = clock.monotonic()
    const real = wall.monotonic()
    decideAll(list, now)
    const due = list.flatMap((entry): (Due & { readonly urgency: Urgency })[] => {
      const value = entry.decision?.value ?? entry.output.safe
      const wish = asked.get(entry)
      if (waitsForOthers(entry, value, now) || !isDue(entry, value, wish, now, real)) return []
      // A lamp that does not answer, retried as urgent, would stand before those that may, and use what sirens reserve.
      const urgency = wish?.urgency ?? (entry.keeps ? 'normal' : 'urgent')
      return [{ entry, value, urgency }]
    })
    // A pump stops before the valve that it needs shuts.
    const stops = due.filter(({ entry, value }) => needsSomething(entry) && value === entry.output.safe)
    drive(stops, 'urgent')
    for (const urgency of ['urgent', 'normal'] as const)
      drive(
        due.filter((one) => one.urgency === urgency && !stops.includes(one)),
        urgency,
      )
    for (const entry of list) runs.write(entry, now)
  }

  /** After a start: a pump that may have run on since before comes to rest before its valves are told to shut. */
  const waitsForOthers = (entry: Entry, value: number, now: Mono): boolean =>
    value === entry.output.safe &&
    entry.told === null &&
    entry.confirmed === null &&
    lingering(entry.output, facts.of(entry, true), startedAt, now) !== undefined

  /** What interlocks go by is looked at anew. */
  const settleConcerned = () => settle([...entries.values()].filter(facts.concerns))

  return {
    claim(owner, wanted) {
      if (released) return
      const now = clock.monotonic()
      const wishes = new Map<Entry, Wish>()
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
        const { again = false, urgency } = wish
        wishes.set(entry, { owner, again, urgency })
      }
      settle([...wishes.keys()], wishes)
    },
    order(owner, { device, output, value, rank, until, reason }) {
      const entry = entryOf(device, output)
      if (entry === undefined || released) return err(unknownOutput(device, output))
      const now = clock.monotonic()
      const ends = until === null ? { until: UNTIL_RELEASED } : { until, endsAt: until }
      const claimed = claim(entry.arbiter, entry.output, { owner, rank, value, ...ends, reason })
      if (!claimed.ok) return claimed
      entry.arbiter = claimed.value
      settle([entry], new Map([[entry, { owner, ordered: value, again: true, urgency: 'urgent' }]]))
      return ok(entry.decision ?? decide(entry, now))
    },
    release(owner, output) {
      const one = output === undefined ? undefined : entries.get(`${output.device}/${output.output}`)
      const meant = output === undefined ? [...entries.values()] : one === undefined ? [] : [one]
      const held = meant.filter(({ arbiter }) => arbiter.claims.some((claim) => claim.owner === owner))
      if (released || held.length === 0) return
      for (const entry of held) entry.arbiter = releaseClaim(entry.arbiter, owner)
      settle(held)
    },
    letGo({ device, output }) {
      const entry = entries.get(`${device}/${output}`)
      if (released || entry === undefined) return
      for (const { owner, rank } of entry.arbiter.claims)
        if (ORDERED.has(rank)) entry.arbiter = releaseClaim(entry.arbiter, owner)
      settle([entry])
    },
    has: (device, output) => entryOf(device, output) !== undefined,
    alarmQuietedBy({ device, output, value }) {
      const entry = entries.get(`${device}/${output}`)
      if (entry === undefined || value !== entry.output.safe) return undefined
      return alarmOf(entry.arbiter, clock.monotonic())
    },
    decision: (device, output) => entries.get(`${device}/${output}`)?.decision,
    progress(device, requests, stage) {
      const now = clock.monotonic()
      let news = false
      for (const { output, value } of requests) {
        const entry = entries.get(`${device}/${output}`)
        if (entry === undefined) continue
        if (stage === 'confirmed') {
          // Given up, and now seen to rest: a board has restarted. What it ran is over, and is judged no more. The same of
          // what a node that ends has stopped.
          if ((entry.told === null || released) && value === entry.output.safe && restsAtStart(entry.output))
            entry.arbiter = comeToRest(entry.arbiter, entry.output, now)
          entry.confirmed = { value, at: clock.now() }
          entry.answeredAt = now
          hear(entry, value !== entry.output.safe, now, now)
          if (value === entry.told) entry.takenUntil = entry.timedUntil
          if (released) runs.write(entry, now)
        }
        if (stage === 'failed') {
          entry.known = null
          if (value === entry.told) giveUp(entry, value, wall.monotonic())
        }
        news ||= stage !== 'sent' && facts.concerns(entry)
      }
      if (news && !released) settleConcerned()
    },
    observe(device, telemetry, failed, heardAt = clock.monotonic()) {
      if (facts.observe(device, telemetry, failed, heardAt) && !released) settleConcerned()
      const own = [...entries.values()].filter((entry) => entry.device === device)
      const speaks = Object.keys(telemetry).length > 0 && !released
      const retried = speaks ? own.filter((entry) => retriesNow(entry, wall.monotonic())) : []
      if (retried.length > 0) settle(retried)
      const times = { heardAt, at: clock.now() }
      return own.flatMap((entry) => movedByOthers(entry, telemetry, times) ?? [])
    },
    onInterlock: reports.on,
    reset(device, output) {
      const entry = entryOf(device, output)
      if (entry === undefined || released) return err(unknownOutput(device, output))
      const { latches, spent } = entry.arbiter
      if (latches.length === 0 && !spent.some(({ lost }) => lost === true))
        return err(fault('INTERLOCK_NOT_LATCHED', { device, output }))
      entry.arbiter = resetInterlocks(entry.arbiter)
      settle([entry])
      return ok(undefined)
    },
    tick() {
      if (released) return
      if (!begun) begin()
      settle([...entries.values()])
      runs.settled()
    },
    driveSafe() {
      released = true
      const away = [...entries.values()].filter(
        ({ keeps, told, confirmed, output: { safe } }) =>
          !keeps && (told !== safe || (confirmed?.value ?? safe) !== safe),
      )
      const resting = (guarded: boolean) =>
        away
          .filter((entry) => needsSomething(entry) === guarded)
          .map((entry) => ({ entry, value: entry.output.safe }))
      drive(resting(true), 'urgent')
      drive(resting(false), 'urgent')
      return away.length > 0
    },
    views: () =>
      [...entries.values()].flatMap((entry) => {
        const { device, name, decision, told, confirmed } = entry
        if (decision === undefined) return []
        return [{ device, output: name, decision, told, confirmed, held: reports.of(entry) }]
      }),
  }
}

function needsSomething({ output }: Entry): boolean {
  return output.interlocks.some(({ kind }) => kind === 'needs')
}

function unknownOutput(device: string, output: string): Fault {
  return fault('OUTPUT_UNKNOWN', { device, output })
}
