import type { Utc } from '../../../../core/clock.ts'
import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { startsBetween } from '../../../../core/documents/greenhouse-plan.ts'
import type { Text } from '../../../../core/text.ts'
import type { Draft } from '../draft.ts'
import { houseTime } from '../house-clock.ts'

/** Which program waters a zone next, and when. */

const DAY_MS = 86_400_000
/** A program that comes more seldom than this is not looked for. */
const AHEAD_MS = 31 * DAY_MS

export interface NextStart {
  readonly program: string
  /** Null for one that waits for dry soil. */
  readonly at: Utc | null
  readonly why: Text
}

/** Starts to come of each document's programs, reckoned anew when the first of them is over. */
const known = new WeakMap<Greenhouse, Map<string, Coming>>()

interface Coming {
  readonly from: Utc
  readonly starts: readonly Utc[]
}

export function nextStart(
  draft: Pick<Draft, 'house' | 'layout' | 'clock' | 't' | 'at' | 'clockKnown' | 'skips'>,
  zone: string,
): NextStart | null {
  const now = houseTime(draft)
  let first: NextStart | null = null
  for (const program of draft.house.programs) {
    if (!program.on || !program.zones.includes(zone)) continue
    if (program.start.by === 'moisture') {
      first ??= { program: program.id, at: null, why: dryText(program.start.below) }
      continue
    }
    if (now === null) continue
    const at = startAfter(draft, program.id, now)
    if (at === null || (first?.at !== null && first?.at !== undefined && first.at <= at)) continue
    first = { program: program.id, at, why: program.start.by === 'clock' ? BY_CLOCK : BY_BALANCE }
  }
  return first
}

function startAfter(draft: Pick<Draft, 'house' | 'layout' | 'skips'>, id: string, now: Utc): Utc | null {
  const ofHouse = known.get(draft.house) ?? new Map<string, Coming>()
  known.set(draft.house, ofHouse)
  const before = ofHouse.get(id)
  const holds = before !== undefined && now >= before.from && now < (before.starts[0] ?? before.from + DAY_MS)
  const starts = holds ? before.starts : lookAhead(draft, id, now)
  if (!holds) ofHouse.set(id, { from: now, starts })
  return starts[draft.skips[id] === undefined ? 0 : 1] ?? null
}

/** Most come within two days; only then is the rest looked for. */
function lookAhead({ house, layout }: Pick<Draft, 'house' | 'layout'>, id: string, now: Utc): readonly Utc[] {
  const program = house.programs.find((one) => one.id === id)
  if (program === undefined) return []
  const soon = startsBetween(program.start, layout.clock, now, now + 2 * DAY_MS)
  return soon.length > 1 ? soon : startsBetween(program.start, layout.clock, now, now + AHEAD_MS)
}

const BY_CLOCK: Text = { vi: 'theo giờ', en: 'by the clock' }
const BY_BALANCE: Text = { vi: 'nếu cây thiếu nước', en: 'if the crop lacks water' }

function dryText(below: number): Text {
  return { vi: `khi đất khô dưới ${below} %`, en: `when the soil is drier than ${below} %` }
}
