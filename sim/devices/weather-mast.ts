import type { Weather } from '../greenhouse/sky.ts'
import { type Fitting, install } from './equipment.ts'
import { announcement, battery, field, frame, i16, MILESIGHT_PORT, u16, u32 } from './milesight-frame.ts'
import type { VirtualDevice } from './virtual-device.ts'

export interface WeatherMastOptions extends Fitting {
  readonly serial: readonly number[]
  weather(): Weather
}

const BATTERY_PERCENT = 95
const PRESSURE_hPa = 1_008
const BUCKET_mm = 0.2

/** A Milesight WTS506 outside the house: temperature, humidity, wind, pressure and rain. */
export function createWeatherMast(options: WeatherMastOptions): VirtualDevice {
  return install(options, {
    model: 'milesight-wts506',
    class: 'A',
    fPort: MILESIGHT_PORT,
    canFail: ['silent'],
    announcement: announcement(options.serial, 'A'),
    battery: () => Math.round((BATTERY_PERCENT / 100) * 254),
    report() {
      const { temperature_C, humidity, wind_ms, wind_deg, rain_mm } = options.weather()
      const tips = Math.floor(rain_mm / BUCKET_mm)
      return frame(
        battery(BATTERY_PERCENT),
        field(0x03, 0x67, ...i16(10 * temperature_C)),
        field(0x04, 0x68, Math.round(2 * humidity)),
        field(0x05, 0x84, ...u16(10 * wind_deg)),
        field(0x06, 0x73, ...u16(10 * PRESSURE_hPa)),
        field(0x07, 0x92, ...u16(10 * wind_ms)),
        field(0x08, 0xec, ...u32(100 * tips * BUCKET_mm), tips % 256),
      )
    },
    values: () => ({ ...options.weather() }),
  })
}
