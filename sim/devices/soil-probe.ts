import { type Fitting, install } from './equipment.ts'
import { announcement, battery, field, frame, i16, MILESIGHT_PORT, u16 } from './milesight-frame.ts'
import type { FaultName, VirtualDevice } from './virtual-device.ts'

export const SOIL_MODELS = ['dragino-lse01', 'milesight-em500-smtc'] as const
export type SoilModel = (typeof SOIL_MODELS)[number]

export interface SoilState {
  readonly moisture: number
  readonly temperature_C: number
  /** µS/cm. */
  readonly conductivity: number
}

export interface SoilProbeOptions extends Fitting {
  readonly model: SoilModel
  readonly serial: readonly number[]
  soil(): SoilState
}

const DRAGINO_PORT = 2
const BATTERY_PERCENT = 86
const BATTERY_mV = 3_580
const NO_OUTER_PROBE = 3_276
const PROBE_FOUND = 0x10
const MOST = 0xffff

/** Pushed into a bed; tells moisture, temperature and conductivity in its rhythm. */
export function createSoilProbe(options: SoilProbeOptions): VirtualDevice {
  const { model } = options
  let told = options.soil()

  const measure = (faults: ReadonlySet<FaultName>): SoilState => {
    if (!faults.has('stuck')) told = options.soil()
    if (faults.has('stuck0')) return { moisture: 0, temperature_C: 0, conductivity: 0 }
    return faults.has('stuck100') ? { ...told, moisture: 100 } : told
  }
  return install(options, {
    model,
    class: 'A',
    fPort: model === 'dragino-lse01' ? DRAGINO_PORT : MILESIGHT_PORT,
    canFail: ['silent', 'lost', 'stuck', 'stuck0', 'stuck100', 'stuck65535'],
    battery: () => Math.round((BATTERY_PERCENT / 100) * 254),
    ...(model === 'milesight-em500-smtc' ? { announcement: announcement(options.serial, 'A') } : {}),
    report: (faults) => encode(model, measure(faults), faults),
    values: () => ({ ...told }),
  })
}

function encode(
  model: SoilModel,
  { moisture, temperature_C, conductivity }: SoilState,
  faults: ReadonlySet<FaultName>,
): Uint8Array {
  const broken = faults.has('stuck65535')
  const raw = (value: number) => (broken ? MOST : Math.round(value))
  switch (model) {
    case 'dragino-lse01': {
      // Its probe pulled out of the box: zeros, and a flag that says why.
      const lost = faults.has('lost')
      const big = (value: number) => (lost ? [0, 0] : [...u16(value)].reverse())
      const temperature = lost ? [0, 0] : [...i16(100 * temperature_C)].reverse()
      return Uint8Array.from([
        ...[...u16(BATTERY_mV)].reverse(),
        ...[...u16(NO_OUTER_PROBE)].reverse(),
        ...big(raw(100 * moisture)),
        ...temperature,
        ...big(raw(conductivity)),
        lost ? 0 : PROBE_FOUND,
      ])
    }
    case 'milesight-em500-smtc':
      return frame(
        battery(BATTERY_PERCENT),
        field(0x03, 0x67, ...i16(10 * temperature_C)),
        field(0x04, 0xca, ...u16(faults.has('lost') ? MOST : raw(100 * moisture))),
        field(0x05, 0x7f, ...u16(raw(conductivity))),
      )
  }
}
