import { describe, expect, test } from 'vitest'
import {
  gather,
  gathered,
  NO_WEATHER,
  nextDay,
  type WeatherGathering,
  type WeatherQuantity,
} from '../../../../../edge/control/greenhouse/balance/weather-day.ts'

const HOUR = 3_600_000
const SILENT = HOUR

/** A report each quarter of an hour over so many hours of a day. */
function dayOf(values: Readonly<Partial<Record<WeatherQuantity, (hour: number) => number>>>, hours = 24) {
  let weather: WeatherGathering = NO_WEATHER
  for (let hour = 0; hour <= hours; hour += 0.25)
    for (const [quantity, value] of Object.entries(values))
      weather = gather(weather, quantity as WeatherQuantity, value(hour), hour * HOUR, SILENT)
  return weather
}
const warmth = (hour: number) => 26 + 7 * Math.sin(((hour - 8) * Math.PI) / 12)

describe('a day of weather', () => {
  test('has its extremes, and its means over time', () => {
    const day = gathered(
      dayOf({ temperature: warmth, humidity: (hour) => 60 + hour, wind: () => 2.5, radiation: () => 200 }),
    )
    expect(day?.max).toBeCloseTo(33, 5)
    expect(day?.min).toBeCloseTo(19, 5)
    expect(day).toMatchObject({ humidity: { max: 84, min: 60 }, wind: 2.5, radiation: 200 })
  })
  test('means are not moved by a sensor that reports more often in a storm', () => {
    let weather: WeatherGathering = NO_WEATHER
    for (let minute = 0; minute <= 24 * 60; minute += minute >= 600 && minute < 660 ? 1 : 30)
      weather = gather(weather, 'wind', minute >= 600 && minute < 660 ? 20 : 0, minute * 60_000, SILENT)
    weather = gather(weather, 'temperature', 20, 0, SILENT)
    const day = gathered({
      ...weather,
      temperature: { range: { max: 30, min: 20 }, heardT: 0, seenMs: 24 * HOUR },
    })
    expect(day?.wind).toBeGreaterThan(0.7)
    expect(day?.wind).toBeLessThan(1.4)
  })
  test('is unknown where too little of its warmth was measured', () => {
    expect(gathered(dayOf({ temperature: warmth }, 17))).toBeNull()
    expect(gathered(NO_WEATHER)).toBeNull()
  })
  test('leaves out what was measured too little', () => {
    const weather = dayOf({ temperature: warmth })
    const few = gather(gather(weather, 'wind', 3, 0, SILENT), 'wind', 3, HOUR, SILENT)
    expect(gathered(few)).toMatchObject({ humidity: null, wind: null, radiation: null })
  })
  test('counts nothing over a silence', () => {
    const late = gather(dayOf({ temperature: warmth }, 1), 'temperature', 30, 30 * HOUR, SILENT)
    expect(late.temperature?.seenMs).toBe(HOUR)
  })
  test('does not hand its heat to the next one', () => {
    const next = gather(
      nextDay(dayOf({ temperature: warmth }), 24 * HOUR),
      'temperature',
      21,
      24.25 * HOUR,
      SILENT,
    )
    expect(next.temperature).toMatchObject({ range: { max: 21, min: 21 }, seenMs: 0.25 * HOUR })
  })
})

describe('a day without a word', () => {
  test('has no extremes, nor has the one after it', () => {
    const silent = nextDay(nextDay(dayOf({ temperature: warmth }), 24 * HOUR), 48 * HOUR)
    expect(gathered(silent)).toBeNull()
    expect(silent.temperature?.range).toBeNull()
  })
})
