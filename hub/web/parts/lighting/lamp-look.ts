import { isLightingFault, LIGHTING_FAULTS } from '../../../../core/documents/lighting-faults.ts'
import type { LampView, StreetView } from '../../../api/lighting-schema.ts'
import type { Voice } from '../../wording.ts'
import type { SayLight } from '../../words-lighting.ts'

/** How a lamp looks at a glance: one of these, the first that is true. */
export type LampLook = 'faulty' | 'silent' | 'lit' | 'off'

/** The rule by which a node says that a lamp's gear no longer answers. */
const SILENT_RULE = 'gear-silent'

export function isSilent({ faults, level, heardAt }: LampView): boolean {
  return faults.includes(SILENT_RULE) || level === null || heardAt === null
}

export const isFaulty = ({ faults }: LampView): boolean => faults.some((rule) => rule !== SILENT_RULE)

export function lookOf(lamp: LampView): LampLook {
  if (isFaulty(lamp)) return 'faulty'
  if (isSilent(lamp)) return 'silent'
  return (lamp.level ?? 0) > 0 ? 'lit' : 'off'
}

/** What of the street: lamps that a person would look for. */
export const LAMP_FILTERS = {
  all: () => true,
  faulty: isFaulty,
  silent: isSilent,
  held: ({ held }: LampView) => held !== null,
} as const satisfies Record<string, (lamp: LampView) => boolean>
export type LampFilter = keyof typeof LAMP_FILTERS

export interface Voices {
  readonly voice: Voice
  readonly light: SayLight
}

export const percent = (level: number, { format }: Voice): string =>
  `${format.number(level, Number.isInteger(Math.round(level * 10) / 10) ? 0 : 1)}\u00a0%`

export const watts = (power: number | null, { format, say }: Voice): string => {
  if (power === null) return say('noValue')
  return power >= 1_000 ? `${format.number(power / 1_000, 2)}\u00a0kW` : `${format.number(power)}\u00a0W`
}

/** The lamp's state in words: everything that its mark says by colour and shape. */
export function lampWords(
  lamp: LampView,
  street: StreetView,
  now: number,
  { voice, light }: Voices,
): string[] {
  const { format, language } = voice
  const words: string[] = lamp.faults.map((rule) =>
    isLightingFault(rule) ? LIGHTING_FAULTS[rule].label[language] : rule,
  )
  if (isSilent(lamp) && !lamp.faults.includes(SILENT_RULE)) words.push(light('lampSilent'))
  const { held } = lamp
  if (held !== null) {
    const values = { level: format.number(held.level), who: held.who }
    words.push(
      held.until === null
        ? light('lampHeld', values)
        : light('lampHeldUntil', { ...values, time: format.time(held.until, street.timeZone, now) }),
    )
  }
  return words
}
