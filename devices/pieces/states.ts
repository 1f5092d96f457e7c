import type { Text } from '../../core/text.ts'
import type { Channel } from '../define.ts'

const HOUR = 3600

/** One of a few named values, which holds until another is told. */
export function state(label: Text, states: Readonly<Record<number, Text>>): Channel {
  const values = Object.keys(states).map(Number)
  const report = { deadBand: 0, silenceS: HOUR }
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return { label, unit: '1', min, max, resolution: 1, kind: 'state', report, states }
}

export function onOff(label: Text): Channel {
  return state(label, { 0: { vi: 'Tắt', en: 'Off' }, 1: { vi: 'Bật', en: 'On' } })
}

/** A digital input: 1 while the contact is closed or the line is high. */
export function digitalInput(number: number): Channel {
  return onOff({ vi: `Ngõ vào số ${number}`, en: `Digital input ${number}` })
}

/** A relay as the device reads it back. */
export function relayState(number: number): Channel {
  return onOff({ vi: `Rơ-le ${number}`, en: `Relay ${number}` })
}

export function tilt(): Channel {
  const upright = { vi: 'Đứng thẳng', en: 'Upright' }
  return state({ vi: 'Tư thế lắp', en: 'Position' }, { 0: upright, 1: { vi: 'Bị nghiêng', en: 'Tilted' } })
}
