import type { Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { localClock } from '../../core/time-zone.ts'
import type { FarmUse, UseBy, Used, UsedBy } from '../api/farm-schema.ts'
import { grouped } from '../grouped.ts'
import { type CounterDays, type CounterUse, createCounterDays } from '../store/counter-days.ts'
import { DAY_MS } from '../store/rollups.ts'
import type { HubStore } from '../store/store.ts'
import type { FarmDocument } from './farm-document.ts'
import { areaOf } from './farm-view.ts'
import type { Farms } from './farms.ts'
import { SILENT_DAYS } from './today-use.ts'

export interface UseQuery {
  readonly by: UseBy
  readonly from: number
  readonly to: number
  /** Of one edge, and of one of its greenhouses; of all where they are left out. */
  readonly edge?: string | undefined
  readonly farm?: string | undefined
}

/** Water and fertiliser that greenhouses and their zones have used. */
export interface FarmUses {
  /** Whole days that touch `from` to `to`. Faults: HTTP_INVALID for a span that is none, or more than is worked out at once. */
  report(query: UseQuery): Result<FarmUse>
}

/** Three years. */
const SPAN_DAYS_MAX = 1_100
/** Days of counters that are read for one answer, at about a microsecond each: a year of 100 greenhouses of four zones. */
const COUNTER_DAYS_MAX = 300_000

interface Period {
  readonly from: number
  readonly to: number
  readonly days: readonly number[]
}

export function createFarmUses(parts: {
  readonly clock: Clock
  readonly timeZone: string
  readonly store: HubStore
  readonly farms: Pick<Farms, 'documents'>
}): FarmUses {
  const { clock, timeZone, store, farms } = parts
  const calendar = createCounterDays(store, timeZone)
  return {
    report({ by, from, to, edge, farm }) {
      if (to <= from || to - from > SPAN_DAYS_MAX * DAY_MS)
        return err(
          fault('HTTP_INVALID', { reason: `to must lie after from, by at most ${SPAN_DAYS_MAX} days` }),
        )
      const asked = farms
        .documents()
        .filter((one) => edge === undefined || one.edge === edge)
        .filter(({ document }) => farm === undefined || document.id === farm)
      const days = calendar.within(from, to)
      const counters = asked.reduce((sum, { document }) => sum + 2 * document.zones.length, 0)
      if (counters * days.length > COUNTER_DAYS_MAX)
        return err(fault('HTTP_INVALID', { reason: 'too much at once: ask for fewer days or greenhouses' }))
      const periods = periodsOf(days, by, calendar, timeZone)
      return ok({
        ...{ by, timeZone },
        periods: periods.map((period) => ({ from: period.from, to: period.to })),
        farms: asked.map((one) => farmUse(one, { calendar, days, periods, now: clock.now() })),
      })
    },
  }
}

/** Days that belong together, in their order. Weeks begin on Monday. */
function periodsOf(
  days: readonly number[],
  by: UseBy,
  calendar: Pick<CounterDays, 'after'>,
  timeZone: string,
): readonly Period[] {
  const { shown } = localClock(timeZone)
  const keyOf = (day: number): number => {
    const date = new Date(shown(day))
    const dayNumber = Math.floor(date.getTime() / DAY_MS)
    switch (by) {
      case 'day':
        return dayNumber
      case 'week':
        // The first of 1970 was a Thursday.
        return Math.floor((dayNumber + 3) / 7)
      case 'month':
        return date.getUTCFullYear() * 12 + date.getUTCMonth()
    }
  }
  return [...grouped(days, keyOf).values()].flatMap((same) => {
    const [first, last] = [same[0], same.at(-1)]
    return first === undefined || last === undefined
      ? []
      : [{ from: first, to: calendar.after(last), days: same }]
  })
}

interface Asked {
  readonly calendar: CounterDays
  readonly days: readonly number[]
  readonly periods: readonly Period[]
  readonly now: number
}

function farmUse(
  { edge, document }: { readonly edge: string; readonly document: FarmDocument },
  { calendar, days, periods, now }: Asked,
): FarmUse['farms'][number] {
  const zones = document.zones.map((zone) => ({
    zone,
    water: calendar.used(edge, document.id, `water/${zone.id}`, days, SILENT_DAYS),
    fertiliser: calendar.used(edge, document.id, `fertiliser/${zone.id}`, days, SILENT_DAYS),
  }))
  const shown = zones.map(({ zone: { id, name, area_m2 }, water, fertiliser }) =>
    usedBy({ id, name, area_m2 }, periods, ({ days: some }) => [sumOf(water, some), sumOf(fertiliser, some)]),
  )
  const { id, name } = document
  // Summed from the zones that stand beside it, so that both always agree.
  const whole = usedBy({ id, name, area_m2: areaOf(document) }, periods, (_, index) => [
    sum(shown.map(({ used }) => used[index]?.water_L ?? null)),
    sum(shown.map(({ used }) => used[index]?.fertiliser_mL ?? null)),
  ])
  return {
    edge,
    ...whole,
    zones: shown,
    complete: periods.map(
      ({ to, days: some }) => to <= now && zones.every(({ water }) => some.every((day) => water.whole(day))),
    ),
  }
}

function usedBy(
  whose: Pick<UsedBy, 'id' | 'name' | 'area_m2'>,
  periods: readonly Period[],
  of: (period: Period, index: number) => readonly [water: number | null, fertiliser: number | null],
): UsedBy {
  const used = periods.map((period, index) => usedOver(whose.area_m2, ...of(period, index)))
  const total = usedOver(
    whose.area_m2,
    sum(used.map(({ water_L }) => water_L)),
    sum(used.map(({ fertiliser_mL }) => fertiliser_mL)),
  )
  return { ...whose, used, total }
}

/** A litre on a square metre stands a millimetre high. */
function usedOver(area_m2: number, water_L: number | null, fertiliser_mL: number | null): Used {
  const per = (amount: number | null) => (amount === null || area_m2 <= 0 ? null : amount / area_m2)
  return {
    water_L: rounded(water_L, 1),
    water_mm: rounded(per(water_L), 2),
    fertiliser_mL: rounded(fertiliser_mL, 0),
    fertiliser_mLm2: rounded(per(fertiliser_mL), 2),
  }
}

function sumOf(use: CounterUse, days: readonly number[]): number | null {
  return sum(days.map((day) => use.of(day)))
}

/** Of what is known; nothing known is not zero. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
}

function rounded(value: number | null, places: number): number | null {
  return value === null ? null : Math.round(value * 10 ** places) / 10 ** places
}
