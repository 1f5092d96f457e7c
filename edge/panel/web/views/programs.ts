import type { Greenhouse, Program } from '../../../../core/documents/greenhouse.ts'
import { button, h } from '../../../../page/element.ts'
import { programSummary } from '../../../../page/greenhouse/program-words.ts'
import type { Context, View } from '../context.ts'
import { editorVoice, pageOf, sayPage } from '../parts/page.ts'
import { confirmSheet } from '../parts/sheet.ts'
import { NEW, thingHref } from '../route.ts'
import { documentList } from './document-list.ts'

/** The programs as sentences. Everybody may leave out the next watering; an owner edits. */
export function createPrograms(context: Context): View {
  const { voice, api, notice, person, scene } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const editing = editorVoice(voice)
  const owner = person.role === 'owner'

  const skip = async ({ id, name }: Program) => {
    const ask = {
      title: tell('skipAsk'),
      notes: [tell('skipNote', { name })],
      yes: tell('skipNext'),
      no: say('cancel'),
    }
    if (!(await confirmSheet(context, ask))) return
    const answer = await api.skip(scene().house?.id ?? '', id)
    if (answer.ok) notice(tell('skipped', { name }), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
  }
  const card = (program: Program, document: Greenhouse) => {
    const { id, name, on } = program
    const edit = h(
      'a',
      {
        ...{ class: 'press-link', href: thingHref('program', id) },
        'aria-label': owner ? tell('editThing', { name }) : `${tell('look')}: ${name}`,
      },
      tell(owner ? 'edit' : 'look'),
    )
    return h(
      'li',
      { class: on ? 'panel thing' : 'panel thing thing-off' },
      h(
        'div',
        { class: 'thing-head' },
        h('h3', {}, name),
        on ? undefined : h('span', { class: 'thing-state' }, tell('programOff')),
      ),
      ...programSummary(program, document, editing).map((line) => h('p', {}, line)),
      h(
        'div',
        { class: 'choices' },
        edit,
        on
          ? button(tell('skipNext'), () => void skip(program), {
              ...{ class: 'choice', 'aria-label': tell('skipNextOf', { name }) },
            })
          : undefined,
      ),
    )
  }
  const list = documentList(context, (document) =>
    document.programs.length === 0
      ? [h('li', { class: 'panel' }, tell('noPrograms'))]
      : document.programs.map((program) => card(program, document)),
  )
  const add = h(
    'a',
    { class: 'press-link primary-link', href: thingHref('program', NEW) },
    tell('addProgram'),
  )
  return {
    element: pageOf(context, { title: say('programs'), more: owner ? [add] : [] }, list.element),
    title: say('programs'),
    update: list.update,
  }
}
