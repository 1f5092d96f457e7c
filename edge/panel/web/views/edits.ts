import { button, createSlot, h } from '../../../../page/element.ts'
import { clashWords } from '../../../../page/greenhouse/clash-words.ts'
import type { PanelConflict } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { pageOf, sayPage } from '../parts/page.ts'

/** Places of one clash that are listed; the others are counted. */
const LISTED_MAX = 8

/** Edits that a merge did not take: one press brings one back or lets it go. */
export function createEdits(context: Context): View {
  const { voice, api, notice, person, scene, documents } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  const list = h('ul', { class: 'edit-list' }, h('li', { class: 'quiet' }, say('loading')))
  const slot = createSlot(list)
  let counted: number | undefined
  let turn = 0

  const settle = async (conflict: PanelConflict, how: 'restore' | 'dismiss') => {
    const answer = await api.settle(conflict.id, how)
    if (answer.ok) notice(tell(how === 'restore' ? 'restored' : 'dismissed'), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
    await load()
  }
  const card = (conflict: PanelConflict) => {
    const { house, now } = scene()
    const side = conflict.side === 'hub' ? tell('hubSide') : tell('nodeSide')
    const who = `${conflict.by ?? say('someone')} (${side})`
    const time = format.time(conflict.at, house?.timeZone ?? 'Asia/Ho_Chi_Minh', now)
    const more = conflict.lost.length - LISTED_MAX
    const presses = h(
      'div',
      { class: 'choices' },
      button(tell('restore'), () => void settle(conflict, 'restore'), { class: 'choice' }),
      button(tell('dismiss'), () => void settle(conflict, 'dismiss'), { class: 'choice' }),
    )
    return h(
      'li',
      { class: 'panel edit' },
      h('h3', {}, tell('editBy', { who, time })),
      ...conflict.lost
        .slice(0, LISTED_MAX)
        .map((clash) => clashWords(clash, documents.known(house?.id ?? ''), voice))
        .map(({ field, kept, lost }) =>
          h(
            'div',
            { class: 'edit-place' },
            h('b', {}, field),
            h('p', {}, tell('editWas', { value: lost })),
            h('p', {}, tell('editIs', { value: kept })),
          ),
        ),
      more > 0 ? h('p', { class: 'quiet' }, tell('editMore', { count: more })) : undefined,
      person.role === 'owner' ? presses : h('p', { class: 'quiet' }, tell('ownerOnly')),
    )
  }
  /** Clashes name programs and zones by the document: as it stands after the merge, or by their ids without it. */
  async function load(): Promise<void> {
    const { house } = scene()
    const mine = ++turn
    const [answer] = await Promise.all([
      api.conflicts(),
      house === undefined ? undefined : documents.read(house.id),
    ])
    if (mine !== turn) return
    slot([answer, documents.known(house?.id ?? '')], () => {
      if (!answer.ok) return [h('li', { class: 'trouble' }, answer.refusal.reason[language])]
      const shown = answer.value.map(card)
      return shown.length > 0 ? shown : [h('li', { class: 'panel' }, tell('editsNone'))]
    })
  }
  return {
    element: pageOf(
      context,
      { title: say('edits'), back: '#/more' },
      h('p', { class: 'quiet' }, tell('editsLead')),
      list,
    ),
    title: say('edits'),
    /** Asked for at first, and again whenever there are more of them or fewer. */
    update({ state }) {
      const count = state?.node.edits.conflicts ?? 0
      if (count === counted) return
      counted = count
      void load()
    },
  }
}
