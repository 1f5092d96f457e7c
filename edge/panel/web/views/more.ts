import { h, setAttributes } from '../../../../page/element.ts'
import type { Context, View } from '../context.ts'
import { icon } from '../parts/icons.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { hrefOf, type Page } from '../route.ts'

/** Everything that has no key of its own at the foot of a phone. */
export function createMore(context: Context): View {
  const { voice, person } = context
  const { say } = voice
  const owner: readonly Page[] = person.role === 'owner' ? ['accounts', 'edits'] : []
  const pages: readonly Page[] = ['climate', 'water', 'recipes', 'history', 'use', ...owner, 'settings']
  const clashes = h('span', { class: 'more-count', hidden: true })
  const link = (page: Page) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'more-link', href: hrefOf(page) },
        icon(page, 30),
        h('span', {}, say(page)),
        page === 'edits' ? clashes : undefined,
      ),
    )
  const who = sayPage(voice)('signedInAs', {
    name: person.name,
    role: sayPage(voice)(person.role),
  })
  return {
    element: pageOf(
      context,
      { title: say('more') },
      h('ul', { class: 'more-list' }, ...pages.map(link)),
      h('p', { class: 'quiet' }, who),
    ),
    title: say('more'),
    update({ state }) {
      const count = state?.node.edits.conflicts ?? 0
      setAttributes(clashes, { hidden: count === 0 })
      clashes.textContent = String(count)
    },
  }
}
