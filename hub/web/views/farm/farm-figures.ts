import { h } from '../../../../page/element.ts'
import type { FarmView, FarmZone } from '../../../api/farm-schema.ts'
import type { Scene } from '../../context.ts'
import type { FarmContext } from './context.ts'

export interface Health {
  readonly tone: 'good' | 'bad' | 'busy' | 'quiet'
  readonly text: string
}

/** The worst that is true of a greenhouse: out of contact, problems, stopped, watering, all well. */
export function healthWords(house: FarmView, scene: Scene | undefined, { voice, farm }: FarmContext): Health {
  const { online, lastSeen, timeZone, problems, paused, zones } = house
  if (!online) {
    if (lastSeen === null) return { tone: 'bad', text: farm('offlineNever') }
    const time = voice.format.time(lastSeen, timeZone, scene?.now ?? lastSeen)
    return { tone: 'bad', text: farm('offline', { time }) }
  }
  const wet = zones.filter(isWatered).map(({ name }) => name[voice.language])
  const said = [
    ...(problems.length > 0 ? [farm('problems', { count: problems.length })] : []),
    ...(house.tank?.low === true ? [farm('tankLow')] : []),
    ...(paused === true ? [farm('paused')] : []),
    ...(wet.length > 0 ? [farm('waters', { zones: wet.join(', ') })] : []),
  ]
  const grave = problems.length > 0 || house.tank?.low === true
  if (said.length > 0) return { tone: grave ? 'bad' : 'busy', text: said.join(' · ') }
  if (house.running === null) return { tone: 'quiet', text: farm('calmUnknown') }
  return { tone: 'good', text: farm('calm') }
}

export const isWatered = ({ left_s }: Pick<FarmZone, 'left_s'>): boolean => left_s !== null && left_s > 0

type Figure = readonly [label: string, value: string, extra: string, tone: 'plain' | 'bad']

/** Watering, water of today, tank and air: a greenhouse in a few numbers; `full` also those that few look for. */
export function figuresOf(house: FarmView, context: FarmContext, full = false): HTMLElement {
  const { voice, farm } = context
  const { format, say } = voice
  const { climate, tank } = house
  const none = say('noValue')
  const with_ = (value: number | null, digits: number, unit: string) =>
    value === null ? none : format.quantity(value, digits, unit)
  const running = house.running === null ? none : format.count(house.running)
  const figures: readonly Figure[] = [
    [farm('running'), running, farm('ofZones', { count: house.zones.length }), 'plain'],
    [farm('today'), litres(house.today_L, context), '', 'plain'],
    ...(tank === null
      ? []
      : [
          [
            farm('tank'),
            with_(tank.percent, 0, '%'),
            full && tank.litres !== null ? litres(tank.litres, context) : '',
            tank.low ? 'bad' : 'plain',
          ] as const,
        ]),
    [farm('air'), with_(climate.temperature_C, 1, '°C'), with_(climate.humidity, 0, '%'), 'plain'],
    [farm('vpd'), with_(climate.vpd_kPa, 2, 'kPa'), '', 'plain'],
    ...(full
      ? ([
          [farm('flow'), with_(house.flow_Lmin, 1, 'L/min'), '', 'plain'],
          [farm('pressure'), with_(house.pressure_kPa, 0, 'kPa'), '', 'plain'],
          [farm('et0'), with_(house.et0_mm, 1, 'mm'), '', 'plain'],
        ] as const)
      : []),
  ]
  return h(
    'dl',
    { class: 'figures farm-figures' },
    ...figures.map(([label, value, extra, tone]) =>
      h(
        'div',
        { class: `figure figure-${tone}` },
        h('dt', {}, label),
        h('dd', {}, h('b', {}, value), extra === '' ? undefined : h('span', {}, ` ${extra}`)),
      ),
    ),
  )
}

/** In cubic metres where there are many. */
export function litres(value: number | null, { voice }: Pick<FarmContext, 'voice'>): string {
  const { format, say } = voice
  if (value === null) return say('noValue')
  if (value >= 10_000) return format.quantity(value / 1_000, 1, 'm³')
  return format.quantity(value, value < 100 && !Number.isInteger(value) ? 1 : 0, 'L')
}

export function millilitres(value: number | null, { voice }: Pick<FarmContext, 'voice'>): string {
  const { format, say } = voice
  if (value === null) return say('noValue')
  return value >= 1_000 ? format.quantity(value / 1_000, 2, 'L') : format.quantity(value, 0, 'mL')
}
