import { NODE_POINTS, nodePoint } from '../../../core/documents/node-points.ts'
import { createKeyedList, createSlot, h, setAttributes } from '../../../page/element.ts'
import type { EdgeView, ErrorTable } from '../../api/schema.ts'
import type { Context, Scene, View } from '../context.ts'
import { zoneOf } from '../headline.ts'
import { completeness } from '../parts/station-card.ts'
import { nodeHref } from '../route.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'

/** What each node says of itself: contact, clock, completeness, health, and what it refused. */
export function createNodes(context: Context): View {
  const { voice } = context
  const { say } = voice
  const list = h('div', { class: 'nodes' })
  const empty = h('p', { class: 'quiet panel' }, say('noNodes'))
  let scene: Scene | undefined
  let errors: ErrorTable = {}
  const show = createKeyedList<EdgeView>(
    list,
    (edge) => edge.edge,
    () => {
      const element = h('article', { class: 'node panel' })
      const slot = createSlot(element)
      return {
        element,
        update: (edge) => {
          const seen = seenWords(edge, scene, voice)
          slot([edge, seen, Object.keys(errors).length], () => nodeParts(edge, seen, voice, errors))
        },
      }
    },
  )
  void context.api.errors().then((answer) => {
    if (!answer.ok) return
    errors = answer.value
    if (scene !== undefined) show(scene.model.edges)
  })
  return {
    element: h('div', { class: 'plain-page' }, h('h1', {}, say('nodes')), empty, list),
    title: say('nodes'),
    update(next) {
      scene = next
      setAttributes(empty, { hidden: next.model.edges.length > 0 })
      show(next.model.edges)
    },
  }
}

export const CLOCK_WORDS: Readonly<Record<string, WordKey>> = {
  synced: 'clockSynced',
  holdover: 'clockHoldover',
  unknown: 'clockUnknown',
}

/** With the date once it is not of today. */
function seenWords({ lastSeen }: EdgeView, scene: Scene | undefined, { say, format }: Voice): string {
  if (lastSeen === null || scene === undefined) return say('never')
  return format.time(lastSeen, zoneOf(scene.model), scene.now)
}

function nodeParts(edge: EdgeView, seen: string, voice: Voice, errors: ErrorTable): readonly Node[] {
  const { say, language } = voice
  const clockWord = edge.clock === null ? undefined : CLOCK_WORDS[edge.clock]
  const { tone, text } = completeness(edge, voice)
  return [
    h(
      'header',
      { class: 'panel-head' },
      h(
        'h2',
        {},
        h('a', { href: nodeHref(edge.edge), class: 'text-link' }, edge.name[language]),
        h('code', { class: 'node-id' }, edge.edge),
      ),
      h(
        'span',
        { class: `status status-${edge.online ? 'good' : 'bad'}` },
        say(edge.online ? 'online' : 'offline'),
      ),
      h('span', { class: `status status-${tone}` }, text),
    ),
    h(
      'dl',
      { class: 'facts' },
      ...fact(say('lastSeen'), seen),
      ...fact(say('clock'), clockWord === undefined ? (edge.clock ?? say('noValue')) : say(clockWord)),
      ...fact(say('software'), edge.software ?? say('noValue')),
    ),
    h(
      'div',
      { class: 'node-columns' },
      devicesBlock(edge, voice),
      healthBlock(edge, voice),
      refusedBlock(edge, voice, errors),
    ),
  ]
}

export function fact(name: string, value: string): readonly [HTMLElement, HTMLElement] {
  return [h('dt', {}, name), h('dd', {}, value)]
}

function block(title: string, body: Node): HTMLElement {
  return h('section', { class: 'block' }, h('h3', {}, title), body)
}

export function devicesBlock(edge: EdgeView, { say, language }: Voice): HTMLElement {
  const items = edge.devices.map((device) =>
    h('li', {}, h('b', {}, device.label[language]), h('code', {}, `${device.id} · ${device.model}`)),
  )
  return block(
    say('devices'),
    items.length > 0
      ? h('ul', { class: 'device-list' }, ...items)
      : h('p', { class: 'quiet' }, say('noDevices')),
  )
}

const ORDER = Object.keys(NODE_POINTS)

/** The node's own points in the order of their table, then what each supply tells and the rest, by channel. */
export function healthBlock(edge: EdgeView, { say, format, language }: Voice): HTMLElement {
  const rows = Object.entries(edge.health)
    .toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([name, value]) => {
      const point = nodePoint(name)
      return point === undefined
        ? numberRow(h('code', {}, name), format.number(value, Number.isInteger(value) ? 0 : 2))
        : numberRow(point.label[language], format.amount(value, point))
    })
  return block(
    say('health'),
    rows.length > 0
      ? h('table', { class: 'numbers' }, h('tbody', {}, ...rows))
      : h('p', { class: 'quiet' }, say('noHealth')),
  )
}

function rank(channel: string): number {
  const at = ORDER.indexOf(channel)
  return at === -1 ? ORDER.length : at
}

export function refusedBlock(
  edge: EdgeView,
  { say, format, language }: Voice,
  errors: ErrorTable,
): HTMLElement {
  const rows = Object.entries(edge.refused)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => {
      const entry = errors[code]
      const sentence = entry === undefined ? '' : plain(`${entry.what[language]} ${entry.next[language]}`)
      const name = h('span', {}, h('code', {}, code), h('small', { class: 'refused-why' }, sentence))
      return numberRow(name, format.count(count))
    })
  return block(
    say('refused'),
    rows.length > 0
      ? h('table', { class: 'numbers' }, h('tbody', {}, ...rows))
      : h('p', { class: 'quiet' }, say('refusedNone')),
  )
}

/** The table's sentence without the details of one occasion. */
function plain(sentence: string): string {
  return sentence.replace(/"?\{\w+\}"?/g, '…')
}

function numberRow(name: Node | string, value: string): HTMLElement {
  return h(
    'tr',
    { class: 'number-row' },
    h('th', { scope: 'row', class: 'number-name' }, name),
    h('td', { class: 'number-value' }, value),
  )
}
