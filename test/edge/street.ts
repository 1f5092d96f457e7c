import { Default } from 'typebox/value'
import { LightingStreet } from '../../core/documents/lighting-street.ts'
import { checker } from '../../core/schema.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { definition } from './node.ts'

/** A street of the agent's tests: lamps on their own LoRaWAN controllers, two feeders, in Đông Hà. */

const LAMPS = 6

const check = checker(LightingStreet)

export function streetOf(part: Partial<LightingStreet> = {}, lamps = LAMPS): LightingStreet {
  const checked = check(
    Default(LightingStreet, {
      kind: 'lighting-street',
      id: 'le-duan',
      name: { vi: 'Lê Duẩn', en: 'Lê Duẩn' },
      location: { lat: 16.816, lon: 107.1 },
      road: { width_m: 7, spacing_m: 30, class: 'P6', easedClasses: 0 },
      luminaires: {
        led: {
          ...{ rated_W: 150, standby_W: 1, flux_lm: 18_000, utilisation: 0.4, maintenance: 0.8 },
          ...{ life_h: 50_000, height_m: 9, least: 10, constantLight: false },
        },
      },
      feeders: [
        { id: 'a', name: { vi: 'Lộ A', en: 'Feeder A' }, closed: 'always' },
        { id: 'b', name: { vi: 'Lộ B', en: 'Feeder B' }, closed: 'always' },
      ],
      lamps: Array.from({ length: lamps }, (_, index) => ({
        id: `l${index + 1}`,
        pole: `LD-${index + 1}`,
        device: `lamp-${index + 1}`,
        feeder: index % 2 === 0 ? 'a' : 'b',
        luminaire: 'led',
        ...{ lat: 16.816, lon: 107.1 + index * 0.0003, at_m: index * 30 },
      })),
      groups: [{ id: 'ends', name: { vi: 'Hai đầu', en: 'Both ends' }, lamps: ['l1', `l${lamps}`] }],
      profiles: [
        {
          id: 'usual',
          name: { vi: 'Đêm thường', en: 'Usual night' },
          steps: [
            { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
            { at: { clock: '22:00' }, level: 60 },
            { at: { clock: '05:00' }, level: 100 },
            { at: { sun: 'sunrise' }, level: 0 },
          ],
        },
      ],
      calendar: { usual: 'usual' },
      ...part,
    }),
  )
  if (!checked.ok) throw new Error(`${checked.problem.path} ${checked.problem.message}`)
  return checked.value
}

export function streetDevices(lamps = LAMPS): ReadonlyMap<string, DeviceDefinition> {
  const model = definition('nas-ul20xx')
  return new Map(Array.from({ length: lamps }, (_, index) => [`lamp-${index + 1}`, model] as const))
}
