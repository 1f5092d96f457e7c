import { button, createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import { DEFAULT_ZONE } from '../../../page/format.ts'
import type { EdgeView, ErrorTable } from '../../api/schema.ts'
import type { Context, Scene, View } from '../context.ts'
import { zoneOf } from '../headline.ts'
import { editsOf } from '../live/model.ts'
import { createCommandList } from '../parts/command-list.ts'
import { createConflictList } from '../parts/conflict-list.ts'
import { completeness } from '../parts/station-card.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'
import { createLedger } from './ledger.ts'
import { CLOCK_WORDS, devicesBlock, fact, healthBlock, refusedBlock } from './nodes.ts'

/** All that is known of one node: its clock, what it holds and told, what was asked of it, how it is. */
export function createNodePage(context: Context, id: string): View {
  const { say } = context.voice
  const element = h('div', { class: 'node-page' }, h('p', { class: 'quiet panel' }, say('loading')))
  let body: ReturnType<typeof createBody> | undefined
  return {
    element,
    title: id,
    update(scene) {
      const edge = scene.model.edges.find((known) => known.edge === id)
      if (edge === undefined) {
        if (scene.model.loaded && body === undefined)
          element.replaceChildren(h('p', { class: 'panel' }, say('notFound')))
        return
      }
      if (body === undefined) {
        body = createBody(context, edge, zoneOf(scene.model) ?? DEFAULT_ZONE)
        element.replaceChildren(...body.elements)
      }
      body.update(edge, scene)
    },
    close: () => body?.close(),
  }
}

function createBody(context: Context, first: EdgeView, zone: string) {
  const { voice, api } = context
  const { say, language } = voice
  const title = h('h1', {})
  const status = h('div', { class: 'card-status' })
  const facts = h('dl', { class: 'facts' })
  const warning = createQuarantineNote(context, first.edge, zone)
  const ledger = createLedger(context, first.edge, zone)
  const commands = createCommandList(context, first.edge, { zone })
  const conflicts = createConflictList(context, first.edge, zone)
  const columns = h('div', { class: 'node-columns' })
  const slots = { status: createSlot(status), facts: createSlot(facts), columns: createSlot(columns) }
  let errors: ErrorTable = {}
  let edits: number | undefined
  void api.errors().then((answer) => {
    if (answer.ok) errors = answer.value
  })
  return {
    elements: [
      h(
        'header',
        { class: 'station-head' },
        h('a', { href: '#/nodes', class: 'back', 'aria-label': say('nodes') }, '←'),
        h('div', { class: 'station-title' }, title, h('p', {}, h('code', {}, first.edge))),
        status,
      ),
      warning.element,
      h('section', { class: 'panel node-facts' }, facts),
      h('section', { class: 'panel node-commands' }, commands.element),
      ledger.element,
      h('section', { class: 'node-conflicts' }, conflicts.element),
      h('section', { class: 'panel' }, columns),
    ],
    update(edge: EdgeView, scene: Scene) {
      setText(title, edge.name[language])
      const { tone, text } = completeness(edge, voice)
      slots.status([edge.online, tone, text], () => [
        h(
          'span',
          { class: `status status-${edge.online ? 'good' : 'bad'}` },
          say(edge.online ? 'online' : 'offline'),
        ),
        h('span', { class: `status status-${tone}` }, text),
      ])
      const told = factsOf(edge, zone, scene.now, voice)
      slots.facts(told, () => told.flatMap(([name, value]) => fact(name, value)))
      warning.update(edge)
      ledger.update(edge)
      commands.update(scene)
      slots.columns([edge.devices, edge.health, edge.refused, Object.keys(errors).length], () => [
        devicesBlock(edge, voice),
        healthBlock(edge, voice),
        refusedBlock(edge, voice, errors),
      ])
      const seen = editsOf(scene.model, edge.edge)
      if (edits !== undefined && seen !== edits) void conflicts.refresh()
      edits = seen
    },
    close: () => ledger.close(),
  }
}

const SOURCE_WORDS: Readonly<Record<string, WordKey>> = {
  ntp: 'sourceNtp',
  hub: 'sourceHub',
  lorawan: 'sourceLorawan',
  gnss: 'sourceGnss',
}

function factsOf(
  edge: EdgeView,
  zone: string,
  now: number,
  { say, format }: Voice,
): readonly (readonly [string, string])[] {
  const time = (at: number) => format.time(at, zone, now)
  const clock = edge.clock === null ? undefined : CLOCK_WORDS[edge.clock]
  const known = edge.clockKnown
  const source = known === null ? undefined : SOURCE_WORDS[known.source]
  const seconds = (value: number) => format.amount(value, { unit: 's', resolution: 1 })
  const radio = edge.heardByRadio ?? null
  return [
    [say('lastSeen'), edge.lastSeen === null ? say('never') : time(edge.lastSeen)],
    [say('clock'), clock === undefined ? say('noValue') : say(clock)],
    [
      say('clockKnown'),
      known === null
        ? say('clockNever')
        : say('clockKnownFrom', {
            time: time(known.at),
            source: source === undefined ? known.source : say(source),
          }),
    ],
    [
      say('oldestUnsent'),
      edge.oldestUnsent_s === null || edge.oldestUnsent_s === 0
        ? say('nothingUnsent')
        : seconds(edge.oldestUnsent_s),
    ],
    [say('hoursLeft'), edge.hoursLeft === null ? say('noValue') : seconds(edge.hoursLeft * 3_600)],
    ...(radio === null
      ? []
      : ([[say('heardByRadio'), say('heardByRadioVia', { time: time(radio.at), via: radio.via })]] as const)),
    [say('software'), edge.software ?? say('noValue')],
  ]
}

/** Two nodes under one identity: what it means, and the button that ends it. */
function createQuarantineNote({ voice, api }: Context, edge: string, zone: string) {
  const { say, language, format } = voice
  const head = h('b', {})
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true })
  const press = button(say('quarantineClear'), () => {
    press.disabled = true
    void api.clearQuarantine(edge).then((answer) => {
      press.disabled = false
      setText(trouble, answer.ok ? '' : answer.refusal.reason[language])
      setAttributes(trouble, { hidden: answer.ok })
    })
  })
  const reason = h('p', {})
  const element = h(
    'section',
    { class: 'panel quarantine', role: 'alert', hidden: true },
    head,
    reason,
    h('p', {}, say('quarantineDetail')),
    press,
    trouble,
  )
  return {
    element,
    update({ quarantine }: EdgeView) {
      setAttributes(element, { hidden: quarantine === null })
      if (quarantine === null) return
      setText(head, say('quarantine', { time: format.dateTime(quarantine.since, zone) }))
      setText(reason, quarantine.text[language])
    },
  }
}
