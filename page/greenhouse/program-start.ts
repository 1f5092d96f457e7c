import type { Program } from '../../core/documents/greenhouse.ts'
import { button, h } from '../element.ts'
import type { EditorOptions } from './editor.ts'
import type { Fields } from './fields.ts'
import type { EditorWord } from './words.ts'

type Start = Program['start']
type By = Start['by']
type Clock = Extract<Start, { by: 'clock' }>
type Moisture = Extract<Start, { by: 'moisture' }>
type Balance = Extract<Start, { by: 'balance' }>

export const WEEKDAYS = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const satisfies readonly EditorWord[]

type StartOptions = Pick<EditorOptions<unknown>, 'voice' | 'at' | 'readOnly' | 'today'> & {
  readonly value: Pick<Program, 'start'>
  readonly fields: Fields
  readonly change: (start: Start) => void
}

const FIRST: Record<By, Start> = {
  clock: { by: 'clock', times: ['06:00'] },
  moisture: { by: 'moisture', below: 22, until: 28, from: '06:00', to: '18:00', pause_min: 60 },
  balance: { by: 'balance', at: '05:30' },
}

/** When a program begins: its kind, and what that kind needs to know. */
export function startSection(options: StartOptions): HTMLElement {
  const { fields, at } = options
  const { say } = options.voice
  let start = options.value.start
  const set = (next: Start, rebuild = false) => {
    start = next
    options.change(next)
    if (rebuild) show()
  }
  const body = h('div', { class: 'editor-more' })
  const show = () => {
    switch (start.by) {
      case 'clock':
        return body.replaceChildren(...clockFields(options, start, set))
      case 'moisture':
        return body.replaceChildren(...moistureFields(options, start, set))
      case 'balance':
        return body.replaceChildren(...balanceFields(options, start, set))
    }
  }
  const kinds = fields.choice<By>(
    `${at}/start`,
    say('when'),
    [
      { value: 'clock', words: say('byClock') },
      { value: 'moisture', words: say('byMoisture') },
      { value: 'balance', words: say('byBalance') },
    ],
    start.by,
    (by) => set(by === options.value.start.by ? options.value.start : FIRST[by], true),
  )
  show()
  return h('div', { class: 'editor-part' }, kinds, body)
}

/** Hours at which people water, best first; any other hour after those. */
const USUAL_HOURS = [6, 17, 12, 8, 15, 10, 19]
const DAY_HOURS = Array.from({ length: 24 }, (_, hour) => hour)

function freeTime(taken: readonly string[]): string {
  const hours = [...USUAL_HOURS, ...DAY_HOURS].map((hour) => `${String(hour).padStart(2, '0')}:00`)
  return hours.find((time) => !taken.includes(time)) ?? '12:00'
}

type Set = (start: Start, rebuild?: boolean) => void

function clockFields({ fields, at, voice, readOnly, today }: StartOptions, first: Clock, set: Set) {
  const { say, format } = voice
  let start = first
  const change = (part: Partial<Clock>, rebuild = false) => {
    start = { ...start, ...part }
    set(start, rebuild)
  }
  const times = start.times.map((time, index) => {
    const remove = button(
      say('remove'),
      () => change({ times: start.times.filter((_, other) => other !== index) }, true),
      {
        class: 'field-remove',
        'aria-label': say('removeTime', { time }),
        disabled: start.times.length < 2 || readOnly,
      },
    )
    const take = (next: string) => change({ times: start.times.with(index, next) })
    const label = say('startTime', { count: index + 1 })
    return fields.clock(`${at}/start/times/${index}`, label, time, take, remove)
  })
  const add = button(say('addTime'), () => change({ times: [...start.times, freeTime(start.times)] }, true), {
    disabled: start.times.length >= 24 || readOnly,
  })
  type Days = 'all' | 'week' | 'some'
  const kind: Days = start.days !== undefined ? 'week' : start.every !== undefined ? 'some' : 'all'
  const choose = (next: Days) => {
    const times = { by: 'clock', times: start.times } as const
    if (next === 'all') start = times
    else if (next === 'week') start = { ...times, days: ['mon', 'wed', 'fri'] }
    else start = { ...times, every: { days: 2, from: today } }
    set(start, true)
  }
  const days = fields.choice<Days>(
    `${at}/start/days`,
    say('whichDays'),
    [
      { value: 'all', words: say('everyDay') },
      { value: 'week', words: say('weekdays') },
      { value: 'some', words: say('everySome') },
    ],
    kind,
    choose,
  )
  return [...times, add, days, ...dayFields()]

  function dayFields(): readonly HTMLElement[] {
    const { days: chosen, every } = start
    if (chosen !== undefined) {
      const keys = WEEKDAYS.map((day) => ({ value: day, words: say(day) }))
      const shown = fields.several(`${at}/start/days`, say('weekdays'), keys, chosen, (next) =>
        change({ days: [...next] }),
      )
      return [shown]
    }
    if (every === undefined) return []
    const shape = { unit: format.unit('d'), least: 2, most: 30 }
    const takeDays = (count: number) =>
      change({ every: { ...(start.every ?? every), days: Math.round(count) } })
    const takeFrom = (from: string) => change({ every: { ...(start.every ?? every), from } })
    return [
      fields.number(`${at}/start/every/days`, say('everyDays'), every.days, shape, takeDays),
      fields.date(`${at}/start/every/from`, say('fromDay'), every.from, takeFrom),
    ]
  }
}

function moistureFields({ fields, at, voice: { say, format } }: StartOptions, first: Moisture, set: Set) {
  let start = first
  const change = (part: Partial<Moisture>) => {
    start = { ...start, ...part }
    set(start)
  }
  const percent = { unit: '%', least: 0, most: 100 }
  const pause = { unit: format.unit('min'), least: 5, most: 1_440 }
  const where = `${at}/start`
  return [
    fields.number(`${where}/below`, say('below'), start.below, percent, (below) => change({ below })),
    fields.number(`${where}/until`, say('until'), start.until, percent, (until) => change({ until })),
    fields.clock(`${where}/from`, say('hoursFrom'), start.from, (from) => change({ from })),
    fields.clock(`${where}/to`, say('hoursTo'), start.to, (to) => change({ to })),
    fields.number(`${where}/pause_min`, say('pause'), start.pause_min, pause, (pause_min) =>
      change({ pause_min }),
    ),
  ]
}

function balanceFields({ fields, at, voice: { say } }: StartOptions, start: Balance, set: Set) {
  const take = (time: string) => set({ ...start, at: time })
  return [
    h('p', { class: 'quiet' }, say('balanceNote')),
    fields.clock(`${at}/start/at`, say('balanceAt'), start.at, take),
  ]
}
