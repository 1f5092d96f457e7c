import { h } from './element.ts'

/** The page's content, and a link past all that stands before it, for whoever goes by keyboard. */
export function mainWithSkip(page: string, content: HTMLElement, words: string) {
  const main = h('main', { id: 'content', class: `page-${page}`, tabindex: -1 }, content)
  const skip = h('a', { class: 'skip', href: '#content' }, words)
  skip.addEventListener('click', (event) => {
    event.preventDefault()
    main.focus()
  })
  return { main, skip }
}
