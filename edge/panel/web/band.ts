import type { GreenhouseView, ZoneView } from '../api-types.ts'
import { countdown, durationText } from './duration.ts'
import type { Scene, Voice } from './scene.ts'
import { waitWords } from './zone-words.ts'

/** What the panel says first: how all is, in one line, and what to do about it. */
export interface Band {
  readonly tone: 'lost' | 'paused' | 'bad' | 'warn' | 'running' | 'calm'
  readonly title: string
  readonly detail: string
  readonly next: string
}

/** From this level on a problem is told in red; below, in amber. */
const GRAVE_FROM_LEVEL = 2

export function bandOf(scene: Scene, voice: Voice): Band {
  const { house, link } = scene
  if (link === 'lost' || house === undefined) return lostBand(scene, voice)
  if (house.paused !== null) return pausedBand(house, house.paused, scene.now, voice)
  if (house.problems.length > 0) return problemBand(house, voice)
  const running = house.zones.filter((zone) => zone.running !== null)
  if (running.length > 0) return runningBand(running, house, scene.now, voice)
  const waiting = house.zones.filter((zone) => zone.waiting !== null)
  if (waiting.length > 0) return waitingBand(waiting, house, scene.now, voice)
  return calmBand(house, scene.now, voice)
}

function lostBand({ house, link, age, now }: Scene, voice: Voice): Band {
  const { say, format } = voice
  if (link !== 'lost') return { tone: 'calm', title: say('connecting'), detail: '', next: '' }
  const detail =
    house === undefined || age === null
      ? say('lostNever')
      : say('lostDetail', {
          time: format.time(house.at, house.timeZone, now),
          age: durationText(age, voice),
        })
  return { tone: 'lost', title: say('lostTitle'), detail, next: say('lostNext') }
}

function pausedBand(
  { timeZone }: GreenhouseView,
  { since, who }: NonNullable<GreenhouseView['paused']>,
  now: number,
  { say, format }: Voice,
): Band {
  const time = format.time(since, timeZone, now)
  const named = who === '' ? say('someone') : who
  return {
    tone: 'paused',
    title: say('pausedTitle'),
    detail: say('pausedDetail', { who: named, time }),
    next: '',
  }
}

function problemBand({ problems }: GreenhouseView, { say, language }: Voice): Band {
  const [worst, ...others] = worstFirst(problems)
  if (worst === undefined) throw new Error('a band of problems without one')
  return {
    tone: worst.level >= GRAVE_FROM_LEVEL ? 'bad' : 'warn',
    title: worst.text[language],
    detail: worst.next[language],
    next: others.length > 0 ? say('problemMore', { count: others.length }) : '',
  }
}

export function worstFirst(problems: GreenhouseView['problems']): GreenhouseView['problems'] {
  return problems.toSorted((a, b) => b.level - a.level || b.since - a.since)
}

function runningBand(
  running: readonly ZoneView[],
  house: GreenhouseView,
  now: number,
  { say, language }: Voice,
): Band {
  const longest = Math.max(...running.map((zone) => leftOf(zone, house.at, now)))
  const inPhase = (phase: NonNullable<ZoneView['running']>['phase']) =>
    running.every((zone) => zone.running?.phase === phase)
  const title = inPhase('opening') ? 'openingTitle' : inPhase('closing') ? 'closingTitle' : 'runningTitle'
  return {
    tone: 'running',
    title: say(title, { zones: namesOf(running, language) }),
    detail: title === 'runningTitle' ? say('runningDetail', { left: countdown(longest) }) : '',
    next: '',
  }
}

/** Nothing flows yet: what it waits for and how long stands first, so that nobody takes it for broken. */
function waitingBand(
  zones: readonly ZoneView[],
  house: GreenhouseView,
  now: number,
  { say, language }: Voice,
): Band {
  const [first] = zones
    .flatMap(({ waiting }) => (waiting === null ? [] : [waiting]))
    .toSorted((a, b) => (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY))
  if (first === undefined) throw new Error('a band of zones that wait without one')
  const { what, left } = waitWords(first, house, now, { say })
  return {
    tone: 'running',
    title: say('waitingTitle', { zones: namesOf(zones, language) }),
    detail: `${left === '' ? what : `${what}, ${left}`}. ${first.why[language]}`,
    next: '',
  }
}

function namesOf(zones: readonly ZoneView[], language: Voice['language']): string {
  return zones.map(({ name }) => name[language]).join(', ')
}

/** Seconds that a zone still waters, counted on from when the node said so. */
export function leftOf({ running }: ZoneView, at: number, now: number): number {
  return running === null ? 0 : Math.max(0, running.left_s - Math.max(0, now - at) / 1000)
}

function calmBand({ zones, timeZone }: GreenhouseView, now: number, { say, format, language }: Voice): Band {
  const [first] = zones
    .flatMap(({ name, next }) => (next === null || next.at === null ? [] : [{ name, next, at: next.at }]))
    .toSorted((a, b) => a.at - b.at)
  const detail =
    first === undefined
      ? say('nextNone')
      : say('nextDetail', {
          time: format.time(first.at, timeZone, now),
          zone: first.name[language],
          program: first.next.why[language],
        })
  return { tone: 'calm', title: say('calmTitle'), detail, next: '' }
}
