import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  airPressure,
  extraterrestrial,
  netRadiation,
  penmanMonteith,
  psychrometricConstant,
  radiationOfSunshine,
  referenceEvapotranspiration,
  saturationPressure,
  saturationSlope,
  vapourOf,
  vapourPressureDeficit,
  windAt2m,
} from '../../core/evapotranspiration.ts'

/** The worked examples of FAO Irrigation and Drainage Paper 56, step by step. */

describe('example 18: Uccle near Brussels, 6 July', () => {
  const [max, min] = [21.5, 12.3]
  const humidity = { max: 84, min: 63 }
  const { ra, hours } = extraterrestrial(50.8, 187)
  const solar = radiationOfSunshine(ra, 9.25, hours)
  const wind = windAt2m(10 / 3.6, 10)
  const vapour_kPa = vapourOf(max, min, humidity)

  test('the air: wind, pressure and what it holds', () => {
    expect(wind).toBeCloseTo(2.078, 3)
    expect(airPressure(100)).toBeCloseTo(100.1, 1)
    expect(psychrometricConstant(airPressure(100))).toBeCloseTo(0.0666, 4)
    expect((saturationPressure(max) + saturationPressure(min)) / 2).toBeCloseTo(1.997, 3)
    expect(vapour_kPa).toBeCloseTo(1.409, 3)
    expect(saturationSlope((max + min) / 2)).toBeCloseTo(0.122, 3)
  })
  test('the sun: above the atmosphere, on the ground, and what stays', () => {
    expect(ra).toBeCloseTo(41.09, 1)
    expect(hours).toBeCloseTo(16.1, 1)
    expect(solar).toBeCloseTo(22.07, 1)
    expect(netRadiation({ max, min, vapour_kPa, solar, ra, elevation_m: 100 })).toBeCloseTo(13.28, 1)
  })
  test('3.9 mm a day', () => {
    const net = netRadiation({ max, min, vapour_kPa, solar, ra, elevation_m: 100 })
    expect(penmanMonteith({ max, min, vapour_kPa, wind, net, soil: 0, elevation_m: 100 })).toBeCloseTo(
      3.88,
      1,
    )
    const whole = referenceEvapotranspiration({
      ...{ lat: 50.8, elevation_m: 100, dayOfYear: 187, max, min, humidity, wind },
      radiation: solar / 0.0864,
    })
    expect(whole.et0).toBeCloseTo(3.9, 1)
    expect(whole.estimated).toEqual([])
  })
})

describe('example 17: Bangkok in April', () => {
  const [max, min, vapour_kPa] = [34.8, 25.6, 2.85]
  const { ra, hours } = extraterrestrial(13.73, 105)
  const solar = radiationOfSunshine(ra, 8.5, hours)
  const net = netRadiation({ max, min, vapour_kPa, solar, ra, elevation_m: 2 })

  test('Ra 38.06 and Rn 14.33', () => {
    expect(ra).toBeCloseTo(38.06, 1)
    expect(net).toBeCloseTo(14.33, 1)
  })
  test('5.72 mm a day', () => {
    expect(penmanMonteith({ max, min, vapour_kPa, wind: 2, net, soil: 0.14, elevation_m: 2 })).toBeCloseTo(
      5.72,
      1,
    )
  })
})

describe('thirst of the air', () => {
  test.each([
    [25, 60, 1.267],
    [28, 70, 1.134],
  ])('%d °C and %d %% are %d kPa', (temperature, humidity, kPa) => {
    expect(vapourPressureDeficit(temperature, humidity)).toBeCloseTo(kPa, 3)
  })
})

describe('a day of which little was measured', () => {
  const hot = { lat: 16.8, elevation_m: 10, dayOfYear: 152, max: 35, min: 26 }

  test('names what it had to estimate', () => {
    const { et0, estimated } = referenceEvapotranspiration({
      ...hot,
      humidity: null,
      wind: null,
      radiation: null,
    })
    expect(estimated).toEqual(['humidity', 'wind', 'radiation'])
    expect(et0).toBeGreaterThan(3)
    expect(et0).toBeLessThan(8)
  })
  test('is a number of a day on this earth, whatever the weather', () => {
    const some = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(
        ...[some(-90, 90), fc.integer({ min: 1, max: 366 }), some(-30, 35), some(0, 20)],
        ...[fc.option(some(0, 100)), fc.option(some(0, 40)), fc.option(some(0, 450))],
        (lat, dayOfYear, min, span, humidity, wind, radiation) => {
          const { et0 } = referenceEvapotranspiration({
            ...{ lat, elevation_m: 0, dayOfYear, min, max: min + span, wind, radiation },
            humidity: humidity === null ? null : { max: humidity, min: humidity },
          })
          expect(et0).toBeGreaterThanOrEqual(0)
          expect(et0).toBeLessThan(60)
        },
      ),
    )
  })
})

test.each([0.5, 1, 2, 5, 10, 20])(
  'a wind measured at %d m, where documents may have it, is a wind at 2 m',
  (height) => {
    const wind = windAt2m(3, height)
    expect(wind > 1 && wind < 6).toBe(true)
  },
)
