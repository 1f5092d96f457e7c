import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { vapourPressureDeficit } from '../../../../core/evapotranspiration.ts'
import { decimal } from '../../../../core/text.ts'
import { type Air, SWITCHED_OFF, sentence, type Wish } from './wish.ts'

/** Mist in pulses while the air is too thirsty: what evaporates cools, what does not makes leaves wet and ill. */

export type Misting = NonNullable<Greenhouse['climate']['misting']>

export interface MistMemory {
  /** Between `above_kPa` and `below_kPa`: on until the lower one is reached. */
  readonly thirsty: boolean
  /** When the last pulse began, in the controller's time; null before the first. */
  readonly pulseT: number | null
}

export const NO_MIST: MistMemory = { thirsty: false, pulseT: null }

/** `inHours` is null where no hours are set or nobody knows the time: heat kills sooner than wet leaves. */
export function stepMisting(
  misting: Misting,
  memory: MistMemory,
  air: Air,
  { t, inHours }: { readonly t: number; readonly inHours: boolean | null },
): { readonly memory: MistMemory; readonly wish: Wish } {
  const { above_kPa, below_kPa, most_humidity } = misting
  const rest = (why: Wish['why']) => ({ memory: { ...memory, thirsty: false }, wish: { value: 0, why } })
  const { temperature, humidity } = air
  if (!misting.on) return rest(SWITCHED_OFF)
  if (temperature === null || humidity === null)
    return rest({
      vi: 'Không phun: chưa biết nhiệt độ hoặc độ ẩm không khí',
      en: 'No mist: temperature or humidity of the air is unknown',
    })
  if (inHours === false) return rest({ vi: 'Ngoài giờ phun sương', en: 'Outside the hours of misting' })
  if (humidity >= most_humidity)
    return rest(
      sentence(
        'Không phun: độ ẩm {humidity} %, tối đa {most} %',
        'No mist: humidity {humidity} %, at most {most} %',
        {
          humidity: decimal(humidity, 0),
          most: decimal(most_humidity, 0),
        },
      ),
    )
  const vpd = vapourPressureDeficit(temperature, humidity)
  const thirsty = memory.thirsty ? vpd > below_kPa : vpd > above_kPa
  const values = { vpd: decimal(vpd, 2), above: decimal(above_kPa, 2), below: decimal(below_kPa, 2) }
  if (!thirsty)
    return rest(sentence('VPD {vpd} kPa, phun khi trên {above}', 'VPD {vpd} kPa, mist above {above}', values))
  const pulse = misting.pulse_s * 1000
  const due = memory.pulseT === null || t - memory.pulseT >= pulse + misting.pause_s * 1000
  const pulseT = due ? t : memory.pulseT
  const spraying = pulseT !== null && t - pulseT < pulse
  return {
    memory: { thirsty, pulseT },
    wish: {
      value: spraying ? 1 : 0,
      why: spraying
        ? sentence(
            'Phun sương: VPD {vpd} kPa, đến khi dưới {below}',
            'Misting: VPD {vpd} kPa, until below {below}',
            values,
          )
        : sentence(
            'Nghỉ giữa hai lần phun: VPD {vpd} kPa',
            'Pause between pulses of mist: VPD {vpd} kPa',
            values,
          ),
    },
  }
}
