import type { Utc } from '../core/clock.ts'
import type { Language } from '../core/text.ts'
import { unitWord } from './unit-words.ts'

/** Numbers with units and times in a zone, as the language writes them: vi `3,64 m`, en `3.64 m`. */
export interface Format {
  number(value: number, digits?: number): string
  metres(value: number): string
  rate(value: number): string
  millimetres(value: number | null): string
  count(value: number): string
  /** How a unit (UCUM) is written here: `L/phút`, `L/min`. */
  unit(unit: string): string
  /** A number with its unit (UCUM, or what it is to be called), never torn apart at a line's end; '' is none. */
  quantity(value: number, digits: number, unit: string): string
  /** A value in its unit (UCUM), in a larger one where it would be long: `83,4 GB`, `3,3 h`. */
  amount(value: number, shape: { readonly unit: string; readonly resolution: number }): string
  /** `12:03`, with the date when it is not the day of `now`. */
  time(at: Utc, zone: string, now: Utc): string
  dateTime(at: Utc, zone: string): string
  /** `12:03:07 · Thứ Sáu 20/11/2026` for the page's own clock. */
  clock(at: Utc, zone: string): { readonly time: string; readonly date: string }
}

export const NO_BREAK_SPACE = '\u00a0'
/** Both languages put day before month; the Vietnamese locale would join a lone pair with a hyphen. */
const DAY_LOCALE = 'en-GB'
const LOCALES = { vi: 'vi-VN', en: 'en-GB' } as const satisfies Record<Language, string>
export const DEFAULT_ZONE = 'Asia/Ho_Chi_Minh'

export function createFormat(language: Language): Format {
  const locale = LOCALES[language]
  const numbers = remember((digits: string) => {
    const exact = Number(digits)
    return new Intl.NumberFormat(locale, { minimumFractionDigits: exact, maximumFractionDigits: exact })
  })
  const dates = remember((key: string) => {
    const [zone = DEFAULT_ZONE, kind = 'time'] = key.split('|')
    return zoned(kind === 'day' ? DAY_LOCALE : locale, zone, SHAPES[isShape(kind) ? kind : 'time'])
  })
  const number = (value: number, digits = 0) => numbers(String(digits)).format(roundedZero(value, digits))
  const unit = (code: string) => unitWord(code, language)
  const withUnit = (text: string, code: string) =>
    code === '' ? text : `${text}${NO_BREAK_SPACE}${unit(code)}`
  const sameDay = (a: Utc, b: Utc, zone: string) =>
    dates(`${zone}|day`).format(a) === dates(`${zone}|day`).format(b)
  return {
    number,
    unit,
    metres: (value) => withUnit(number(value, 2).replace('-', '\u2212'), 'm'),
    rate: (value) => withUnit(number(value, 2), 'm/h'),
    millimetres: (value) => (value === null ? '—' : withUnit(number(value, 1), 'mm')),
    count: (value) => number(value),
    quantity: (value, digits, of) => withUnit(number(value, digits), of),
    amount(value, { unit: of, resolution }) {
      const larger = LARGER[of]?.find(({ from }) => value >= from)
      if (larger !== undefined) return withUnit(number(value / larger.size, 1), larger.unit)
      const text = number(value, Math.max(0, Math.round(-Math.log10(resolution))))
      return unit(of) === '' ? text : withUnit(text, of)
    },
    time: (at, zone, now) =>
      sameDay(at, now, zone)
        ? dates(`${zone}|time`).format(at)
        : `${dates(`${zone}|time`).format(at)} ${dates(`${zone}|day`).format(at)}`,
    dateTime: (at, zone) => `${dates(`${zone}|time`).format(at)} ${dates(`${zone}|long`).format(at)}`,
    clock: (at, zone) => ({
      time: dates(`${zone}|clock`).format(at),
      date: dates(`${zone}|date`).format(at),
    }),
  }
}

/** Units that people say large amounts in, largest first. */
const LARGER: Readonly<
  Record<string, readonly { readonly from: number; readonly size: number; readonly unit: string }[]>
> = {
  MBy: [{ from: 1_000, size: 1_000, unit: 'GB' }],
  s: [
    { from: 7_200, size: 3_600, unit: 'h' },
    { from: 120, size: 60, unit: 'min' },
  ],
}

const SHAPES = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { day: '2-digit', month: '2-digit' },
  long: { day: '2-digit', month: '2-digit', year: 'numeric' },
  date: { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

const isShape = (name: string): name is keyof typeof SHAPES => name in SHAPES

/** A zone that this browser does not know falls back to the country's. */
function zoned(locale: string, zone: string, shape: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { ...shape, timeZone: zone })
  } catch {
    return new Intl.DateTimeFormat(locale, { ...shape, timeZone: DEFAULT_ZONE })
  }
}

/** Rounds, and turns a rounded −0 into 0, which would print as "-0,00". */
function roundedZero(value: number, digits: number): number {
  const scale = 10 ** digits
  const rounded = Math.round(value * scale) / scale
  return rounded === 0 ? 0 : rounded
}

/** Intl formatters are dear to make; the keys are a handful of digits and zones. */
function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}
