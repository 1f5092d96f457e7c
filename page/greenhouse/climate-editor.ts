import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import { h } from '../element.ts'
import type { Editor, EditorOptions } from './editor.ts'
import { createFields, type Fields } from './fields.ts'
import { optional } from './program-editor.ts'
import type { EditorVoice, EditorWord } from './words.ts'

type Climate = Greenhouse['climate']
type Misting = NonNullable<Climate['misting']>
type Many = 'fans' | 'shade' | 'lamps'

/** A number of a device: `usual` for one that may be left out, and stands there when it is switched on. */
interface Line {
  readonly key: string
  readonly label: EditorWord
  readonly unit: string
  readonly least: number
  readonly most: number
  readonly usual?: number
}

const LINES = {
  misting: [
    { key: 'above_kPa', label: 'mistAbove', unit: 'kPa', least: 0.1, most: 6 },
    { key: 'below_kPa', label: 'mistBelow', unit: 'kPa', least: 0.1, most: 6 },
    { key: 'pulse_s', label: 'mistPulse', unit: 's', least: 1, most: 300 },
    { key: 'pause_s', label: 'mistPause', unit: 's', least: 10, most: 3_600 },
    { key: 'most_humidity', label: 'mistHumid', unit: '%', least: 40, most: 98 },
  ],
  fans: [
    { key: 'above_C', label: 'fanAbove', unit: '°C', least: 0, most: 60 },
    { key: 'below_C', label: 'fanBelow', unit: '°C', least: 0, most: 60 },
    { key: 'above_humidity', label: 'fanHumid', unit: '%', least: 0, most: 100, usual: 88 },
    { key: 'least', label: 'fanLeast', unit: '%', least: 0, most: 100, usual: 40 },
    { key: 'full_C', label: 'fanFull', unit: '°C', least: 0, most: 60, usual: 35 },
  ],
  shade: [
    { key: 'above_lx', label: 'shadeAbove', unit: 'lx', least: 1, most: 200_000 },
    { key: 'below_lx', label: 'shadeBelow', unit: 'lx', least: 1, most: 200_000 },
    { key: 'hold_min', label: 'shadeHold', unit: 'min', least: 1, most: 240 },
    { key: 'most_wind_ms', label: 'shadeWind', unit: 'm/s', least: 1, most: 60, usual: 10 },
  ],
  lamps: [
    { key: 'day_h', label: 'lampDay', unit: 'h', least: 0, most: 24 },
    { key: 'below_lx', label: 'lampBelow', unit: 'lx', least: 1, most: 200_000, usual: 10_000 },
  ],
} as const satisfies Record<'misting' | Many, readonly Line[]>

/** From when to when each climate device works by itself. What is measured where stays as it is. */
export function createClimateEditor(options: EditorOptions<Climate>): Editor {
  const { voice, at, readOnly } = options
  const { say, language } = voice
  const fields = createFields(voice, 'climate', readOnly)
  let climate = options.value
  const change = (next: Climate) => {
    climate = next
    options.change(next)
  }
  const { misting } = climate
  const sections = (['fans', 'shade', 'lamps'] as const).flatMap((many: Many) =>
    climate[many].map((device, index) => {
      const set = (next: Readonly<Record<string, unknown>>) =>
        change({ ...climate, [many]: climate[many].map((one, other) => (other === index ? next : one)) })
      return section(device.name[language], `${at}/${many}/${index}`, device, LINES[many], set)
    }),
  )
  const element = h(
    'div',
    { class: 'editor' },
    extremes(),
    ...(misting === undefined ? [] : [mistSection(misting)]),
    ...sections,
    misting === undefined && sections.length === 0 ? h('p', {}, say('noClimate')) : undefined,
  )
  return { element, tell: fields.tell, firstWrong: fields.firstWrong }

  function extremes(): HTMLElement {
    const hot = { unit: '°C', least: 20, most: 60 }
    const cold = { unit: '°C', least: -20, most: 25 }
    return h(
      'section',
      { class: 'editor-device' },
      h('h3', {}, say('extremes')),
      h(
        'div',
        { class: 'editor-more' },
        fields.number(`${at}/hot_C`, say('tooHot'), climate.hot_C, hot, (hot_C) =>
          change({ ...climate, hot_C }),
        ),
        fields.number(`${at}/cold_C`, say('tooCold'), climate.cold_C, cold, (cold_C) =>
          change({ ...climate, cold_C }),
        ),
      ),
    )
  }
  function section(
    title: string,
    where: string,
    first: Readonly<Record<string, unknown>>,
    lines: readonly Line[],
    set: (next: Readonly<Record<string, unknown>>) => void,
  ): HTMLElement {
    let device = first
    const take = (next: Readonly<Record<string, unknown>>) => {
      device = next
      set(next)
    }
    const now = () => device
    return h(
      'section',
      { class: 'editor-device' },
      h('h3', {}, title),
      fields.toggle(`${where}/on`, say('automatic'), device.on === true, (on) => take({ ...device, on })),
      h(
        'div',
        { class: 'editor-more' },
        ...lines.map((line) => lineField({ fields, voice, where, line, now, take })),
      ),
    )
  }
  function mistSection(first: Misting): HTMLElement {
    const element = section(say('misting'), `${at}/misting`, first, LINES.misting, ({ hours: _, ...own }) =>
      change({ ...climate, misting: { ...(climate.misting ?? first), ...own } }),
    )
    const hours = optional(
      () =>
        fields.toggle(`${at}/misting/hours`, say('onlyHours'), first.hours !== undefined, (on) => {
          const { hours: _, ...rest } = climate.misting ?? first
          change({ ...climate, misting: on ? { ...rest, hours: { from: '07:00', to: '17:00' } } : rest })
          hours.show()
        }),
      () => {
        const now = climate.misting?.hours
        if (now === undefined) return []
        const part = (next: Partial<typeof now>) => {
          const mist = climate.misting ?? first
          change({ ...climate, misting: { ...mist, hours: { ...(mist.hours ?? now), ...next } } })
        }
        return [
          fields.clock(`${at}/misting/hours/from`, say('hoursFrom'), now.from, (from) => part({ from })),
          fields.clock(`${at}/misting/hours/to`, say('hoursTo'), now.to, (to) => part({ to })),
        ]
      },
    )
    element.append(hours.element)
    return element
  }
}

interface LineOptions {
  readonly fields: Fields
  readonly voice: EditorVoice
  readonly where: string
  readonly line: Line
  readonly now: () => Readonly<Record<string, unknown>>
  readonly take: (next: Readonly<Record<string, unknown>>) => void
}

function lineField({ fields, voice: { say, format }, where, line, now, take }: LineOptions): HTMLElement {
  const { key, label, usual } = line
  const at = `${where}/${key}`
  const number = (words: string, value: number) =>
    fields.number(at, words, value, { ...line, unit: format.unit(line.unit) }, (next) =>
      take({ ...now(), [key]: next }),
    )
  const value = now()[key]
  if (usual === undefined) return number(say(label), typeof value === 'number' ? value : line.least)
  const part = optional(
    () =>
      fields.toggle(at, say(label), value !== undefined, (on) => {
        const { [key]: _, ...rest } = now()
        take(on ? { ...rest, [key]: usual } : rest)
        part.show()
      }),
    () => {
      const current = now()[key]
      return typeof current === 'number' ? [number(say('limit'), current)] : []
    },
  )
  return part.element
}
