import type { Channel, Output } from '../define.ts'
import { total } from './counters.ts'
import { measure } from './measures.ts'
import { state } from './states.ts'

/** Percent of light, 0 for out: what an output `level` is told and what its channel reads back. */
export function lightLevel(): Channel {
  const label = { vi: 'Mức sáng', en: 'Light level' }
  return measure('%', { label, min: 0, max: 100, resolution: 0.1, report: { deadBand: 0.5 } })
}

/**
 * A dimmed lamp. Safe and after a power cut it burns in full, and no time ends what it holds: it stays as it is while
 * its node is stopped. It is read back on `level`.
 */
export function lampLevel(): Output {
  const label = lightLevel().label
  return {
    label,
    min: 0,
    max: 100,
    safe: 100,
    powerUp: 100,
    deadManS: 0,
    readBack: 'level',
    readBackWithin: 1,
  }
}

const works = { vi: 'Bình thường', en: 'Working' }

/** What the control gear says of its lamp. */
export function lampFailure(): Channel {
  return state({ vi: 'Bóng đèn', en: 'Lamp' }, { 0: works, 1: { vi: 'Bóng đèn hỏng', en: 'Lamp broken' } })
}

/** What is known of the control gear itself. */
export function gearFailure(): Channel {
  return state(
    { vi: 'Bộ điều khiển đèn', en: 'Control gear' },
    { 0: works, 1: { vi: 'Bộ điều khiển đèn hỏng', en: 'Control gear broken' } },
  )
}

/** Hours that the lamp has burnt. */
export function burningHours(): Channel {
  return total('h', { vi: 'Giờ đốt', en: 'Burning hours' }, { max: 1_193_046, resolution: 1 })
}

/** Energy that the lamp has used. */
export function lampEnergy(): Channel {
  return total('Wh', { vi: 'Điện năng', en: 'Energy' }, { max: 4_294_967_295, resolution: 1 })
}

/** 0 to 1. */
export function powerFactor(): Channel {
  const label = { vi: 'Hệ số công suất', en: 'Power factor' }
  return measure('1', { label, min: 0, max: 1, resolution: 0.01, report: { deadBand: 0.05 } })
}

export function illuminance(max = 200_000): Channel {
  const label = { vi: 'Độ rọi', en: 'Illuminance' }
  return measure('lx', { label, min: 0, max, resolution: 0.1, report: { deadBand: 1, silenceS: 900 } })
}

/** 1 while somebody moves there. */
export function motion(): Channel {
  return state(
    { vi: 'Chuyển động', en: 'Motion' },
    { 0: { vi: 'Không có', en: 'None' }, 1: { vi: 'Có người, xe', en: 'Somebody moves' } },
  )
}

/** 1 by day. */
export function daylight(): Channel {
  return state(
    { vi: 'Trời', en: 'Daylight' },
    { 0: { vi: 'Tối', en: 'Dark' }, 1: { vi: 'Sáng', en: 'Light' } },
  )
}
