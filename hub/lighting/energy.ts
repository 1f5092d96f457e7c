import type { Clock } from '../../core/clock.ts'
import type { EnergyView } from '../api/lighting-schema.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { grouped } from '../grouped.ts'
import { createCounterDays } from '../store/counter-days.ts'
import type { HubStore } from '../store/store.ts'
import { SAVINGS_FORMULA } from './savings-formula.ts'
import type { StreetDocument } from './street-document.ts'
import type { Streets } from './streets.ts'

export interface EnergyQuery {
  readonly edge: string
  readonly street: string
  readonly from: number
  readonly to: number
  readonly by: 'day' | 'month'
}

/** What streets used, and what they saved. */
export interface Energy {
  /** Whole days that touch `from` to `to`; undefined for a street that no node describes. */
  report(query: EnergyQuery): EnergyView | undefined
}

type Row = EnergyView['rows'][number]
type Amounts = Pick<Row, 'energy_kWh' | 'baseline_kWh' | 'saved_kWh' | 'saved_percent'>

/** Use of a counter by day, in kWh; `whole` says of a day that it was heard on it and on the day before. */
interface Used {
  of(day: number): number | null
  whole(day: number): boolean
}

export function createEnergy(parts: {
  readonly clock: Clock
  readonly timeZone: string
  readonly store: HubStore
  readonly streets: Pick<Streets, 'document'>
  readonly fleet: Pick<Fleet, 'ledger'>
}): Energy {
  const { clock, timeZone, store, streets, fleet } = parts
  const calendar = createCounterDays(store, timeZone)
  const usedOf = (edge: string, device: string, channel: string, days: readonly number[]): Used => {
    const { unit, of, whole } = calendar.used(edge, device, channel, days)
    const perUnit = unit === 'kWh' ? 1 : 1 / 1_000
    return {
      whole,
      of(day) {
        const counted = of(day)
        return counted === null ? null : counted * perUnit
      },
    }
  }
  /** Whether everything that the node noticed in that time is here; what it summed up for want of room is no loss to a counter. */
  const isTold = (edge: string, from: number, to: number): boolean => {
    const ledger = fleet.ledger(edge, { from, to })
    const gaps = ledger?.epochs.flatMap(({ lanes }) =>
      lanes.flatMap(({ lane, gaps: some }) => (lane === 'live' ? some : [])),
    )
    return gaps?.every(({ reason }) => reason === 'thinned') ?? false
  }
  const dayRows = (edge: string, street: StreetDocument, days: readonly number[]): Row[] => {
    const pair = (suffix: string) => ({
      energy: usedOf(edge, street.id, `energy${suffix}`, days),
      baseline: usedOf(edge, street.id, `baseline${suffix}`, days),
    })
    const whole = pair('')
    const feeders = street.feeders.map(({ id, name }) => ({ id, name, used: pair(`/${id}`) }))
    return days.map((day) => ({
      from: day,
      to: calendar.after(day),
      ...amounts(whole.energy.of(day), whole.baseline.of(day)),
      feeders: feeders.map(({ id, name, used }) => ({
        ...{ id, name },
        ...amounts(used.energy.of(day), used.baseline.of(day)),
      })),
      complete: calendar.after(day) <= clock.now() && whole.energy.whole(day) && whole.baseline.whole(day),
    }))
  }
  return {
    report({ edge, street, from, to, by }) {
      const document = streets.document(edge, street)
      if (document === undefined) return undefined
      const days = dayRows(edge, document, calendar.within(from, to))
      const rows = by === 'day' ? days : monthRows(days, timeZone)
      const [first, last] = [days[0], days.at(-1)]
      const told = first !== undefined && last !== undefined && isTold(edge, first.from, last.to)
      return {
        formula: SAVINGS_FORMULA,
        timeZone,
        rows,
        total: sumOf(days),
        complete: told && rows.every(({ complete }) => complete),
      }
    },
  }
}

/** Days of the same month as one row; the first and last may be parts of theirs. */
function monthRows(days: readonly Row[], timeZone: string): Row[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' })
  const months = grouped(days, ({ from }) => format.format(from))
  return [...months.values()].map((month) => {
    const [first, last] = [month[0], month.at(-1)]
    const feeders = grouped(
      month.flatMap(({ feeders: some }) => some),
      ({ id }) => id,
    )
    return {
      from: first?.from ?? 0,
      to: last?.to ?? 0,
      ...sumOf(month),
      feeders: [...feeders.values()].flatMap(([one, ...more]) =>
        one === undefined ? [] : [{ id: one.id, name: one.name, ...sumOf([one, ...more]) }],
      ),
      complete: month.every(({ complete }) => complete),
    }
  })
}

/** Of the rows that know both: energy of one time against the baseline of another would be no saving. */
function sumOf(rows: readonly Amounts[]): Amounts {
  const both = rows.filter((row) => row.saved_kWh !== null)
  if (both.length === 0) return amounts(null, null)
  const sum = (key: 'energy_kWh' | 'baseline_kWh') => both.reduce((total, row) => total + (row[key] ?? 0), 0)
  return amounts(sum('energy_kWh'), sum('baseline_kWh'))
}

function amounts(energy: number | null, baseline: number | null): Amounts {
  const saved = energy === null || baseline === null ? null : baseline - energy
  return {
    energy_kWh: rounded(energy),
    baseline_kWh: rounded(baseline),
    saved_kWh: rounded(saved),
    saved_percent:
      saved === null || baseline === null || baseline <= 0 ? null : rounded((100 * saved) / baseline),
  }
}

/** To a watt-hour: sums of binary fractions would show their last places. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000
}
