import { button, createSlot, h } from '../../../../page/element.ts'
import type { GreenhouseView } from '../../api-types.ts'
import { worstFirst } from '../band.ts'
import type { Context, View } from '../context.ts'
import { icon } from '../parts/icons.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { confirmSheet } from '../parts/sheet.ts'

type Problem = GreenhouseView['problems'][number]

/** What is wrong, since when, and what to do about it. A latched interlock is freed by whoever has looked. */
export function createAlarms(context: Context): View {
  const { voice, api, notice } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  const list = h('ul', { class: 'alarm-list' })
  const slot = createSlot(list)

  const unlock = async (output: NonNullable<Problem['output']>, text: string) => {
    const notes = [text, tell('lookedNote')]
    const words = { title: tell('lookedAsk'), notes, yes: tell('looked'), no: tell('notYet') }
    if (!(await confirmSheet(context, words))) return
    const answer = await api.reset(output)
    if (answer.ok) notice(tell('unlocked'), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
  }
  const card = ({ level, text, next, since, latched, output }: Problem, zone: string, now: number) => {
    const press =
      latched && output !== null
        ? button(tell('looked'), () => void unlock(output, text[language]), { class: 'primary alarm-free' })
        : undefined
    return h(
      'li',
      { class: `alarm-card panel ${level >= 2 ? 'alarm-grave' : 'alarm-light'}` },
      h('div', { class: 'alarm-head' }, icon('warn', 32), h('h3', {}, text[language])),
      h('p', { class: 'quiet' }, tell('since', { time: format.time(since, zone, now) })),
      h('p', { class: 'alarm-next' }, h('b', {}, `${tell('whatToDo')}: `), next[language]),
      press,
    )
  }
  return {
    element: pageOf(context, { title: say('alarms') }, list),
    title: say('alarms'),
    update({ house, now }) {
      if (house === undefined) return
      const problems = worstFirst(house.problems)
      slot([problems, Math.floor(now / 86_400_000)], () =>
        problems.length === 0
          ? [h('li', { class: 'panel calm-note' }, icon('tick', 32), tell('noAlarms'))]
          : problems.map((problem) => card(problem, house.timeZone, now)),
      )
    },
  }
}
