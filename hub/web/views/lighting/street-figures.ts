import { isLightingFault, LIGHTING_FAULTS } from '../../../../core/documents/lighting-faults.ts'
import { h } from '../../../../page/element.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import { watts } from '../../parts/lighting/lamp-look.ts'
import type { LightContext } from './context.ts'

/** Lit, faulty, silent, power: the street in four numbers. Zero of what is bad stands back. */
export function figuresOf({ totals }: StreetView, { voice, light }: LightContext): HTMLElement {
  const { format } = voice
  const figure = (label: string, value: string, extra: string, tone: string) =>
    h(
      'div',
      { class: `figure figure-${tone}` },
      h('dt', {}, label),
      h('dd', {}, h('b', {}, value), extra === '' ? undefined : h('span', {}, ` ${extra}`)),
    )
  const bad = (count: number) => (count > 0 ? 'bad' : 'plain')
  return h(
    'dl',
    { class: 'figures' },
    figure(light('lit'), format.count(totals.lit), light('ofLamps', { count: totals.lamps }), 'plain'),
    figure(light('faulty'), format.count(totals.faulty), '', bad(totals.faulty)),
    figure(light('silent'), format.count(totals.silent), '', bad(totals.silent)),
    figure(light('powerNow'), watts(totals.power, voice), '', 'plain'),
  )
}

export interface Health {
  readonly tone: 'good' | 'bad' | 'busy'
  readonly text: string
}

/** The worst that is true of the street: out of contact, the cabinet's own faults, lamps, all well. */
export function healthWords(street: StreetView, scene: Scene | undefined, context: LightContext): Health {
  const { voice, light } = context
  const { online, lastSeen, timeZone, faults, totals } = street
  if (!online) {
    if (lastSeen === null) return { tone: 'bad', text: light('offlineNever') }
    const time = voice.format.time(lastSeen, timeZone, scene?.now ?? lastSeen)
    return { tone: 'bad', text: light('offlineNote', { time }) }
  }
  const graver = [
    ...faults.map((rule) => faultLabel(rule, context)),
    ...street.feeders.flatMap((feeder) =>
      feeder.faults.map((rule) => `${feeder.name[voice.language]}: ${faultLabel(rule, context)}`),
    ),
  ]
  const count = totals.faulty + totals.silent
  const lamps = count > 0 ? [light('troubled', { count })] : []
  if (graver.length > 0) return { tone: 'bad', text: [...graver, ...lamps].join(' · ') }
  return { tone: count > 0 ? 'busy' : 'good', text: lamps[0] ?? light('calm') }
}

/** A few words for a rule; one that this page does not know, by its own name. */
export function faultLabel(rule: string, { voice }: Pick<LightContext, 'voice'>): string {
  return isLightingFault(rule) ? LIGHTING_FAULTS[rule].label[voice.language] : rule
}
