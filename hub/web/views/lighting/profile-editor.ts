import type { LightingProfile } from '../../../../core/documents/lighting-street.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import { field, inputOf, selectOf } from '../../../../page/field.ts'
import { createNightChart } from '../../parts/lighting/night-chart.ts'
import type { LightContext } from './context.ts'
import { freshId, type Plan, renamed, type Step, type StepTime } from './plan-content.ts'
import type { Drafting, PlanEditor } from './plan-editor.ts'
import { nightByProfile } from './plan-night.ts'

const STEPS_MAX = 24
const PROFILES_MAX = 24
const OFFSET_MAX_MIN = 180
const PLAIN_STEPS: readonly Step[] = [
  { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
  { at: { clock: '22:00' }, level: 60 },
  { at: { clock: '05:00' }, level: 100 },
  { at: { sun: 'sunrise', offset_min: 15 }, level: 0 },
]

/** The nights that a street knows: steps by sun or clock, each with its picture, redrawn as it is typed. */
export function createProfileEditor(context: LightContext, drafting: Drafting): PlanEditor {
  const { voice, light } = context
  const { format } = voice
  const { language } = voice
  const list = h('div', { class: 'plan-items' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const add = button(light('newProfile'), () => {
    const id = freshId('profile', drafting.plan().profiles)
    const words = light('newProfileName')
    const profile: LightingProfile = { id, name: { vi: words, en: words }, steps: [...PLAIN_STEPS] }
    drafting.edit((plan) => ({ ...plan, profiles: [...plan.profiles, profile] }), {
      focus: `profile-${id}-name`,
    })
  })
  let charts: readonly { readonly id: string; readonly chart: ReturnType<typeof createNightChart> }[] = []

  const change = (id: string, next: (profile: LightingProfile) => LightingProfile, focus?: string) =>
    drafting.edit(
      (plan) => ({ ...plan, profiles: plan.profiles.map((one) => (one.id === id ? next(one) : one)) }),
      focus === undefined ? undefined : { focus },
    )
  const changeStep = (id: string, index: number, next: (step: Step) => Step, focus?: string) =>
    change(
      id,
      (profile) => ({
        ...profile,
        steps: profile.steps.map((step, at) => (at === index ? next(step) : step)),
      }),
      focus,
    )

  const item = (profile: LightingProfile, plan: Plan): HTMLElement => {
    const { id, name, steps } = profile
    const chart = createNightChart(context, drafting.street().timeZone)
    charts = [...charts, { id, chart }]
    const inUse = usesOf(plan, id)
    const nameInput = inputOf(
      { type: 'text', id: `profile-${id}-name`, value: name[language], maxlength: 120, required: true },
      ({ value }) => change(id, (one) => ({ ...one, name: renamed(one.name, language, value) })),
    )
    return h(
      'article',
      { class: 'plan-item' },
      h(
        'div',
        { class: 'plan-line' },
        field(light('profileName'), nameInput, true),
        inUse
          ? undefined
          : button(
              '×',
              () =>
                drafting.edit(
                  (all) => ({ ...all, profiles: all.profiles.filter((one) => one.id !== id) }),
                  {},
                ),
              { class: 'plan-remove', 'aria-label': light('removeProfile', { name: name[language] }) },
            ),
      ),
      chart.element,
      h('ol', { class: 'plan-steps' }, ...steps.map((step, index) => stepLine(profile, step, index))),
      steps.length < STEPS_MAX ? button(light('addStep'), () => addStep(profile)) : undefined,
    )
  }
  const addStep = ({ id, steps }: LightingProfile) => {
    // Before the last, which puts the lamps out.
    const at = Math.max(0, steps.length - 1)
    const step: Step = { at: { clock: '00:00' }, level: steps[at - 1]?.level ?? 100 }
    change(id, (one) => ({ ...one, steps: one.steps.toSpliced(at, 0, step) }), `profile-${id}-${at}-level`)
  }
  const stepLine = ({ id, steps }: LightingProfile, step: Step, index: number): HTMLElement => {
    const own = `profile-${id}-${index}`
    const n = index + 1
    const kind = selectOf(
      { id: `${own}-kind`, 'aria-label': light('stepKind', { n }) },
      [
        { value: 'sunset', words: light('stepSunset') },
        { value: 'sunrise', words: light('stepSunrise') },
        { value: 'clock', words: light('stepClock') },
      ],
      'clock' in step.at ? 'clock' : step.at.sun,
      (value) => changeStep(id, index, (one) => ({ ...one, at: timeOfKind(value, one.at) }), `${own}-kind`),
    )
    const level = inputOf(
      {
        type: 'number',
        id: `${own}-level`,
        min: 0,
        max: 100,
        step: 1,
        value: step.level,
        required: true,
        inputmode: 'numeric',
        'aria-label': light('stepLevel', { n }),
      },
      (input) => {
        if (input.checkValidity()) changeStep(id, index, (one) => ({ ...one, level: input.valueAsNumber }))
      },
    )
    return h(
      'li',
      { class: 'plan-step' },
      kind,
      h('span', { class: 'plan-unit' }, timeInput(id, step, index)),
      h('span', { class: 'plan-unit' }, level, '%'),
      steps.length > 1
        ? button(
            '×',
            () =>
              change(id, (one) => ({ ...one, steps: one.steps.toSpliced(index, 1) }), `profile-${id}-name`),
            { class: 'plan-remove', 'aria-label': light('removeStep', { n }) },
          )
        : undefined,
    )
  }
  const timeInput = (id: string, { at }: Step, index: number): HTMLElement => {
    const n = index + 1
    if ('clock' in at) {
      return inputOf(
        {
          type: 'time',
          id: `profile-${id}-${index}-time`,
          value: at.clock,
          required: true,
          'aria-label': light('stepTime', { n }),
        },
        ({ value }) => {
          if (value !== '') changeStep(id, index, (one) => ({ ...one, at: { clock: value.slice(0, 5) } }))
        },
      )
    }
    const { sun } = at
    const offset = inputOf(
      {
        type: 'number',
        id: `profile-${id}-${index}-offset`,
        min: -OFFSET_MAX_MIN,
        max: OFFSET_MAX_MIN,
        step: 1,
        value: at.offset_min,
        required: true,
        'aria-label': light('stepOffset', { n }),
      },
      (input) => {
        if (!input.checkValidity()) return
        changeStep(id, index, (one) => ({ ...one, at: { sun, offset_min: input.valueAsNumber } }))
      },
    )
    return h('span', { class: 'plan-unit' }, offset, format.unit('min'))
  }
  const retell = () => {
    for (const { id, chart } of charts) {
      const profile = drafting.plan().profiles.find((one) => one.id === id)
      if (profile !== undefined) chart.update(nightByProfile(profile, drafting.street(), drafting.now()))
    }
  }
  return {
    element: h(
      'section',
      { class: 'panel plan-profiles' },
      h('h2', {}, light('profiles')),
      h('p', { class: 'quiet' }, light('profilesLead')),
      trouble,
      list,
      add,
    ),
    draw() {
      for (const { chart } of charts) chart.close()
      charts = []
      const plan = drafting.plan()
      list.replaceChildren(...plan.profiles.map((profile) => item(profile, plan)))
      setAttributes(add, { hidden: plan.profiles.length >= PROFILES_MAX })
      retell()
    },
    retell,
    complain: (reason) => setText(trouble, reason),
  }
}

function timeOfKind(kind: string, before: StepTime): StepTime {
  if (kind === 'clock') return { clock: 'clock' in before ? before.clock : '22:00' }
  const sun = kind === 'sunrise' ? 'sunrise' : 'sunset'
  return { sun, offset_min: 'clock' in before ? 0 : before.offset_min }
}

/** A profile that the calendar names cannot be taken away. */
function usesOf({ calendar }: Plan, id: string): boolean {
  return (
    calendar.usual === id ||
    Object.values(calendar.week).includes(id) ||
    calendar.exceptions.some(({ profile }) => profile === id)
  )
}
