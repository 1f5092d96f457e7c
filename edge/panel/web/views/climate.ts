import { button, createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { GreenhouseView, PanelOutput } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { durationText } from '../duration.ts'
import { handTime } from '../hand-time.ts'
import { type Choice, createChoices } from '../parts/choices.ts'
import { type IconName, icon } from '../parts/icons.ts'
import { facts, pageOf, sayPage } from '../parts/page.ts'

type Device = GreenhouseView['climate']['devices'][number]
interface Driven {
  readonly device: Device
  readonly output: PanelOutput | undefined
  readonly zone: string
  readonly now: number
}

const ICONS = { mist: 'mist', fan: 'fan', shade: 'shade', lamp: 'lamp' } as const satisfies Record<
  Device['kind'],
  IconName
>
const TIMES_S = [600, 1_200, 1_800, 3_600, 7_200, 14_400]
/** What most crops like, kPa (DOMAIN: mist above 1.2, off below 0.8). */
const VPD_GOOD = { least: 0.4, most: 1.2 }

/** The air inside, and each device: by itself, or as a hand wants it for a while. */
export function createClimate(context: Context): View {
  const { voice } = context
  const { say, format } = voice
  const tell = sayPage(voice)
  const air = h('section', { class: 'panel' })
  const airSlot = createSlot(air)
  const list = h('ul', { class: 'device-list' })
  const devices = createKeyedList<Driven>(
    list,
    // Its keys are made for what its output takes, which may be heard of later than the device.
    ({ device, output }) => JSON.stringify([device.id, output?.min, output?.max, output?.step]),
    (first) => createDeviceCard(context, first),
  )
  const none = h('p', { class: 'quiet', hidden: true }, tell('noDevices'))
  const airRows = ({ climate, et0_mm }: GreenhouseView) => {
    const row = (words: string, value: number | null, digits: number, unit: string, note = '') =>
      value === null ? [] : [[words, `${format.quantity(value, digits, unit)}${note}`] as const]
    const { vpd_kPa: vpd } = climate
    const word = vpd === null ? '' : ` – ${tell(vpdWord(vpd))}`
    return [
      ...row(say('temperature'), climate.temperature_C, 1, '°C'),
      ...row(say('humidity'), climate.humidity, 0, '%'),
      ...row(say('vpd'), vpd, 2, 'kPa', word),
      ...row(say('co2'), climate.co2_ppm, 0, 'ppm'),
      ...row(say('light'), climate.light_lx, 0, 'lx'),
      ...row(tell('par'), climate.par, 0, 'µmol/m²s'),
      ...row(tell('et0'), et0_mm, 1, 'mm'),
    ]
  }
  return {
    element: pageOf(
      context,
      {
        title: say('climate'),
        more: [h('a', { class: 'press-link', href: '#/climate/settings' }, tell('climateSettings'))],
      },
      air,
      list,
      none,
    ),
    title: say('climate'),
    update({ house, state, now }) {
      if (house === undefined || state === undefined) return
      const rows = airRows(house)
      airSlot(rows, () => [facts(rows)])
      setAttributes(none, { hidden: house.climate.devices.length > 0 })
      devices(
        house.climate.devices.map((device) => ({
          ...{ device, zone: house.timeZone, now },
          output: state.outputs.find((one) => one.device === device.device && one.output === device.output),
        })),
      )
    },
  }
}

export function vpdWord(vpd: number): 'vpdGood' | 'vpdDry' | 'vpdWet' {
  if (vpd > VPD_GOOD.most) return 'vpdDry'
  return vpd < VPD_GOOD.least ? 'vpdWet' : 'vpdGood'
}

function createDeviceCard(context: Context, first: Driven) {
  const { voice, api, notice } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  let for_s = 1_800
  let driven = first
  const value = h('b', { class: 'device-value' })
  const why = h('p', { class: 'device-why' })
  const heldWords = h('p', { class: 'device-held' })
  const name = first.device.name[language]
  const key = { device: first.device.device, output: first.device.output }

  const tellAnswer = (ok: boolean, good: string, reason: string) =>
    ok ? notice(good, 'good') : notice(say('failed', { reason }), 'bad')
  const hold = async (wanted: number) => {
    const time_s = handTime(for_s, wanted, driven.output)
    const answer = await api.hold(key, { value: wanted, for_s: time_s })
    const time = durationText(time_s * 1000, voice)
    const good = tell('held', { name, value: valueWords(wanted), time })
    tellAnswer(answer.ok, good, answer.ok ? '' : answer.refusal.reason[language])
  }
  const release = async () => {
    const answer = await api.release(key)
    tellAnswer(answer.ok, tell('released', { name }), answer.ok ? '' : answer.refusal.reason[language])
  }
  const valueWords = (at: number): string => {
    const output = driven.output
    const most = output?.max ?? 1
    const fine = output !== undefined && output.step < output.max - output.min
    if (driven.device.kind === 'shade') {
      if (at <= 0) return tell('shadeOpen')
      if (at >= most) return tell('shadeShut')
    }
    if (at <= 0) return tell('turnOff')
    if (!fine) return tell('turnOn')
    return format.quantity((at / most) * 100, 0, '%')
  }
  const wanted = createChoices<number>(
    tell('byHand'),
    valuesOf(first.output, valueWords),
    (next) => void hold(next),
  )
  const times = createChoices<number>(
    tell('forHowLong'),
    TIMES_S.map((seconds) => ({ value: seconds, words: shortTime(seconds) })),
    (next) => {
      for_s = next
      times.mark(next)
    },
  )
  times.mark(for_s)
  const back = button(tell('backToAuto'), () => void release(), { class: 'primary', hidden: true })
  function shortTime(seconds: number): string {
    return seconds < 3_600
      ? say('durationMinutes', { minutes: seconds / 60 })
      : tell('wholeHours', { count: seconds / 3_600 })
  }

  const element = h(
    'li',
    { class: 'panel device' },
    h('div', { class: 'device-head' }, icon(ICONS[first.device.kind], 32), h('h3', {}, name), value),
    why,
    heldWords,
    back,
    h('details', { class: 'device-hand' }, h('summary', {}, tell('byHand')), times.element, wanted.element),
  )
  return {
    element,
    update(next: Driven) {
      driven = next
      const held = next.output?.held ?? null
      setText(value, valueWords(next.output?.value ?? next.device.value))
      setText(why, held === null ? `${tell('automatic')}: ${next.device.why[language]}` : '')
      const time = held === null ? '' : format.time(held.until, next.zone, next.now)
      setText(heldWords, held === null ? '' : tell('heldUntil', { who: held.who, time }))
      setAttributes(back, { hidden: held === null })
      wanted.mark(held?.value)
      element.classList.toggle('device-is-held', held !== null)
    },
  }
}

/** Off and on; of what can be between, quarters. */
function valuesOf(
  output: PanelOutput | undefined,
  words: (value: number) => string,
): readonly Choice<number>[] {
  const { min, max, step } = output ?? { min: 0, max: 1, step: 1 }
  const fine = step < max - min
  const values = fine ? [0, 0.25, 0.5, 0.75, 1].map((share) => min + (max - min) * share) : [min, max]
  return values.map((value) => ({ value, words: words(value) }))
}
