import type { Language } from '../../core/text.ts'
import { createFormat, type Format } from '../../page/format.ts'
import type { AlertView, StationView } from '../api/schema.ts'
import { createSay, type Say, type WordKey } from './words.ts'

/** What a view needs in order to speak: the words and the numbers of one language. */
export interface Voice {
  readonly language: Language
  readonly say: Say
  readonly format: Format
}

export function createVoice(language: Language): Voice {
  return { language, say: createSay(language), format: createFormat(language) }
}

export interface Offset {
  readonly relation: 'below' | 'at' | 'above'
  readonly level: number
  readonly by_m: number
}

/**
 * Where a stage stands against its nearest alarm level, as bulletins say it: Đông Hà 3.70 → 0.30 below BĐ3,
 * 5.17 → 1.17 above BĐ3. Compared in whole centimetres; midway between two levels it is above the lower one.
 */
export function offsetOf(stage_m: number, levels: StationView['levels']): Offset | undefined {
  let nearest: Offset | undefined
  for (const { level, stage_m: limit } of levels.toSorted((a, b) => a.stage_m - b.stage_m)) {
    const centimetres = Math.round(stage_m * 100) - Math.round(limit * 100)
    const relation = centimetres === 0 ? 'at' : centimetres > 0 ? 'above' : 'below'
    const by_m = Math.abs(centimetres) / 100
    if (nearest === undefined || by_m < nearest.by_m) nearest = { relation, level, by_m }
  }
  return nearest
}

export function offsetText(station: StationView, { say, format }: Voice): string {
  if (station.stage_m === null) return say('stageUnknown')
  const offset = offsetOf(station.stage_m, station.levels)
  if (offset === undefined) return ''
  const level = say('levelShort', { level: offset.level })
  switch (offset.relation) {
    case 'below':
      return say('offsetBelow', { level, by: format.metres(offset.by_m) })
    case 'above':
      return say('offsetAbove', { level, by: format.metres(offset.by_m) })
    case 'at':
      return say('offsetAt', { level })
  }
}

export type Trend = 'rising-fast' | 'rising' | 'steady' | 'falling' | 'unknown'

/** Below two centimetres an hour a gauge shows nothing; from thirty on people need to hurry. */
const STEADY_BELOW_M_PER_H = 0.02
const FAST_FROM_M_PER_H = 0.3

export function trendOf(rise_m_per_h: number | null): Trend {
  if (rise_m_per_h === null) return 'unknown'
  if (Math.abs(rise_m_per_h) < STEADY_BELOW_M_PER_H) return 'steady'
  if (rise_m_per_h < 0) return 'falling'
  return rise_m_per_h >= FAST_FROM_M_PER_H ? 'rising-fast' : 'rising'
}

const TREND_WORDS = {
  'rising-fast': 'risingFast',
  rising: 'rising',
  steady: 'steady',
  falling: 'falling',
  unknown: 'trendUnknown',
} as const satisfies Record<Trend, WordKey>

export function trendText(rise_m_per_h: number | null, { say, format }: Voice): string {
  // The word says the direction; a sign as well would be read twice.
  const rate = rise_m_per_h === null ? '' : format.rate(Math.abs(rise_m_per_h))
  return say(TREND_WORDS[trendOf(rise_m_per_h)], { rate })
}

/** What this page can colour; higher levels look like the highest. */
export type Grade = 0 | 1 | 2 | 3 | 4 | 5 | 'unknown' | 'notice'

export function gradeOf(level: number | null): Grade {
  if (level === null) return 'unknown'
  if (level >= 5) return 5
  if (level >= 4) return 4
  if (level >= 3) return 3
  if (level >= 2) return 2
  return level >= 1 ? 1 : 0
}

/** A station out of contact is not known to be calm; a level that was in force stays shown. */
export function stationGrade({ level, online }: Pick<StationView, 'level' | 'online'>): Grade {
  return online || (level ?? 0) > 0 ? gradeOf(level) : 'unknown'
}

/** An alarm that is over is remembered by the highest level that it reached. */
function toldLevel({ state, level, peak }: Pick<AlertView, 'state' | 'level' | 'peak'>): number {
  return state === 'cleared' ? peak : level
}

export function alertGrade(alert: Pick<AlertView, 'state' | 'level' | 'peak'>): Grade {
  const level = toldLevel(alert)
  return level <= 0 ? 'notice' : gradeOf(level)
}

export function levelText(level: number | null, { say }: Voice): string {
  if (level === null) return say('levelUnknown')
  return level <= 0 ? say('levelNone') : say('levelLong', { level })
}

/** Báo động is a water level's word; rain and other rules have a plain level. */
export function alertLevelText(
  alert: Pick<AlertView, 'rule' | 'state' | 'level' | 'peak'>,
  { say }: Voice,
): string {
  const level = toldLevel(alert)
  if (level <= 0) return say('levelInformation')
  return say(alert.rule === 'level' ? 'levelShort' : 'levelPlain', { level })
}

/** A stage older than this says nothing about now, however fast a demonstration runs. */
const STALE_MS = 20 * 60_000
const STALE_REAL_MS = 10_000

export function isStale(at: number | null, now: number, speed: number): boolean {
  return at !== null && now - at > STALE_MS && (now - at) / speed > STALE_REAL_MS
}

/** QARTOD 3 is suspect, 4 failed, 9 missing. */
export function isTrusted(station: StationView): boolean {
  return station.stage_m !== null && station.flag !== 4 && station.flag !== 9
}
