import { button, h, setText } from '../../../../page/element.ts'
import { field, inputOf } from '../../../../page/field.ts'
import type { LightContext } from './context.ts'
import { freshId, type Group, renamed } from './plan-content.ts'
import type { Drafting, PlanEditor } from './plan-editor.ts'

/** Lamps that are asked of together, by the poles that they stand on. */
export function createGroupEditor({ voice, light }: LightContext, drafting: Drafting): PlanEditor {
  const { language, format } = voice
  const list = h('div', { class: 'plan-items' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const change = (id: string, next: (group: Group) => Group) =>
    drafting.edit((plan) => ({
      ...plan,
      groups: plan.groups.map((one) => (one.id === id ? next(one) : one)),
    }))
  const heading = ({ lamps }: Group) => light('groupLamps', { count: format.count(lamps.length) })

  const poles = (group: Group, summary: HTMLElement): HTMLElement => {
    const inside = new Set(group.lamps)
    const boxes = drafting.street().lamps.map(({ id, pole }) => {
      const box = inputOf({ type: 'checkbox', checked: inside.has(id) }, ({ checked }) => {
        change(group.id, (one) => ({
          ...one,
          lamps: checked ? [...one.lamps, id] : one.lamps.filter((lamp) => lamp !== id),
        }))
        const now = drafting.plan().groups.find((one) => one.id === group.id)
        if (now !== undefined) setText(summary, heading(now))
      })
      return h('label', { class: 'order-check' }, box, pole)
    })
    return h('div', { class: 'plan-poles' }, ...boxes)
  }
  const item = (group: Group): HTMLElement => {
    const { id, name } = group
    const summary = h('summary', {}, heading(group))
    const details = h('details', { class: 'plan-details' }, summary)
    details.addEventListener('toggle', () => {
      if (!details.open || details.childElementCount > 1) return
      const now = drafting.plan().groups.find((one) => one.id === id)
      if (now !== undefined) details.append(poles(now, summary))
    })
    const nameInput = inputOf(
      { type: 'text', id: `group-${id}-name`, value: name[language], maxlength: 120, required: true },
      ({ value }) => change(id, (one) => ({ ...one, name: renamed(one.name, language, value) })),
    )
    return h(
      'article',
      { class: 'plan-item' },
      h(
        'div',
        { class: 'plan-line' },
        field(light('groupName'), nameInput, true),
        button(
          '×',
          () =>
            drafting.edit((plan) => ({ ...plan, groups: plan.groups.filter((one) => one.id !== id) }), {}),
          { class: 'plan-remove', 'aria-label': light('removeGroup', { name: name[language] }) },
        ),
      ),
      details,
    )
  }
  return {
    element: h(
      'section',
      { class: 'panel plan-groups' },
      h('h2', {}, light('groups')),
      trouble,
      list,
      button(light('addGroup'), () => {
        const { groups } = drafting.plan()
        const id = freshId('group', groups)
        const words = light('newGroup')
        // A group is never empty: it begins with the first lamp.
        const lamps = drafting
          .street()
          .lamps.slice(0, 1)
          .map((lamp) => lamp.id)
        const group: Group = { id, name: { vi: words, en: words }, lamps }
        drafting.edit((plan) => ({ ...plan, groups: [...plan.groups, group] }), { focus: `group-${id}-name` })
      }),
    ),
    draw() {
      const { groups } = drafting.plan()
      list.replaceChildren(
        ...(groups.length === 0 ? [h('p', { class: 'quiet' }, light('noGroups'))] : groups.map(item)),
      )
    },
    retell() {},
    complain: (reason) => setText(trouble, reason),
  }
}
