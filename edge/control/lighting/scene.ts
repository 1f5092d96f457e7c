import { levelAt, litSpan } from '../../../core/documents/lighting-night.ts'
import type { Text } from '../../../core/text.ts'
import type { Draft } from './draft.ts'
import { photocellDark, raisedClasses } from './sensors.ts'
import type { LightingState } from './state.ts'

/** What night, weather and traffic ask of the whole street at a moment. */
export type Scene = LightingState['scene'] & {
  readonly reason: Text
  /** Feeders that go with the lamps are to be closed: it is lit, or will be shortly. */
  readonly powered: boolean
  /** The time is not known yet, and what was in force before the restart is kept for a moment. */
  readonly kept: boolean
}

const MINUTE_MS = 60_000
/** Feeders are closed this long before the first lamp. */
const CLOSE_BEFORE_MS = MINUTE_MS
/** A node that restarts keeps its lamps as they were for so long, while it waits to be told the time. */
export const CLOCK_GRACE_MS = 120_000

export function sceneOf(draft: Draft): Scene {
  const raised = raisedClasses(draft)
  const {
    lit,
    level,
    highest,
    powered,
    reason,
    kept = false,
  } = draft.clockKnown ? byNight(draft) : byCell(draft)
  const eased = lit && level < highest ? draft.street.road.easedClasses : 0
  return { lit, level, raised, brighter: lit ? raised - eased : 0, powered: powered || lit, reason, kept }
}

interface Light {
  readonly lit: boolean
  readonly level: number
  /** The most that the profile gives tonight: less than that is dimmed, and eases the class. */
  readonly highest: number
  readonly powered: boolean
  readonly reason: Text
  readonly kept?: boolean
}

/** The profile of tonight; the photocell brings its ends forward or back by no more than its margin. */
function byNight(draft: Draft): Light {
  const { at } = draft
  const night = draft.layout.night(at)
  const span = litSpan(night)
  const highest = Math.max(...night.profile.steps.map(({ level }) => level))
  const dark = photocellDark(draft)
  const margin = (draft.street.photocell?.margin_min ?? 0) * MINUTE_MS
  const reason = {
    vi: `Theo lịch "${night.profile.name.vi}"`,
    en: `By the profile "${night.profile.name.en}"`,
  }
  if (span === null)
    return dark === true
      ? { lit: true, level: highest, highest, powered: true, reason: CELL_DARK }
      : { lit: false, level: 0, highest, powered: false, reason }
  const { from, to } = span
  if (dark === true && at >= from - margin && at < from)
    return { lit: true, level: night.steps[0]?.level ?? highest, highest, powered: true, reason: CELL_DARK }
  if (dark === true && at >= to && at < to + margin)
    return {
      lit: true,
      level: night.steps.at(-2)?.level ?? highest,
      highest,
      powered: true,
      reason: CELL_DARK,
    }
  if (dark === false && at >= to - margin && at < to)
    return { lit: false, level: 0, highest, powered: true, reason: CELL_LIGHT }
  const lit = at >= from && at < to
  const powered = at >= from - CLOSE_BEFORE_MS && at < to
  return { lit, level: lit ? levelAt(night, at) : 0, highest, powered, reason }
}

/** Nobody knows the time: the photocell alone decides, and without one the street is lit. */
function byCell(draft: Draft): Light {
  const highest = Math.max(...draft.street.profiles.flatMap(({ steps }) => steps.map(({ level }) => level)))
  const dark = photocellDark(draft)
  const waits = draft.t - draft.bootT < CLOCK_GRACE_MS && draft.lamps.some(({ level }) => level !== null)
  if (dark === null && waits) {
    const { lit, level } = draft.scene
    return { lit, level, highest, powered: true, reason: CLOCK_WAITED, kept: true }
  }
  if (dark === false) return { lit: false, level: 0, highest, powered: false, reason: CLOCK_UNKNOWN_CELL }
  const reason = dark === true ? CLOCK_UNKNOWN_CELL : CLOCK_UNKNOWN
  return { lit: true, level: highest, highest, powered: true, reason }
}

const CELL_DARK: Text = { vi: 'Cảm biến ánh sáng báo trời tối', en: 'The photocell says that it is dark' }
const CELL_LIGHT: Text = { vi: 'Cảm biến ánh sáng báo trời sáng', en: 'The photocell says that it is light' }
const CLOCK_WAITED: Text = {
  vi: 'Vừa khởi động, chờ đồng hồ: giữ như trước',
  en: 'Just started and waiting for the time: kept as it was',
}
const CLOCK_UNKNOWN_CELL: Text = {
  vi: 'Chưa biết giờ: theo cảm biến ánh sáng',
  en: 'The time is not known: by the photocell',
}
const CLOCK_UNKNOWN: Text = {
  vi: 'Chưa biết giờ và không có cảm biến ánh sáng: sáng để an toàn',
  en: 'The time is not known and there is no photocell: lit to be safe',
}
