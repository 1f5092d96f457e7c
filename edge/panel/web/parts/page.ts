import '../style/pages.css'
import { type Child, h } from '../../../../page/element.ts'
import { createEditorVoice, type EditorVoice } from '../../../../page/greenhouse/words.ts'
import type { Context } from '../context.ts'
import type { Voice } from '../scene.ts'
import { createSayPage, type SayPage } from '../words-pages.ts'
import { icon } from './icons.ts'

export const sayPage = ({ language }: Voice): SayPage => createSayPage(language)
export const editorVoice = ({ language, format }: Voice): EditorVoice => createEditorVoice(language, format)

/** A page under a title; `back` where one comes from another than the menu. */
export function pageOf(
  { voice }: Pick<Context, 'voice'>,
  head: { readonly title: string; readonly back?: string; readonly more?: readonly Child[] },
  ...content: readonly Child[]
): HTMLElement {
  const back =
    head.back === undefined
      ? undefined
      : h('a', { class: 'page-back', href: head.back, 'aria-label': voice.say('back') }, icon('back'))
  return h(
    'div',
    { class: 'page' },
    h('header', { class: 'page-head' }, back, h('h2', {}, head.title), ...(head.more ?? [])),
    ...content,
  )
}

/** Rows of a term and what is so. */
export function facts(rows: readonly (readonly [string, string])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...rows.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]),
  )
}
