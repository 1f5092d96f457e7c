import { button, h, setAttributes, setText } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import type { Order } from '../command-order.ts'
import type { Context, Scene } from '../context.ts'
import { createCommandList, durationWords } from '../parts/command-list.ts'
import { openOrderDialog, type Proposal } from '../parts/order-dialog.ts'
import type { Voice } from '../wording.ts'

/** What an operator may ask of a station, and what became of what was asked. */
export function createControl(context: Context, first: StationView) {
  const { voice, api } = context
  const { say, language } = voice
  const list = createCommandList(context, first.edge, { zone: first.timeZone })
  const note = h('p', { class: 'control-note' })
  let station = first

  const send = async (orders: readonly Order[]): Promise<string | undefined> => {
    for (const order of orders) {
      const answer = await api.command(station.edge, order)
      if (!answer.ok) return answer.refusal.reason[language]
      list.add(answer.value)
    }
    return undefined
  }
  const ask = (proposal: (station: StationView, voice: Voice) => Proposal) => () =>
    openOrderDialog(voice, proposal(station, voice), send)
  const silence = button(say('orderSilence'), ask(silenceProposal))
  const unsilence = button(say('orderUnsilence'), ask(unsilenceProposal))
  const selfTest = button(say('orderSelfTest'), ask(selfTestProposal))
  const sound = button(say('orderSound'), ask(soundProposal), { class: 'order-emergency' })
  return {
    element: h(
      'section',
      { class: 'panel control' },
      h('h2', {}, say('control')),
      note,
      h('div', { class: 'control-buttons' }, silence, unsilence, selfTest, sound),
      list.element,
    ),
    update(next: StationView, scene: Scene) {
      station = next
      const edge = scene.model.edges.find((known) => known.edge === next.edge)
      const quarantined = (edge?.quarantine ?? null) !== null
      setText(note, say(quarantined ? 'controlWithheld' : next.online ? 'controlLead' : 'controlOffline'))
      setAttributes(note, { class: `control-note${quarantined || !next.online ? ' control-warning' : ''}` })
      setAttributes(silence, { hidden: (next.level ?? 0) === 0 || next.silencedUntil !== null })
      setAttributes(unsilence, { hidden: next.silencedUntil === null })
      setAttributes(sound, { hidden: sirensOf(next).length === 0 })
      list.update(scene)
    },
  }
}

const SILENCE_MIN = [30, 10, 60] as const
const SOUND_S = [60, 180, 600] as const

function silenceProposal(station: StationView, voice: Voice): Proposal {
  const { say } = voice
  return {
    title: say('orderSilence'),
    explanation: say('askSilence'),
    class: 'momentary',
    durations: SILENCE_MIN.map((minutes) => ({
      seconds: minutes * 60,
      words: durationWords(minutes * 60, voice),
    })),
    overridable: false,
    actions: (seconds) => [{ type: 'silence', station: station.id, for_min: seconds / 60 }],
  }
}

function unsilenceProposal(station: StationView, { say }: Voice): Proposal {
  return {
    title: say('orderUnsilence'),
    explanation: say('askUnsilence'),
    class: 'momentary',
    durations: [],
    overridable: false,
    actions: () => [{ type: 'unsilence', station: station.id }],
  }
}

function selfTestProposal(station: StationView, { say }: Voice): Proposal {
  return {
    title: say('orderSelfTest'),
    explanation: say('askSelfTest'),
    class: 'momentary',
    durations: [],
    overridable: false,
    actions: () => [{ type: 'self-test', station: station.id }],
  }
}

function soundProposal(station: StationView, voice: Voice): Proposal {
  const { say } = voice
  return {
    title: say('orderSound'),
    explanation: say('askSound'),
    class: 'emergency',
    durations: SOUND_S.map((seconds) => ({ seconds, words: durationWords(seconds, voice) })),
    overridable: true,
    actions: (seconds, override) =>
      sirensOf(station).map(({ device, output }) => ({
        type: 'drive',
        device,
        output,
        value: 1,
        for_s: seconds,
        ...(override ? { override } : {}),
      })),
  }
}

function sirensOf({ outputs }: StationView): StationView['outputs'] {
  return outputs.filter(({ means }) => means === 'siren')
}
