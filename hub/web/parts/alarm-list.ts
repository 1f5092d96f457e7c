import { button, createKeyedList, createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import { DEFAULT_ZONE } from '../../../page/format.ts'
import type { AlertView } from '../../api/schema.ts'
import type { Context, Scene } from '../context.ts'
import { alertKey } from '../live/model.ts'
import { alertGrade, alertLevelText, type Voice } from '../wording.ts'
import { levelMark } from './icons.ts'
import { stationHref } from './station-card.ts'

/** Alarms, newest first, in a box that scrolls by itself: what arrives moves nothing else on the page. */
export function createAlarmList(context: Context, emptyWord: 'noAlarms' | 'noStationAlarms') {
  const { voice } = context
  const list = h('ol', { class: 'alarms' })
  const empty = h('p', { class: 'quiet alarms-empty' }, voice.say(emptyWord))
  const element = h(
    'div',
    { class: 'alarms-box', tabindex: 0, role: 'region', 'aria-label': voice.say('alarms') },
    list,
    empty,
  )
  let scene: Scene | undefined
  const show = createKeyedList<AlertView>(list, alertKey, () => {
    const item = createAlarmItem(context)
    return {
      element: item.element,
      update: (alert) => {
        if (scene !== undefined) item.update(alert, scene)
      },
    }
  })
  return {
    element,
    update(alerts: readonly AlertView[], next: Scene) {
      scene = next
      setAttributes(empty, { hidden: alerts.length > 0 })
      show(alerts)
    },
  }
}

function createAlarmItem({ voice, acknowledge }: Context) {
  const { say, language } = voice
  const mark = h('span', { class: 'alarm-mark' })
  const place = h('a', { class: 'alarm-place' })
  const level = h('strong', { class: 'alarm-level' })
  const time = h('time', { class: 'alarm-time' })
  const text = h('p', { class: 'alarm-text' })
  const meta = h('p', { class: 'alarm-meta' })
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true })
  let shown: AlertView | undefined
  const press = button(
    say('acknowledge'),
    () => {
      if (shown === undefined || press.disabled) return
      press.disabled = true
      setText(press, say('acknowledging'))
      void acknowledge(shown).then((reason) => {
        press.disabled = false
        setText(press, say('acknowledge'))
        setText(trouble, reason === undefined ? '' : say('acknowledgeFailed', { reason }))
        setAttributes(trouble, { hidden: reason === undefined })
      })
    },
    { class: 'acknowledge' },
  )
  const element = h(
    'li',
    { class: 'alarm' },
    mark,
    h(
      'div',
      { class: 'alarm-words' },
      h('p', { class: 'alarm-head' }, level, place, time),
      text,
      meta,
      trouble,
    ),
    press,
  )
  const markSlot = createSlot(mark)
  return {
    element,
    update(alert: AlertView, { model, now }: Scene) {
      shown = alert
      const station = model.stations.find((known) => known.id === alert.station && known.edge === alert.edge)
      const zone = station?.timeZone ?? DEFAULT_ZONE
      element.className = `alarm alarm-${alert.state} grade-${alertGrade(alert)}`
      markSlot([alertGrade(alert)], () => [levelMark(alertGrade(alert), 30)])
      setText(level, alertLevelText(alert, voice))
      setText(place, station?.name[language] ?? alert.station)
      setAttributes(place, { href: stationHref({ id: alert.station }) })
      setText(time, voice.format.time(alert.raisedAt, zone, now))
      setAttributes(time, { datetime: new Date(alert.raisedAt).toISOString() })
      setText(text, alert.text[language])
      setText(meta, metaText(alert, zone, now, voice))
      const open = alert.state === 'active' && alert.acknowledgedAt === null
      setAttributes(press, {
        hidden: !open,
        'aria-label': say('acknowledgeOf', { text: alert.text[language] }),
      })
    },
  }
}

function metaText(alert: AlertView, zone: string, now: number, { say, format }: Voice): string {
  const time = (at: number) => format.time(at, zone, now)
  const parts: string[] = []
  if (alert.state === 'active') parts.push(say('active'))
  else if (alert.clearedAt !== null) parts.push(say('cleared', { time: time(alert.clearedAt) }))
  if (alert.state === 'active' && alert.peak > alert.level)
    parts.push(say('peaked', { level: say('levelShort', { level: alert.peak }) }))
  if (alert.silenced) parts.push(say('silenced'))
  if (alert.acknowledgedBy !== null && alert.acknowledgedAt !== null) {
    parts.push(say('acknowledgedBy', { who: alert.acknowledgedBy, time: time(alert.acknowledgedAt) }))
  }
  return parts.join(' · ')
}
