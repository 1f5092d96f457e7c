import { createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import type { EdgeView, LedgerView } from '../../api/schema.ts'
import type { AbsenceReason } from '../../fleet/gap-reasons.ts'
import type { Context } from '../context.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'

type Epoch = LedgerView['epochs'][number]
type Lane = Epoch['lanes'][number]

const LANE_WORDS: Readonly<Record<string, WordKey>> = {
  alarm: 'laneAlarm',
  state: 'laneState',
  live: 'laneLive',
}
const GAP_WORDS = {
  waiting: 'gapWaiting',
  superseded: 'gapSuperseded',
  thinned: 'gapThinned',
  dropped: 'gapDropped',
  released: 'gapReleased',
  unreadable: 'gapUnreadable',
  corrupt: 'gapCorrupt',
  replaced: 'gapReplaced',
} as const satisfies Record<AbsenceReason, WordKey>
/** Nothing is lost by these: the node meant them. */
const HARMLESS: ReadonlySet<string> = new Set(['superseded', 'thinned'])
/** A ledger is asked for at most this often, however fast rows come in. */
const REFRESH_MS = 2_000
const RANGES_SHOWN = 6

/** "Is node 17 complete?" answered with yes and its ranges, or the exact gaps with their reasons. */
export function createLedger(context: Context, edge: string, zone: string) {
  const { voice, api, clock } = context
  const { say, language, format } = voice
  const verdict = h('p', { class: 'ledger-verdict', role: 'status' })
  const bar = h('progress', { class: 'ledger-bar', max: 1, 'aria-label': say('ledgerProgress') })
  const body = h('div', { class: 'ledger-body' })
  const slot = createSlot(body)
  const element = h('section', { class: 'panel ledger' }, h('h2', {}, say('ledger')), verdict, bar, body)
  let closed = false
  let asking = false
  let askAgain = false
  let asked = ''
  /** Most rows behind since this page opened: what the bar counts down from. */
  let most = 0

  const refresh = async () => {
    if (asking) {
      askAgain = true
      return
    }
    asking = true
    const answer = await api.ledger(edge)
    if (closed) return
    if (answer.ok)
      slot([answer.value], () => answer.value.epochs.map((epoch) => epochPart(epoch, zone, voice)))
    else
      slot([answer.refusal], () => [
        h('p', { class: 'trouble' }, say('ledgerUnknown', { reason: answer.refusal.reason[language] })),
      ])
    clock.after(REFRESH_MS, () => {
      asking = false
      if (!askAgain || closed) return
      askAgain = false
      void refresh()
    })
  }
  return {
    element,
    update({ complete, behind, lastSeen }: Pick<EdgeView, 'complete' | 'behind' | 'lastSeen'>) {
      most = complete ? 0 : Math.max(most, behind)
      const state = complete ? 'good' : behind > 0 ? 'busy' : 'bad'
      verdict.className = `ledger-verdict verdict-${state}`
      setText(
        verdict,
        complete
          ? say('ledgerComplete')
          : behind > 0
            ? say('ledgerBehind', { count: format.count(behind) })
            : say('ledgerIncomplete'),
      )
      bar.classList.toggle('ledger-bar-idle', most === 0)
      bar.value = most === 0 ? 1 : (most - behind) / most
      const key = JSON.stringify([complete, behind, lastSeen])
      if (key === asked) return
      asked = key
      void refresh()
    },
    close() {
      closed = true
    },
  }
}

function epochPart(epoch: Epoch, zone: string, voice: Voice): Node {
  const { say } = voice
  const title = say('epoch', { epoch: epoch.epoch.slice(0, 8) })
  const state = say(epoch.current ? 'epochCurrent' : 'epochFormer')
  const heads = [
    say('lane'),
    say('rowsProduced'),
    say('rowsStored'),
    say('rowsAcknowledged'),
    say('rowsThinned'),
    say('rowsDropped'),
    say('ranges'),
    say('gaps'),
    say('period'),
  ]
  const table = h(
    'table',
    { class: 'ledger-table' },
    h('caption', {}, `${title} · ${state}`),
    h('thead', {}, h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...epoch.lanes.map((lane) => laneRow(lane, zone, voice, heads))),
  )
  return h('div', { class: 'table-box' }, table)
}

/** Where the gaps stand among the cells of a lane's row. */
const GAPS_CELL = 6

function laneRow(lane: Lane, zone: string, voice: Voice, heads: readonly string[]): HTMLElement {
  const { say, format } = voice
  const word = LANE_WORDS[lane.lane]
  const span = ([first, last]: readonly [number, number]) =>
    first === last ? format.count(first) : `${format.count(first)}–${format.count(last)}`
  const period =
    lane.from === null || lane.to === null
      ? say('noValue')
      : `${format.dateTime(lane.from, zone)} – ${format.dateTime(lane.to, zone)}`
  const gaps = lane.gaps.map((gap) => `${span([gap.first, gap.last])}: ${gapReason(gap.reason, voice)}`)
  const undated = lane.undated.map(({ first, last, after, before }) =>
    say('undated', {
      range: span([first, last]),
      after: format.dateTime(after, zone),
      before: format.dateTime(before, zone),
    }),
  )
  const stored = format.count(lane.stored)
  const cells = [
    format.count(lane.produced),
    lane.expired === 0 ? stored : say('rowsExpired', { stored, expired: format.count(lane.expired) }),
    format.count(lane.acknowledged),
    format.count(lane.thinned),
    format.count(lane.dropped),
    few([...lane.ranges.map(span), ...undated], voice),
    gaps.length > 0 ? few(gaps, voice) : say('noGaps'),
    period,
  ]
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, word === undefined ? lane.lane : say(word)),
    ...cells.map((text, index) => {
      const cell = h('td', { 'data-head': heads[index + 1] ?? '' }, text)
      setAttributes(cell, {
        class:
          index === GAPS_CELL && lane.gaps.some(({ reason }) => !HARMLESS.has(reason))
            ? 'has-gaps'
            : undefined,
      })
      return cell
    }),
  )
}

/** The reason in words; one that this page does not know is told as the hub told it. */
function gapReason(reason: string, { say }: Voice): string {
  return isGapReason(reason) ? say(GAP_WORDS[reason]) : reason
}

const isGapReason = (reason: string): reason is keyof typeof GAP_WORDS => Object.hasOwn(GAP_WORDS, reason)

function few(items: readonly string[], { say }: Voice): string {
  if (items.length === 0) return say('noValue')
  const shown = items.slice(0, RANGES_SHOWN).join('; ')
  return items.length > RANGES_SHOWN
    ? `${shown} ${say('moreRanges', { count: items.length - RANGES_SHOWN })}`
    : shown
}
