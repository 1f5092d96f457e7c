import { button, h, setText } from '../../../../page/element.ts'
import { field, inputOf, selectOf } from '../../../../page/field.ts'
import type { LightContext } from './context.ts'
import { type Exception, freshId, localDate, type Plan, renamed, WEEKDAYS } from './plan-content.ts'
import type { Drafting, PlanEditor } from './plan-editor.ts'

/** Which profile on which night: the usual one, weekdays, special days. */
export function createCalendarEditor(context: LightContext, drafting: Drafting): PlanEditor {
  const { light } = context
  const { language } = context.voice
  const body = h('div', { class: 'plan-items' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const change = (next: (calendar: Plan['calendar']) => Plan['calendar'], focus?: string) =>
    drafting.edit(
      (plan) => ({ ...plan, calendar: next(plan.calendar) }),
      focus === undefined ? undefined : { focus },
    )
  const changeException = (id: string, next: (one: Exception) => Exception) =>
    change((calendar) => ({
      ...calendar,
      exceptions: calendar.exceptions.map((one) => (one.id === id ? next(one) : one)),
    }))
  const choices = ({ profiles }: Plan) =>
    profiles.map(({ id, name }) => ({ value: id, words: name[language] }))

  const usual = (plan: Plan) =>
    field(
      light('usual'),
      selectOf({ id: 'plan-usual' }, choices(plan), plan.calendar.usual, (id) =>
        change((calendar) => ({ ...calendar, usual: id }), 'plan-usual'),
      ),
    )
  const weekday = (plan: Plan, day: (typeof WEEKDAYS)[number]) => {
    const options = [{ value: '', words: light('asUsual') }, ...choices(plan)]
    const id = `plan-${day}`
    return field(
      light(day),
      selectOf({ id }, options, plan.calendar.week[day] ?? '', (value) =>
        change(({ week, ...calendar }) => {
          const { [day]: _before, ...others } = week
          return { ...calendar, week: value === '' ? others : { ...others, [day]: value } }
        }, id),
      ),
    )
  }
  const exception = (plan: Plan, one: Exception) => {
    const { id, name, from, to, yearly, profile } = one
    const day = (key: 'from' | 'to', value: string) =>
      field(
        light(key),
        inputOf({ type: 'date', id: `day-${id}-${key}`, value, required: true }, (input) => {
          if (input.value !== '') changeException(id, (before) => ({ ...before, [key]: input.value }))
        }),
      )
    const everyYear = inputOf({ type: 'checkbox', id: `day-${id}-yearly`, checked: yearly }, ({ checked }) =>
      changeException(id, (before) => ({ ...before, yearly: checked })),
    )
    return h(
      'article',
      { class: 'plan-item plan-exception' },
      field(
        light('exceptionName'),
        inputOf(
          { type: 'text', id: `day-${id}-name`, value: name[language], maxlength: 120, required: true },
          ({ value }) =>
            changeException(id, (before) => ({ ...before, name: renamed(before.name, language, value) })),
        ),
        true,
      ),
      day('from', from),
      day('to', to),
      field(
        light('exceptionProfile'),
        selectOf({ id: `day-${id}-profile` }, choices(plan), profile, (value) =>
          changeException(id, (before) => ({ ...before, profile: value })),
        ),
      ),
      h('label', { class: 'order-check', for: everyYear.id }, everyYear, light('yearly')),
      button(
        '×',
        () =>
          change(
            (calendar) => ({
              ...calendar,
              exceptions: calendar.exceptions.filter((known) => known.id !== id),
            }),
            'plan-add-exception',
          ),
        { class: 'plan-remove', 'aria-label': light('removeException', { name: name[language] }) },
      ),
    )
  }
  const add = () => {
    const { calendar } = drafting.plan()
    const id = freshId('day', calendar.exceptions)
    const day = localDate(drafting.street().timeZone, drafting.now())
    const words = light('newException')
    const fresh: Exception = {
      id,
      name: { vi: words, en: words },
      from: day,
      to: day,
      yearly: false,
      profile: calendar.usual,
    }
    change((before) => ({ ...before, exceptions: [...before.exceptions, fresh] }), `day-${id}-name`)
  }
  const draw = () => {
    const plan = drafting.plan()
    const { exceptions } = plan.calendar
    body.replaceChildren(
      usual(plan),
      h('h3', {}, light('weekdays')),
      h('div', { class: 'plan-week' }, ...WEEKDAYS.map((day) => weekday(plan, day))),
      h('h3', {}, light('exceptions')),
      ...(exceptions.length === 0
        ? [h('p', { class: 'quiet' }, light('noExceptions'))]
        : exceptions.map((one) => exception(plan, one))),
    )
  }
  return {
    element: h(
      'section',
      { class: 'panel plan-calendar' },
      h('h2', {}, light('calendar')),
      h('p', { class: 'quiet' }, light('calendarLead')),
      trouble,
      body,
      button(light('addException'), add, { id: 'plan-add-exception' }),
    ),
    draw,
    retell() {},
    complain: (reason) => setText(trouble, reason),
  }
}
