import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { decimal } from '../../../../core/text.ts'
import { type Air, SWITCHED_OFF, sentence, type Wish } from './wish.ts'

/** Fans by heat, and by humidity where a limit is set. */

export type Fan = Greenhouse['climate']['fans'][number]

/** Percent of humidity below its limit at which a fan that runs for it may end. */
const HUMIDITY_BACK = 5

export function stepFan(fan: Fan, running: boolean, { temperature, humidity }: Air): Wish {
  const { above_C, below_C, above_humidity, full } = fan
  if (!fan.on) return { value: 0, why: SWITCHED_OFF }
  if (temperature === null) {
    const value = fan.blind === 'on' ? full : 0
    return value === 0
      ? { value, why: { vi: 'Mất cảm biến nhiệt độ: tắt', en: 'Temperature sensor lost: off' } }
      : {
          value,
          why: {
            vi: 'Mất cảm biến nhiệt độ: chạy để phòng nóng',
            en: 'Temperature sensor lost: on against heat',
          },
        }
  }
  const values = {
    temperature: decimal(temperature, 1),
    above: decimal(above_C, 1),
    below: decimal(below_C, 1),
  }
  const hot = temperature >= above_C || (running && temperature > below_C)
  if (hot) {
    const why = sentence(
      '{temperature} °C: chạy đến khi còn {below} °C',
      '{temperature} °C: runs until {below} °C',
      values,
    )
    return { value: speedAt(fan, temperature), why }
  }
  if (above_humidity !== undefined && humidity !== null) {
    const limit = running ? above_humidity - HUMIDITY_BACK : above_humidity
    if (humidity > limit) {
      const why = sentence('Độ ẩm {humidity} %: thông gió', 'Humidity {humidity} %: airing', {
        humidity: decimal(humidity, 0),
      })
      return { value: fan.least ?? full, why }
    }
  }
  return {
    value: 0,
    why: sentence('{temperature} °C, chạy từ {above} °C', '{temperature} °C, runs from {above} °C', values),
  }
}

/** Of one with variable speed; in whole steps, so that it is not told anew at each breath of air. */
function speedAt({ least, full_C, above_C, full }: Fan, temperature: number): number {
  if (least === undefined || full_C === undefined || full_C <= above_C) return full
  const share = Math.min(1, Math.max(0, (temperature - above_C) / (full_C - above_C)))
  const speed = least + (full - least) * share
  return Math.min(full, Math.ceil(speed / STEP) * STEP)
}

const STEP = 5
