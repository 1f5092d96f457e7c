import { createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { PanelState } from '../../api-types.ts'
import type { Scene, Voice } from '../scene.ts'
import { icon } from './icons.ts'

/** Which greenhouse this is, what time it is there, and the small signs: no internet, time not known. */
export function createTopBar(voice: Voice, choose: (house: string) => void) {
  const { say, language, format } = voice
  const name = h('div', { class: 'bar-name' })
  const time = h('time', { class: 'bar-time' })
  const signs = h('div', { class: 'bar-signs', role: 'status' })
  const nameSlot = createSlot(name)
  const signSlot = createSlot(signs)
  return {
    element: h('header', { class: 'bar' }, name, signs, time),
    update({ state, house, now }: Scene) {
      const houses = (state?.greenhouses ?? []).map((one) => ({ id: one.id, name: one.name[language] }))
      nameSlot([houses, house?.id], () => {
        if (houses.length < 2) return [h('h1', {}, house?.name[language] ?? say('home'))]
        const select = h(
          'select',
          { class: 'bar-choice', 'aria-label': say('chooseHouse') },
          ...houses.map((one) => h('option', { value: one.id, selected: one.id === house?.id }, one.name)),
        )
        select.addEventListener('change', () => choose(select.value))
        return [select]
      })
      setText(time, house === undefined ? '' : format.clock(now, house.timeZone).time.slice(0, 5))
      setAttributes(time, { hidden: house === undefined })
      const told = state === undefined ? [] : signsOf(state, house?.timeZone, now, voice)
      signSlot(told, () => told.map((sign) => signElement(sign)))
    },
  }
}

interface Sign {
  readonly icon: 'cut' | 'clock' | 'edits'
  readonly words: string
  readonly detail: string
}

function signsOf(
  { node }: PanelState,
  zone: string | undefined,
  now: number,
  { say, format }: Voice,
): Sign[] {
  const signs: Sign[] = []
  if (node.hub === 'cut') {
    const detail =
      node.since === null || zone === undefined
        ? say('hubCutAlways')
        : say('hubCutSince', { time: format.time(node.since, zone, now) })
    signs.push({ icon: 'cut', words: say('hubCut'), detail })
  }
  if (node.edits.waiting > 0 && node.hub === 'cut') {
    const { waiting } = node.edits
    signs.push({ icon: 'edits', words: String(waiting), detail: say('editsWaiting', { count: waiting }) })
  }
  if (node.clock === 'unknown') {
    signs.push({ icon: 'clock', words: say('clockUnknown'), detail: say('clockUnknown') })
  }
  return signs
}

function signElement({ icon: name, words, detail }: Sign): HTMLElement {
  return h(
    'span',
    { class: `sign sign-${name}`, title: detail },
    icon(name, 20),
    h('span', { 'aria-hidden': 'true' }, words),
    h('span', { class: 'visually-hidden' }, detail),
  )
}
