import type { Recipe } from '../../core/documents/greenhouse.ts'
import { h } from '../element.ts'
import type { Editor, EditorOptions } from './editor.ts'
import { type Complaint, createFields } from './fields.ts'
import { optional } from './program-editor.ts'

/** One recipe: plain water before and after, so much of each channel, and the EC and pH that are kept. */
export function createRecipeEditor(options: EditorOptions<Recipe>): Editor {
  const { voice, document, at, readOnly } = options
  const { say, language, format } = voice
  const fields = createFields(voice, 'recipe', readOnly)
  let recipe = options.value
  const change = (next: Partial<Recipe>) => {
    recipe = { ...recipe, ...next }
    options.change(recipe)
  }
  const minutes = (least: number) => ({ unit: format.unit('min'), least, most: 60 })
  const channels = document.fertiliser?.channels ?? []
  const doses = channels.map(({ id, name }) => {
    const now = recipe.doses.find(({ channel }) => channel === id)?.mL_per_L ?? 0
    const take = (mL_per_L: number) => {
      const others = recipe.doses.filter(({ channel }) => channel !== id)
      const mine = mL_per_L > 0 ? [{ channel: id, mL_per_L }] : []
      const wanted = [...others, ...mine]
      // In the order of the channels, so that looking at it and saving it changes nothing.
      change({
        doses: channels.flatMap((one) => wanted.filter(({ channel }) => channel === one.id)),
      })
    }
    return fields.number(
      `${at}/doses/${id}`,
      name[language],
      now,
      { unit: 'mL/L', least: 0, most: 100 },
      take,
    )
  })
  const steer = (key: 'ec' | 'ph') => {
    const { unit, label, first, target } = STEER[key]
    const part = optional(
      () =>
        fields.toggle(`${at}/${key}`, say(label), recipe[key] !== undefined, (on) => {
          if (on) change({ [key]: first })
          else {
            const { [key]: _, ...rest } = recipe
            recipe = rest
            options.change(recipe)
          }
          part.show()
        }),
      () => {
        const now = recipe[key]
        if (now === undefined) return []
        const set = (next: Partial<typeof now>) => change({ [key]: { ...(recipe[key] ?? now), ...next } })
        const off = { unit, least: 0.05, most: 2 }
        return [
          fields.number(`${at}/${key}/target`, say('target'), now.target, { unit, ...target }, (value) =>
            set({ target: value }),
          ),
          fields.number(`${at}/${key}/band`, say('band'), now.band, off, (band) => set({ band })),
        ]
      },
    )
    return part.element
  }
  const element = h(
    'div',
    { class: 'editor' },
    fields.text(`${at}/name`, say('recipeName'), recipe.name, (name) => change({ name })),
    h('h3', {}, say('doses')),
    h('div', { class: 'editor-more' }, ...doses),
    fields.number(`${at}/before_min`, say('beforeMin'), recipe.before_min, minutes(0), (before_min) =>
      change({ before_min }),
    ),
    fields.number(`${at}/after_min`, say('afterMin'), recipe.after_min, minutes(0.5), (after_min) =>
      change({ after_min }),
    ),
    steer('ec'),
    steer('ph'),
  )
  /** A dose is told by its place in the list, which moves while it is edited; its field is that of its channel. */
  const tell = (complaints: readonly Complaint[]) => {
    const ofChannel = (pointer: string) =>
      recipe.doses.findIndex(
        (_, index) => pointer === `${at}/doses/${index}` || pointer.startsWith(`${at}/doses/${index}/`),
      )
    return fields.tell(
      complaints.map((complaint) => {
        const dose = complaint.at === undefined ? undefined : recipe.doses[ofChannel(complaint.at)]
        return dose === undefined ? complaint : { ...complaint, at: `${at}/doses/${dose.channel}` }
      }),
    )
  }
  return { element, tell, firstWrong: fields.firstWrong }
}

const STEER = {
  ec: {
    unit: 'mS/cm',
    label: 'steerEc',
    first: { target: 1.6, band: 0.2 },
    target: { least: 0.1, most: 10 },
  },
  ph: { unit: 'pH', label: 'steerPh', first: { target: 6.2, band: 0.3 }, target: { least: 3, most: 10 } },
} as const
