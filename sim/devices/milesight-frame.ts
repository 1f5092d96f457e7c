import type { Utc } from '../../core/clock.ts'

/** Milesight frames: id, type, data, repeated, little-endian, on port 85. */
export const MILESIGHT_PORT = 85

/** One field: `id` and `type` as in the vendor's tables, then its data. */
export function field(id: number, type: number, ...data: readonly number[]): number[] {
  return [id, type, ...data]
}

export function u16(value: number): number[] {
  const whole = Math.max(0, Math.min(0xffff, Math.round(value)))
  return [whole & 0xff, whole >> 8]
}

/** Two's complement. */
export function i16(value: number): number[] {
  const whole = Math.max(-0x8000, Math.min(0x7fff, Math.round(value)))
  return [whole & 0xff, (whole >> 8) & 0xff]
}

export function u32(value: number): number[] {
  const whole = Math.max(0, Math.min(0xffff_ffff, Math.round(value)))
  return [whole & 0xff, (whole >>> 8) & 0xff, (whole >>> 16) & 0xff, (whole >>> 24) & 0xff]
}

export function frame(...fields: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(fields.flat())
}

export const battery = (percent: number) => field(0x01, 0x75, Math.round(percent))

/** What every model says of itself after a join: power on, protocol 1, serial number, hardware 1.0, firmware 1.2, class. */
export function announcement(serial: readonly number[], loraClass: 'A' | 'C'): Uint8Array {
  return frame(
    field(0xff, 0x0b, 0xff),
    field(0xff, 0x01, 0x01),
    field(0xff, 0x16, ...serial.slice(0, 8)),
    field(0xff, 0x09, 0x01, 0x00),
    field(0xff, 0x0a, 0x01, 0x02),
    field(0xff, 0x0f, loraClass === 'A' ? 0 : 2),
  )
}

/** Temperature data in tenths: a plain day, 24 °C before dawn and 30 °C in the early afternoon, local time UTC+7. */
export function airTemperature(at: Utc): number[] {
  const hour = (at / 3_600_000 + 7) % 24
  return i16(10 * (27 + 3 * Math.cos(((hour - 14) / 12) * Math.PI)))
}
