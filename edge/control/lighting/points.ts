import { STREET_POINTS } from '../../../core/documents/points.ts'
import { type Draft, tell } from './draft.ts'
import { feederPower } from './energy.ts'
import { faultsOf } from './fault-book.ts'

/** The street's own points. Each is told when it changes, but no more often than it may, and at times though it does not. */

const OFTEN_MS = 60_000
const COUNTERS_MS = 300_000
const UNCHANGED_MS = 900_000

export function followPoints(draft: Draft): void {
  const burning = draft.lamps.filter(({ level }) => (level ?? 0) > 0)
  const mean = burning.reduce((sum, { level }) => sum + (level ?? 0), 0) / Math.max(1, burning.length)
  const { faulty, silent } = faultsOf(draft)
  say(draft, 'level', mean, 0)
  say(draft, 'lit', burning.length, 0)
  say(draft, 'faulty', faulty, 0)
  say(draft, 'silent', silent, 0)
  say(draft, 'floor', floorNow(draft), 0)
  say(draft, 'raised', draft.scene.raised, 0)
  let power = 0
  let energy = 0
  let baseline = 0
  for (const [index, feeder] of draft.feeders.entries()) {
    const W = powerNow(draft, index)
    say(draft, 'power', W, OFTEN_MS, feeder.id)
    say(draft, 'energy', feeder.energy_Wh, COUNTERS_MS, feeder.id)
    say(draft, 'baseline', feeder.baseline_Wh, COUNTERS_MS, feeder.id)
    power += W
    energy += feeder.energy_Wh
    baseline += feeder.baseline_Wh
  }
  say(draft, 'power', power, OFTEN_MS)
  say(draft, 'energy', energy, COUNTERS_MS)
  say(draft, 'baseline', baseline, COUNTERS_MS)
}

/** Measured, or else reckoned from the levels of its lamps, W. */
function powerNow(draft: Draft, index: number): number {
  const feeder = draft.feeders[index]
  const measured = draft.street.feeders[index]?.power !== undefined
  const fresh = feeder !== undefined && draft.t - feeder.powerT < draft.street.cabinet.silent_min * 60_000
  return measured && fresh ? (feeder.power_W ?? 0) : feederPower(draft, index)
}

/** The highest floor of its lamps: types differ where a street was renewed in part. */
function floorNow({ scene, layout }: Draft): number {
  if (!scene.lit) return 0
  return Math.max(...layout.firstOfType.map((lamp) => layout.floor(lamp, scene.brighter)))
}

function say(
  draft: Draft,
  point: keyof typeof STREET_POINTS,
  value: number,
  leastMs: number,
  feeder?: string,
): void {
  const { resolution } = STREET_POINTS[point]
  const channel = feeder === undefined ? point : `${point}/${feeder}`
  const rounded = Number((Math.round(value / resolution) * resolution).toFixed(3))
  const key = `${draft.street.id}/${channel}`
  const before = draft.told[key]
  const since = before === undefined ? Number.POSITIVE_INFINITY : draft.t - before.t
  if (since < leastMs || (before?.value === rounded && since < UNCHANGED_MS)) return
  draft.told = { ...draft.told, [key]: { value: rounded, t: draft.t } }
  tell(draft, draft.street.id, channel, rounded)
}
