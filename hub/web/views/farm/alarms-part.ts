import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { FarmProblem, FarmView } from '../../../api/farm-schema.ts'
import type { AlertView } from '../../../api/schema.ts'
import type { Scene } from '../../context.ts'
import { levelMark } from '../../parts/icons.ts'
import { gradeOf } from '../../wording.ts'
import type { HousePart } from './context.ts'
import { type FarmContext, mayTouchFarms } from './context.ts'
import { resetOrder } from './farm-order.ts'

/** An interlock of this level has latched: it waits for somebody who has looked. */
const LATCHED_LEVEL = 3
const OVER_SHOWN_MAX = 50

/** What is wrong with what to do about it, who has taken it, and what is over. */
export function createAlarmsPart(context: FarmContext, first: FarmView, changed: () => void): HousePart {
  const { voice, farm, api } = context
  const { language, format, say } = voice
  let house = first
  let may = false
  let over: readonly AlertView[] = []
  let asked = ''
  let shown = false
  const message = h('p', { class: 'farm-message', role: 'status' })
  const now = h('ul', { class: 'farm-alarms' })
  const nowSlot = createSlot(now)
  const past = h('ul', { class: 'farm-alarms-over' })
  const pastSlot = createSlot(past)
  const before = h('section', { class: 'panel', hidden: true }, h('h2', {}, farm('alarmsBefore')), past)

  const take = async (problem: FarmProblem) => {
    const answer = await api.acknowledge({ id: problem.alarm })
    setText(message, answer.ok ? '' : say('acknowledgeFailed', { reason: answer.refusal.reason[language] }))
    if (answer.ok) {
      house = {
        ...house,
        problems: house.problems.map((one) =>
          one.alarm === problem.alarm
            ? {
                ...one,
                acknowledgedBy: answer.value.acknowledgedBy,
                acknowledgedAt: answer.value.acknowledgedAt,
              }
            : one,
        ),
      }
      draw()
      // An answer that was under way meanwhile does not know of it yet.
      changed()
    }
  }
  const release = async (output: FarmView['outputs'][number]) => {
    const answer = await api.command(house.edge, resetOrder(output, farm('whyReset')))
    const order = farm('orderReset', { output: output.name[language] })
    if (answer.ok) setText(message, farm('sent', { order }))
    else setText(message, farm('notSent', { reason: answer.refusal.reason[language] }))
  }
  const releaseRow = (problem: FarmProblem): HTMLElement | undefined => {
    if (!may || problem.level < LATCHED_LEVEL || !problem.rule.startsWith('interlock-')) return undefined
    const there = house.outputs.filter(
      ({ device, output }) => device === problem.device && (problem.output ?? output) === output,
    )
    if (there.length === 0) return undefined
    const which = h(
      'select',
      { 'aria-label': farm('releaseWhich'), hidden: there.length === 1 },
      ...there.map(({ output, name }) => h('option', { value: output }, name[language])),
    )
    const press = button(farm('release'), () => {
      const output = there.find((one) => one.output === which.value)
      if (output !== undefined) void release(output)
    })
    return h('div', { class: 'farm-release' }, which, press)
  }
  /** What an interlock holds back, in words and as it stands on its terminal: who goes there looks for both. */
  const heldRow = ({ device, output }: FarmProblem): HTMLElement | undefined => {
    if (device === null || output === null) return undefined
    const name = house.outputs.find((one) => one.device === device && one.output === output)?.name[language]
    return h('p', {}, farm('heldAt', { name: name ?? output, place: `${device} · ${output}` }))
  }
  const line = (problem: FarmProblem, at: number) => {
    const { text, next, since, acknowledgedBy, acknowledgedAt } = problem
    const time = (moment: number) => format.time(moment, house.timeZone, at)
    return h(
      'li',
      { class: 'panel farm-alarm' },
      levelMark(problem.level <= 0 ? 'notice' : gradeOf(problem.level)),
      h(
        'div',
        { class: 'farm-alarm-words' },
        h('h3', {}, text[language]),
        h('p', {}, farm('whatToDo', { next: next[language] })),
        heldRow(problem),
        h('p', { class: 'quiet' }, farm('since', { time: time(since) })),
        acknowledgedBy === null
          ? undefined
          : h(
              'p',
              { class: 'quiet' },
              farm('takenBy', { who: acknowledgedBy, time: time(acknowledgedAt ?? at) }),
            ),
        h(
          'div',
          { class: 'order-buttons' },
          may && acknowledgedBy === null ? button(farm('take'), () => void take(problem)) : undefined,
          releaseRow(problem),
        ),
      ),
    )
  }
  let at = 0
  const draw = () => {
    nowSlot([house.problems, may], () =>
      house.problems.length === 0
        ? [h('li', { class: 'panel quiet' }, farm('noAlarms'))]
        : house.problems.map((problem) => line(problem, at)),
    )
    setAttributes(before, { hidden: over.length === 0 })
    pastSlot(over, () =>
      over.map(({ text, raisedAt, clearedAt }) =>
        h(
          'li',
          {},
          h('span', {}, text[language]),
          h(
            'span',
            { class: 'quiet' },
            farm('fromTo', {
              from: format.time(raisedAt, house.timeZone, at),
              to: format.time(clearedAt ?? raisedAt, house.timeZone, at),
            }),
          ),
        ),
      ),
    )
  }
  const load = async () => {
    const answer = await api.stationAlerts(house.id)
    if (!answer.ok) return
    over = answer.value
      .filter(({ edge, state }) => edge === house.edge && state === 'cleared')
      .slice(0, OVER_SHOWN_MAX)
    draw()
  }
  return {
    element: h('div', { class: 'alarms-part' }, message, h('h2', {}, farm('alarmsNow')), now, before),
    update(next: FarmView, scene: Scene) {
      house = next
      at = scene.now
      may = mayTouchFarms(scene.account)
      draw()
      // What has cleared is asked for anew when what is there has changed.
      const key = next.problems.map(({ alarm }) => alarm).join(' ')
      if (shown && key !== asked) void load()
      if (shown) asked = key
    },
    show(next) {
      shown = next
      if (shown) void load()
    },
  }
}
