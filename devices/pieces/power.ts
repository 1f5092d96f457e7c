import type { Channel } from '../define.ts'
import { total } from './counters.ts'
import { measure } from './measures.ts'

/** What a meter in a cabinet measures of one phase, or of all together. */

export function mainsVoltage(phase: number): Channel {
  const label = { vi: `Điện áp pha ${phase}`, en: `Voltage of phase ${phase}` }
  return measure('V', { label, min: 0, max: 500, resolution: 0.1, report: { deadBand: 1, silenceS: 900 } })
}

export function mainsCurrent(phase: number): Channel {
  const label = { vi: `Dòng điện pha ${phase}`, en: `Current of phase ${phase}` }
  return measure('A', {
    label,
    min: 0,
    max: 6_000,
    resolution: 0.01,
    report: { deadBand: 0.1, silenceS: 900 },
  })
}

/** Less than nothing flows where current transformers are the wrong way round. */
export function activePower(phase?: number): Channel {
  const label =
    phase === undefined
      ? { vi: 'Tổng công suất', en: 'Total power' }
      : { vi: `Công suất pha ${phase}`, en: `Power of phase ${phase}` }
  const max = 1_000_000
  return measure('W', { label, min: -max, max, resolution: 1, report: { deadBand: 5, silenceS: 900 } })
}

export function activeEnergy(phase?: number): Channel {
  const label =
    phase === undefined
      ? { vi: 'Tổng điện năng', en: 'Total energy' }
      : { vi: `Điện năng pha ${phase}`, en: `Energy of phase ${phase}` }
  return total('Wh', label, { max: 1e11, resolution: 1 })
}

export function mainsFrequency(): Channel {
  const label = { vi: 'Tần số', en: 'Frequency' }
  return measure('Hz', { label, min: 0, max: 100, resolution: 0.01, report: { deadBand: 0.05 } })
}
