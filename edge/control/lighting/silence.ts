import type { Draft } from './draft.ts'
import { judge } from './fault-book.ts'
import { feederLamps, feederSubject, silentLamp } from './subjects.ts'
import { unsupplied } from './supply.ts'

/**
 * Which lamp should have spoken and has not. One fault is told for one cause: a feeder whose lamps all fall silent is told as
 * a feeder, not lamp by lamp.
 */

const MINUTE_MS = 60_000
/** So many devices that are silent together are not silent by chance. */
const TOGETHER = 3

export function followSilence(draft: Draft): void {
  const silentMs = draft.street.faults.silent_min * MINUTE_MS
  for (const index of draft.street.feeders.keys())
    if (!unsupplied(draft, index)) followFeeder(draft, index, silentMs)
}

function followFeeder(draft: Draft, index: number, silentMs: number): void {
  const { t } = draft
  const heard = new Map<string, number>()
  const lamps = draft.layout.lampsOf[index] ?? []
  for (const lamp of lamps) {
    const device = draft.street.lamps[lamp]?.device ?? ''
    heard.set(device, Math.max(heard.get(device) ?? sinceT(draft, lamp), sinceT(draft, lamp)))
  }
  const times = [...heard.values()]
  const together = times.length >= TOGETHER && times.every((time) => t - time >= silentMs / 2)
  if (together && times.every((time) => t - time >= silentMs)) {
    blameFeeder(draft, index)
    return
  }
  if (together) return
  const told = new Set<string>()
  const min = draft.street.faults.silent_min
  const detail = { vi: `im lặng ${min} phút`, en: `silent for ${min} min` }
  for (const lamp of lamps) {
    const device = draft.street.lamps[lamp]?.device ?? ''
    if (told.has(device) || t - (heard.get(device) ?? t) < silentMs) continue
    told.add(device)
    judge(draft, 'gear-silent', silentLamp(draft, lamp), { bad: true, need: 1, detail })
  }
}

/** When a lamp was last heard; one that had no power could not speak before it came. */
function sinceT(draft: Draft, lamp: number): number {
  const feeder = draft.feeders[draft.layout.feederOf[lamp] ?? 0]
  return Math.max(draft.lamps[lamp]?.heardT ?? draft.t, feeder?.changedT ?? draft.bootT)
}

/** A meter would show a lost fuse by itself; with one, it is the way to the lamps that is lost. */
function blameFeeder(draft: Draft, index: number): void {
  const detail = { vi: 'mọi đèn cùng im lặng', en: 'all its lamps are silent' }
  const finding = { bad: true, need: 1, detail }
  if (draft.street.feeders[index]?.power !== undefined)
    judge(draft, 'gear-silent', feederLamps(draft, index), finding)
  else judge(draft, 'feeder-power-lost', feederSubject(draft, index), finding)
}
