import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { type Child, h, setText } from '../../../../page/element.ts'
import type { Context } from '../context.ts'

/** A part of the document as a list: read afresh when it is opened, and shown from what is known until then. */
export function documentList(context: Context, build: (document: Greenhouse) => readonly Child[]) {
  const { voice, documents, scene } = context
  const list = h('ul', { class: 'thing-list' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const house = scene().house?.id
  let shown: Greenhouse | undefined
  const show = () => {
    const known = house === undefined ? undefined : documents.known(house)
    if (known === undefined || known === shown) return
    shown = known
    list.replaceChildren(...build(known).filter((child) => child !== undefined))
  }
  const read = async () => {
    if (house === undefined) return
    const answer = await documents.read(house)
    setText(trouble, answer.ok ? '' : answer.refusal.reason[voice.language])
    show()
  }
  show()
  void read()
  return { element: h('div', {}, trouble, list), update: show, read }
}
