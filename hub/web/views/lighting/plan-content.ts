import type {
  LightingCalendar,
  LightingProfile,
  LightingStreet,
} from '../../../../core/documents/lighting-street.ts'
import type { Text } from '../../../../core/text.ts'
import { localClock } from '../../../../core/time-zone.ts'
import type { Content } from '../../threshold-fields.ts'

/** What of a street's document is edited here: how it is lit on which night, and which lamps go together. */
export interface Plan {
  readonly profiles: readonly LightingProfile[]
  readonly calendar: LightingCalendar
  readonly groups: LightingStreet['groups']
}

export type Step = LightingProfile['steps'][number]
export type StepTime = Step['at']
export type Exception = LightingCalendar['exceptions'][number]
export type Group = Plan['groups'][number]

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/**
 * The plan of a document. A document is data from elsewhere: where any part of the plan is not as this page knows it,
 * there is none, so that saving can never drop what was not understood.
 */
export function planOf(content: Content): Plan | undefined {
  const profiles = listOf(content.profiles, profileOf)
  const calendar = calendarOf(content.calendar)
  const groups = content.groups === undefined ? [] : listOf(content.groups, groupOf)
  if (profiles === undefined || calendar === undefined || groups === undefined) return undefined
  return { profiles, calendar, groups }
}

/** The document with this plan; everything else in it stays as it was. */
export function withPlan(content: Content, plan: Plan): Content {
  return { ...content, profiles: plan.profiles, calendar: plan.calendar, groups: plan.groups }
}

type Reader<T> = (value: unknown) => T | undefined

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf<T>(value: unknown, read: Reader<T>): T[] | undefined {
  if (!Array.isArray(value)) return undefined
  const items = value.flatMap((item: unknown) => read(item) ?? [])
  return items.length === value.length ? items : undefined
}

const textOf: Reader<string> = (value) => (typeof value === 'string' ? value : undefined)

const wordsOf: Reader<Text> = (value) =>
  isRecord(value) && typeof value.vi === 'string' && typeof value.en === 'string'
    ? { vi: value.vi, en: value.en }
    : undefined

const timeOf: Reader<StepTime> = (value) => {
  if (!isRecord(value)) return undefined
  if (typeof value.clock === 'string') return { clock: value.clock }
  const { sun, offset_min = 0 } = value
  return (sun === 'sunset' || sun === 'sunrise') && typeof offset_min === 'number'
    ? { sun, offset_min }
    : undefined
}

const stepOf: Reader<Step> = (value) => {
  if (!isRecord(value) || typeof value.level !== 'number') return undefined
  const at = timeOf(value.at)
  return at === undefined ? undefined : { at, level: value.level }
}

const profileOf: Reader<LightingProfile> = (value) => {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined
  const [name, steps] = [wordsOf(value.name), listOf(value.steps, stepOf)]
  return name === undefined || steps === undefined ? undefined : { id: value.id, name, steps }
}

const exceptionOf: Reader<Exception> = (value) => {
  if (!isRecord(value)) return undefined
  const { id, from, to, profile, yearly = false } = value
  const name = wordsOf(value.name)
  if (typeof id !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined
  if (name === undefined || typeof profile !== 'string' || typeof yearly !== 'boolean') return undefined
  return { id, name, from, to, yearly, profile }
}

const weekOf: Reader<LightingCalendar['week']> = (value = {}) => {
  if (!isRecord(value)) return undefined
  const known: readonly string[] = WEEKDAYS
  if (Object.entries(value).some(([day, id]) => !known.includes(day) || typeof id !== 'string'))
    return undefined
  return Object.fromEntries(
    WEEKDAYS.flatMap((day) => {
      const id = value[day]
      return typeof id === 'string' ? [[day, id]] : []
    }),
  )
}

const calendarOf: Reader<LightingCalendar> = (value) => {
  if (!isRecord(value) || typeof value.usual !== 'string') return undefined
  const week = weekOf(value.week)
  const exceptions = value.exceptions === undefined ? [] : listOf(value.exceptions, exceptionOf)
  return week === undefined || exceptions === undefined ? undefined : { usual: value.usual, week, exceptions }
}

const groupOf: Reader<Group> = (value) => {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined
  const [name, lamps] = [wordsOf(value.name), listOf(value.lamps, textOf)]
  return name === undefined || lamps === undefined ? undefined : { id: value.id, name, lamps }
}

/** A name edited in one language: the other follows while nobody has given it words of its own. */
export function renamed(name: Text, language: 'vi' | 'en', words: string): Text {
  return name.vi === name.en ? { vi: words, en: words } : { ...name, [language]: words }
}

/** The first `{stem}-{n}` that is not taken. */
export function freshId(stem: string, taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id))
  let n = ids.size + 1
  while (ids.has(`${stem}-${n}`)) n++
  return `${stem}-${n}`
}

/** The date on the street's own calendar, `2026-09-02`. */
export function localDate(timeZone: string, at: number): string {
  return new Date(localClock(timeZone).shown(at)).toISOString().slice(0, 10)
}
