import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { decimal } from '../../../../core/text.ts'
import { type Air, SWITCHED_OFF, sentence, type Wish } from './wish.ts'

/** Shade cloth by light; a storm draws it away at once, and so does a wind of which nobody knows. */

export type Shade = Greenhouse['climate']['shade'][number]

export interface ShadeMemory {
  readonly closed: boolean
  /** When it was moved last, in the controller's time; null before that. */
  readonly movedT: number | null
}

export const OPEN_SHADE: ShadeMemory = { closed: false, movedT: null }

/** The wind must fall so far below its limit before the cloth is closed again. */
const CALM = 0.8

export function stepShade(
  shade: Shade,
  memory: ShadeMemory,
  { light, wind, awaited = false }: Air,
  t: number,
): { readonly memory: ShadeMemory; readonly wish: Wish } {
  const { above_lx, below_lx, hold_min, most_wind_ms, full } = shade
  const to = (closed: boolean, why: Wish['why']) => ({
    memory: closed === memory.closed ? memory : { closed, movedT: t },
    wish: { value: closed ? full : 0, why },
  })
  if (!shade.on) return to(false, SWITCHED_OFF)
  const blind = light === null || (most_wind_ms !== undefined && wind === null)
  if (blind && awaited && memory.closed) return to(true, AWAITS)
  if (most_wind_ms !== undefined) {
    if (wind === null) return to(false, NO_WIND)
    const limit = memory.closed ? most_wind_ms : most_wind_ms * CALM
    if (wind > limit)
      return to(
        false,
        sentence('Gió {wind} m/s: thu lưới để khỏi rách', 'Wind {wind} m/s: cloth drawn away', {
          wind: decimal(wind, 1),
        }),
      )
  }
  if (light === null)
    return to(false, {
      vi: 'Mất cảm biến ánh sáng: thu lưới, cây còn thấy nắng',
      en: 'Light sensor lost: drawn away, so that the crop sees the sun',
    })
  const values = {
    light: decimal(light / 1000, 1),
    above: decimal(above_lx / 1000, 1),
    below: decimal(below_lx / 1000, 1),
  }
  const wanted = memory.closed ? light > below_lx : light > above_lx
  const held = memory.movedT !== null && t - memory.movedT < hold_min * 60_000
  if (held && wanted !== memory.closed)
    return to(
      memory.closed,
      sentence(
        '{light} klx: giữ nguyên một lúc, mây qua lại',
        '{light} klx: stays a while, clouds come and go',
        values,
      ),
    )
  return wanted
    ? to(
        true,
        sentence(
          '{light} klx: che đến khi dưới {below} klx',
          '{light} klx: closed until below {below} klx',
          values,
        ),
      )
    : to(
        false,
        sentence('{light} klx, che khi trên {above} klx', '{light} klx, closes above {above} klx', values),
      )
}

const AWAITS: Wish['why'] = {
  vi: 'Vừa khởi động: giữ nguyên, chờ cảm biến',
  en: 'Just started: stays as it is until the sensors are heard',
}
const NO_WIND: Wish['why'] = {
  vi: 'Mất cảm biến gió: thu lưới, phòng gió lớn',
  en: 'Wind sensor lost: drawn away, for it may be blowing',
}
