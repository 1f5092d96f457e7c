import { DEFAULT_ZONE } from '../../page/format.ts'
import type { LinkState } from '../../page/live/feed.ts'
import type { StationView } from '../api/schema.ts'
import { activeAlerts, type Model, needsAcknowledging } from './live/model.ts'
import {
  type Grade,
  gradeOf,
  isTrusted,
  levelText,
  offsetOf,
  offsetText,
  trendText,
  type Voice,
} from './wording.ts'

/** The three seconds: is all well, what is wrong, what to do. */
export interface Headline {
  readonly tone: 'calm' | 'attention' | 'alarm' | 'lost' | 'waiting'
  readonly grade: Grade
  readonly title: string
  readonly detail: string
  readonly next: string
}

export interface Situation {
  readonly model: Model
  readonly link: LinkState
  /** Hub time at which the page last heard from the hub. */
  readonly heardAt: number | null
  readonly now: number
}

/** The worst thing that is true, first: nothing known, the hub lost, water at a level, a station blind, a notice. */
export function headlineOf(situation: Situation, voice: Voice): Headline {
  const { model, link } = situation
  if (link === 'lost') return lost(situation, voice)
  if (!model.loaded) return bare('waiting', voice.say('loading'))
  const flooded = model.stations
    .filter((station) => (station.level ?? 0) > 0)
    .toSorted((a, b) => (b.level ?? 0) - (a.level ?? 0) || overTop(b) - overTop(a))
  const [worst] = flooded
  if (worst !== undefined) return alarm(worst, flooded.length, situation, voice)
  const troubled = model.stations.filter((station) => !station.online || !isTrusted(station))
  const [trouble] = troubled
  if (trouble !== undefined) return attention(trouble, troubled.length, situation, voice)
  return activeAlerts(model).length > 0 ? notice(situation, voice) : calm(model, voice)
}

const bare = (tone: Headline['tone'], title: string): Headline => ({
  tone,
  grade: 'unknown',
  title,
  detail: '',
  next: '',
})

function lost({ model, heardAt, now }: Situation, { say, format }: Voice): Headline {
  const title =
    heardAt === null || !model.loaded
      ? say('lostTitleNever')
      : say('lostTitle', { time: format.time(heardAt, zoneOf(model), now) })
  return { tone: 'lost', grade: 'unknown', title, detail: say('lostDetail'), next: say('lostNext') }
}

function alarm(worst: StationView, count: number, { model }: Situation, voice: Voice): Headline {
  const { say, format, language } = voice
  const station = worst.name[language]
  const level = say('levelShort', { level: worst.level ?? 0 })
  const offset = worst.stage_m === null ? undefined : offsetOf(worst.stage_m, worst.levels)
  // Water may stand under a level that is still in force (hysteresis): then the level itself is the news.
  const told = offset !== undefined && offset.relation !== 'below'
  const title = told
    ? say('alarmTitle', { station, offset: offsetText(worst, voice) })
    : say('alarmTitleLevel', { station, level: levelText(worst.level, voice) })
  const stage = worst.stage_m === null ? say('stageUnknown') : format.metres(worst.stage_m)
  const where = told || offset === undefined ? stage : `${stage}, ${offsetText(worst, voice)}`
  const more = count > 1 ? ` ${say('alarmMore', { count: count - 1 })}` : ''
  const open = model.alerts.filter(needsAcknowledging).length
  return {
    tone: 'alarm',
    grade: gradeOf(worst.level),
    title,
    detail: say('alarmDetail', { stage: where, trend: trendText(worst.rise_m_per_h, voice) }) + more,
    next: open > 0 ? say('alarmNextAcknowledge', { count: open, level }) : say('alarmNextFollow', { level }),
  }
}

function attention(station: StationView, count: number, { now }: Situation, voice: Voice): Headline {
  const { say, format, language } = voice
  const name = station.name[language]
  const more = count > 1 ? ` ${say('attentionMore', { count: count - 1 })}` : ''
  if (station.online && station.at === null) {
    return {
      tone: 'attention',
      grade: 'unknown',
      title: say('attentionFirst', { station: name }),
      detail: say('attentionFirstDetail') + more,
      next: say('attentionFirstNext'),
    }
  }
  if (station.online) {
    return {
      tone: 'attention',
      grade: 'unknown',
      title: say('attentionBlind', { station: name }),
      detail: say('attentionBlindDetail') + more,
      next: say('attentionBlindNext'),
    }
  }
  const title =
    station.lastSeen === null
      ? say('attentionOfflineNever', { station: name })
      : say('attentionOffline', { station: name, time: format.time(station.lastSeen, station.timeZone, now) })
  const detail = say('attentionOfflineDetail') + more
  return { tone: 'attention', grade: 'unknown', title, detail, next: say('attentionOfflineNext') }
}

function notice({ model }: Situation, { say, language }: Voice): Headline {
  const alerts = activeAlerts(model)
  const [first] = alerts
  const known = model.stations.find(({ id }) => id === first?.station)
  const station = known?.name[language] ?? first?.station ?? ''
  const more = alerts.length > 1 ? ` ${say('attentionAlertMore', { count: alerts.length - 1 })}` : ''
  return {
    tone: 'attention',
    grade: 'notice',
    title: say('attentionAlert', { station }),
    detail: (first?.text[language] ?? '') + more,
    next: say('attentionAlertNext', { station }),
  }
}

function calm(model: Model, voice: Voice): Headline {
  const { say, format, language } = voice
  const [closest] = model.stations.toSorted((a, b) => overTop(b) - overTop(a))
  if (closest === undefined) {
    const detail = say('noStationsDetail')
    return {
      tone: 'waiting',
      grade: 'unknown',
      title: say('noStationsTitle'),
      detail,
      next: say('noStationsNext'),
    }
  }
  const count = model.stations.length
  const detail =
    closest.stage_m === null
      ? say('calmDetailShort', { count })
      : say('calmDetail', {
          count,
          station: closest.name[language],
          stage: format.metres(closest.stage_m),
          offset: offsetText(closest, voice),
        })
  return { tone: 'calm', grade: 0, title: say('calmTitle'), detail, next: say('calmNext') }
}

/** Height over the lowest level: comparable between stations, where stages are not. */
function overTop(station: StationView): number {
  const lowest = Math.min(...station.levels.map((level) => level.stage_m))
  return station.stage_m === null || !Number.isFinite(lowest)
    ? Number.NEGATIVE_INFINITY
    : station.stage_m - lowest
}

export function zoneOf(model: Model): string {
  return model.stations[0]?.timeZone ?? DEFAULT_ZONE
}
