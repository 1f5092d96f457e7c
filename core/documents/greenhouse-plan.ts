import type { Utc } from '../clock.ts'
import { type LocalClock, localClock } from '../time-zone.ts'
import type { Greenhouse, Program, Zone } from './greenhouse.ts'

/** When the programs of a greenhouse begin, how long and how much they water, and who waits for whom. */

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** `Date.UTC` of a local day → its name in a document; Thursday was the first of 1970. */
const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const

type Start = Program['start']
type ClockStart = Extract<Start, { by: 'clock' }>

/** `06:30` as milliseconds of a day. */
export function clockTimeMs(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return (hours * 60 + minutes) * MINUTE_MS
}

/** The times in (after, to] at which a program begins by the clock, rising; none for one that goes by moisture alone. */
export function startsBetween(start: Start, clock: LocalClock, after: Utc, to: Utc): readonly Utc[] {
  if (start.by === 'moisture' || to <= after) return []
  const times = start.by === 'clock' ? start.times : [start.at]
  const first = Math.floor(clock.shown(after) / DAY_MS) - 1
  const last = Math.floor(clock.shown(to) / DAY_MS) + 1
  const found: Utc[] = []
  for (let day = first; day <= last; day++) {
    if (start.by === 'clock' && !isDay(start, day)) continue
    for (const time of times) {
      const at = clock.moment(day * DAY_MS + clockTimeMs(time))
      if (at > after && at <= to) found.push(at)
    }
  }
  return [...new Set(found)].toSorted((one, other) => one - other)
}

function isDay({ days, every }: ClockStart, day: number): boolean {
  const weekday = WEEKDAYS[((day % 7) + 7) % 7]
  if (days !== undefined && !days.some((name) => name === weekday)) return false
  if (every === undefined) return true
  const from = Math.floor(Date.parse(`${every.from}T00:00:00Z`) / DAY_MS)
  return day >= from && (day - from) % every.days === 0
}

/** Whether a local time of day lies between two; over midnight where `to` is before `from`. */
export function isWithinHours(
  { from, to }: { readonly from: string; readonly to: string },
  shown: number,
): boolean {
  const now = ((shown % DAY_MS) + DAY_MS) % DAY_MS
  const [begins, ends] = [clockTimeMs(from), clockTimeMs(to)]
  return begins <= ends ? now >= begins && now < ends : now >= begins || now < ends
}

/** What one run gives a zone when all is well: seconds of water and litres. */
export interface RunSize {
  readonly seconds: number
  readonly litres: number
}

/** The largest run that an amount stands for, by the zone's flow as the document has it; never beyond its limits. */
export function runSize(amount: Program['amount'], zone: Zone): RunSize {
  const perSecond = zone.flow_Lmin / 60
  const wanted = wantedSeconds(amount, zone)
  const seconds = Math.min(wanted, zone.longest_min * 60, zone.daily_L / perSecond)
  return { seconds, litres: seconds * perSecond }
}

/** Before any limit of the zone. `mm` is depth on its area: what the drippers give, not what the roots get. */
export function wantedSeconds(amount: Program['amount'], { flow_Lmin, area_m2 }: Zone): number {
  if ('minutes' in amount) return amount.minutes * 60
  if ('missing' in amount) return amount.most_min * 60
  const litres = 'litres' in amount ? amount.litres : amount.mm * area_m2
  return (litres / flow_Lmin) * 60
}

/** One turn of water that is planned: a run, or one of the cycles of a run. */
export interface PlannedTurn {
  readonly program: string
  readonly zone: string
  /** When its program is due, and when its turn begins. */
  readonly due: Utc
  readonly at: Utc
  readonly minutes: number
  readonly litres: number
}

interface Job {
  readonly program: string
  readonly zone: string
  readonly flow_Lmin: number
  /** Waters alone, because what is fed flows to every zone that is open. */
  readonly alone: boolean
  readonly cycles: Program['cycles']
  readonly due: Utc
  left_s: number
  /** Not before. */
  ready: Utc
}

/** Less is no turn: minutes that are divided leave crumbs. */
const TURN_LEAST_S = 1

/** Turns of one plan, and runs that are looked at for them; more are left out: a node plans beside its other work. */
const TURNS_MAX = 5_000
const JOBS_MAX = 2 * TURNS_MAX

/**
 * What will be watered from `from` on for so many hours, as far as the clock alone decides: programs by moisture begin
 * when the soil asks, and those by the balance are shown at their largest. Flows are the document's.
 */
export function planOf(house: Greenhouse, from: Utc, hours: number): readonly PlannedTurn[] {
  const clock = localClock(house.timeZone)
  const to = from + hours * 3_600_000
  const starts = house.programs
    .filter(({ on }) => on)
    .flatMap((program) => startsBetween(program.start, clock, from - 1, to).map((at) => ({ program, at })))
  return turnsOf(house, starts)
}

/** What is watered when programs begin at these times, each of them at its largest. */
export function turnsOf(house: Greenhouse, starts: readonly ProgramStart[]): readonly PlannedTurn[] {
  const jobs: Job[] = []
  for (const { program, at } of starts.toSorted((one, other) => one.at - other.at)) {
    if (jobs.length >= JOBS_MAX) break
    jobs.push(...jobsOf(house, program, at))
  }
  return pack(jobs, house.water.gives_Lmin)
}

export interface ProgramStart {
  readonly program: Program
  readonly at: Utc
}

/** How long a program takes from its start to its last drop when it runs by itself, ms. */
export function programLasts(house: Greenhouse, program: Program): number {
  const turns = turnsOf(house, [{ program, at: 0 }])
  return Math.max(0, ...turns.map(({ at, minutes }) => at + minutes * MINUTE_MS))
}

function jobsOf(house: Greenhouse, program: Program, at: Utc): Job[] {
  return program.zones.flatMap((id) => {
    const zone = house.zones.find((one) => one.id === id)
    if (zone === undefined) return []
    const { seconds } = runSize(program.amount, zone)
    return [
      {
        ...{ program: program.id, zone: id, flow_Lmin: zone.flow_Lmin },
        ...{
          alone: program.recipe !== undefined,
          cycles: program.cycles,
          due: at,
          left_s: seconds,
          ready: at,
        },
      },
    ]
  })
}

interface Waiting {
  readonly job: Job
  /** Its place in the queue. */
  readonly place: number
}

/** The queue of zones as the controller keeps it: in order, as many at once as the water allows. */
function pack(jobs: readonly Job[], gives_Lmin: number): readonly PlannedTurn[] {
  let places = 0
  const later: Waiting[] = []
  for (const job of jobs) insert(later, { job, place: places++ }, byReady)
  /** Of each zone, what is ready and waits for its turn. */
  const ready = new Map<string, Waiting[]>()
  /** By zone. */
  const running = new Map<string, { readonly job: Job; readonly until: Utc }>()
  const turns: PlannedTurn[] = []

  const wake = (now: Utc) => {
    for (let first = later.at(-1); first !== undefined && first.job.ready <= now; first = later.at(-1)) {
      later.pop()
      const queue = ready.get(first.job.zone) ?? []
      insert(queue, first, byPlace)
      ready.set(first.job.zone, queue)
    }
  }
  /** The one whose turn it is: of the zones that do not water, the first in the queue. */
  const first = (): Waiting[] | undefined => {
    let found: Waiting[] | undefined
    for (const [zone, queue] of ready) {
      const place = queue.at(-1)?.place ?? Number.POSITIVE_INFINITY
      if (running.has(zone)) continue
      if (place < (found?.at(-1)?.place ?? Number.POSITIVE_INFINITY)) found = queue
    }
    return found
  }
  const begin = (job: Job, now: Utc) => {
    const seconds = Math.min(job.left_s, (job.cycles?.run_min ?? Number.POSITIVE_INFINITY) * 60)
    job.left_s -= seconds
    running.set(job.zone, { job, until: now + seconds * 1000 })
    const litres = (seconds / 60) * job.flow_Lmin
    const { program, zone, due } = job
    turns.push({ program, zone, due, at: now, minutes: seconds / 60, litres })
  }
  const end = (now: Utc) => {
    for (const { job, until } of running.values()) {
      if (until > now) continue
      running.delete(job.zone)
      if (job.left_s < TURN_LEAST_S || job.cycles === undefined) continue
      const soaked = { ...job, ready: now + job.cycles.soak_min * MINUTE_MS }
      insert(later, { job: soaked, place: places++ }, byReady)
    }
  }

  for (let now = later.at(-1)?.job.ready; now !== undefined && turns.length < TURNS_MAX; ) {
    wake(now)
    for (let queue = first(); queue !== undefined; queue = first()) {
      const job = queue.at(-1)?.job
      const beside = Array.from(running.values(), (one) => one.job)
      if (job === undefined || !fitsBeside(beside, job, gives_Lmin)) break
      queue.pop()
      begin(job, now)
    }
    let next = later.at(-1)?.job.ready ?? Number.POSITIVE_INFINITY
    for (const { until } of running.values()) next = Math.min(next, until)
    if (!Number.isFinite(next)) break
    now = next
    end(now)
  }
  return turns
}

/** Into a list whose last is the first to come. */
function insert(list: Waiting[], one: Waiting, order: (a: Waiting, b: Waiting) => number): void {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = list[middle]
    if (other !== undefined && order(other, one) > 0) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, one)
}

function byPlace(one: Waiting, other: Waiting): number {
  return one.place - other.place
}

function byReady(one: Waiting, other: Waiting): number {
  return one.job.ready - other.job.ready || byPlace(one, other)
}

interface Turn {
  readonly flow_Lmin: number
  readonly alone: boolean
}

/** Whether one more zone may water beside those that do. */
export function fitsBeside(running: readonly Turn[], next: Turn, gives_Lmin: number): boolean {
  if (running.length === 0) return true
  if (next.alone || running.some(({ alone }) => alone)) return false
  return running.reduce((sum, { flow_Lmin }) => sum + flow_Lmin, next.flow_Lmin) <= gives_Lmin + 1e-9
}
