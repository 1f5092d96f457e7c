import { createSlot, h, setText } from '../../../page/element.ts'
import type { Scene } from '../context.ts'
import { headlineOf } from '../headline.ts'
import type { Voice } from '../wording.ts'
import { levelMark } from './icons.ts'

/** The band across the top: is all well, what is wrong, what to do. Its height never changes. */
export function createHeadlineBand(voice: Voice) {
  const mark = h('span', { class: 'headline-mark' })
  const title = h('h1', { class: 'headline-title' })
  const detail = h('p', { class: 'headline-detail' })
  const next = h('p', { class: 'headline-next' })
  const todo = h(
    'div',
    { class: 'headline-todo' },
    h('span', { class: 'headline-label' }, voice.say('whatToDo')),
    next,
  )
  const element = h(
    'section',
    { class: 'headline' },
    mark,
    h('div', { class: 'headline-words' }, title, detail),
    todo,
  )
  const markSlot = createSlot(mark)
  return {
    element,
    update(scene: Scene) {
      const headline = headlineOf(scene, voice)
      element.className = `headline tone-${headline.tone} grade-${headline.grade}`
      markSlot([headline.grade], () => [levelMark(headline.grade, 52)])
      setText(title, headline.title)
      setText(detail, headline.detail)
      setText(next, headline.next)
      todo.classList.toggle('headline-empty', headline.next === '')
    },
  }
}
