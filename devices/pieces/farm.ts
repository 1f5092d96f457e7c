import type { Text } from '../../core/text.ts'
import type { Channel, Output } from '../define.ts'
import { counter } from './counters.ts'
import { measure } from './measures.ts'
import { state } from './states.ts'

const QUARTER_HOUR = 900
const HOUR = 3_600

/** Water in the soil, percent of its volume. */
export function soilMoisture(): Channel {
  const label = { vi: 'Độ ẩm đất', en: 'Soil moisture' }
  const report = { deadBand: 0.2, silenceS: QUARTER_HOUR }
  return measure('%', { label, min: 0, max: 100, resolution: 0.01, report })
}

/** Of the soil as a whole, as a probe tells it. */
export function soilConductivity(max = 23_000): Channel {
  const label = { vi: 'Độ dẫn điện của đất (EC)', en: 'Conductivity of the soil (EC)' }
  return measure('uS/cm', { label, min: 0, max, resolution: 1, report: { deadBand: 10, silenceS: HOUR } })
}

export function acidity(label: Text = { vi: 'Độ pH', en: 'pH' }): Channel {
  return measure('[pH]', { label, min: 0, max: 14, resolution: 0.01, report: { deadBand: 0.05 } })
}

/** Of water that is fed, at 25 °C. */
export function waterConductivity(): Channel {
  const label = { vi: 'Độ dẫn điện của nước (EC)', en: 'Conductivity of the water (EC)' }
  return measure('mS/cm', { label, min: 0, max: 20, resolution: 0.01, report: { deadBand: 0.02 } })
}

export function nutrient(label: Text): Channel {
  return measure('mg/kg', { label, min: 0, max: 2_999, resolution: 1, report: { deadBand: 2 } })
}

export function carbonDioxide(max: number): Channel {
  const label = { vi: 'Khí CO₂', en: 'Carbon dioxide' }
  return measure('[ppm]', { label, min: 0, max, resolution: 1, report: { deadBand: 10, silenceS: HOUR } })
}

/** Photons that plants can use. */
export function photonFlux(max = 4_000): Channel {
  const label = { vi: 'Ánh sáng quang hợp (PAR)', en: 'Photosynthetic light (PAR)' }
  return measure('umol/m2/s', {
    label,
    min: 0,
    max,
    resolution: 0.1,
    report: { deadBand: 5, silenceS: HOUR },
  })
}

/** How full a tank is. */
export function tankLevel(): Channel {
  const label = { vi: 'Mực nước bồn', en: 'Tank level' }
  const report = { deadBand: 0.5, silenceS: QUARTER_HOUR }
  return measure('%', { label, min: 0, max: 100, resolution: 0.1, report })
}

export function waterFlow(max: number): Channel {
  const label = { vi: 'Lưu lượng nước', en: 'Water flow' }
  return measure('L/min', { label, min: 0, max, resolution: 0.01, report: { deadBand: 0.1 } })
}

export function pipePressure(): Channel {
  const label = { vi: 'Áp suất đường ống', en: 'Pipe pressure' }
  return measure('kPa', { label, min: 0, max: 1_600, resolution: 1, report: { deadBand: 2 } })
}

/** Of a water meter on a pulse input. */
export function meterPulses(number: number): Channel {
  return counter({ vi: `Xung đồng hồ nước ${number}`, en: `Pulses of water meter ${number}` })
}

export function valveState(number: number): Channel {
  const states = { 0: { vi: 'Đóng', en: 'Shut' }, 1: { vi: 'Mở', en: 'Open' } }
  return state({ vi: `Van ${number}`, en: `Valve ${number}` }, states)
}

/**
 * A valve that its device shuts by itself after the time that it was told, and no later than this without a living node:
 * long enough for a radio to renew it, short enough that a dead node wastes little water.
 */
const VALVE_DEAD_MAN_S = 600

export function timedValve(number: number, timedS: number): Output {
  return {
    label: valveState(number).label,
    ...{ min: 0, max: 1, safe: 0, powerUp: 0, deadManS: VALVE_DEAD_MAN_S, timedS },
    readBack: `valve${number}`,
    readBackWithin: 0,
  }
}

/** Percent of the most that a motor gives; 0 stands still. */
export function motorSpeed(): Channel {
  const label = { vi: 'Tốc độ động cơ', en: 'Motor speed' }
  return measure('%', { label, min: 0, max: 102, resolution: 0.1, report: { deadBand: 1 } })
}
