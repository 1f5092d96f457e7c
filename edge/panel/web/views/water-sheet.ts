import { every } from '../../../../core/clock.ts'
import { hex } from '../../../../core/random.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import type { WaterOrder, ZoneView } from '../../api-types.ts'
import type { Context } from '../context.ts'
import { createChoices } from '../parts/choices.ts'
import { openSheet } from '../parts/sheet.ts'
import { createStepper, type Range } from '../parts/stepper.ts'
import { litres, PHASE_WORDS, waitWords } from '../zone-words.ts'

type By = 'minutes' | 'litres'

const FIRST: Record<By, number> = { minutes: 10, litres: 50 }
const USUAL: Record<By, readonly number[]> = { minutes: [5, 10, 15, 20, 30], litres: [20, 50, 100, 200, 500] }
/** A LoRaWAN valve answers within its next turns; beyond that the card tells more than a sheet that waits. */
const CONFIRM_MS = 45_000
const LOOK_MS = 250

/** How much, with what, and one press; then it stands until the valve has said that it is open. */
export function openWaterSheet(context: Context, zone: ZoneView): void {
  const { voice, clock, documents, scene } = context
  const { say, language, format } = voice
  const house = scene().house
  if (house === undefined) return
  /** By the document, which may come later than the sheet. */
  const settings = () => documents.known(house.id)?.zones.find(({ id }) => id === zone.id)
  const left_L = Math.max(0, zone.daily_L - zone.today_L)
  const rangeOf: Record<By, () => Range> = {
    minutes: () => ({
      least: 1,
      most: Math.max(1, Math.floor(settings()?.longest_min ?? 60)),
      unit: format.unit('min'),
    }),
    litres: () => ({ least: 1, most: Math.max(1, Math.floor(left_L)), unit: say('litres') }),
  }
  const isPaused = () => (scene().house?.paused ?? null) !== null
  let by: By = 'minutes'
  let amount = FIRST.minutes
  let recipe: string | undefined
  /** Pressed again for want of an answer it is the same order, and watered once; chosen anew it is another. */
  let order: string | undefined

  const stepper = createStepper({
    ...{ label: say('howMuch'), less: say('less'), more: say('moreOf') },
    take(value) {
      amount = value
      order = undefined
      show()
    },
  })
  const usual = h('div', {})
  const note = h('p', { class: 'sheet-note' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const go = button('', () => void send(), { class: 'primary wide sheet-go' })
  const progress = h('p', { class: 'sheet-progress', role: 'status' })
  const kinds = createChoices<By>(
    say('howMuch'),
    [
      { value: 'minutes', words: say('byMinutes') },
      { value: 'litres', words: say('byLitres') },
    ],
    (value) => choose(value),
  )
  const feeds = h('div', { class: 'sheet-feeds' })
  const offer = (...keys: readonly HTMLElement[]) =>
    feeds.replaceChildren(...(keys.length === 0 ? [] : [h('h3', {}, say('feedWith')), ...keys]))
  const showFeeds = () => {
    const recipes = documents.known(house.id)?.recipes ?? []
    if (recipes.length === 0) return offer()
    const keys = createChoices<string | undefined>(
      say('feedWith'),
      [
        { value: undefined, words: say('plainWater') },
        ...recipes.map(({ id, name }) => ({ value: id, words: name })),
      ],
      (value) => {
        recipe = value
        order = undefined
        keys.mark(value)
      },
    )
    keys.mark(recipe)
    offer(keys.element)
  }
  let usualKeys: ReturnType<typeof createChoices<number>> | undefined

  const choose = (next: By) => {
    by = next
    kinds.mark(by)
    fitTo(FIRST[by])
  }
  const fitTo = (start: number) => {
    const range = rangeOf[by]()
    const fitting = USUAL[by].filter((value) => value <= range.most)
    usualKeys = createChoices(
      say('usualChoices'),
      fitting.map((value) => ({ value, words: format.quantity(value, 0, range.unit) })),
      (value) => stepper.set(value),
    )
    usual.replaceChildren(usualKeys.element)
    stepper.within(range, start)
  }
  const show = () => {
    usualKeys?.mark(amount)
    setText(go, goWords())
    setText(note, noteText())
    // Told before somebody has chosen how much, and not after.
    setText(trouble, isPaused() ? say('nowPaused') : '')
  }
  const goWords = () =>
    say(by === 'minutes' ? 'startMinutes' : 'startLitres', { count: format.number(amount) })
  const noteText = () => {
    const today = say('leftToday', { litres: litres(left_L, context) })
    const flow_Lmin = zone.flow.usual_Lmin ?? settings()?.flow_Lmin
    if (flow_Lmin === undefined || flow_Lmin <= 0) return `${today}.`
    const other =
      by === 'minutes'
        ? litres(amount * flow_Lmin, context)
        : format.quantity(Math.max(1, amount / flow_Lmin), 0, 'min')
    const about = say('about', { amount: other })
    return `${about.charAt(0).toUpperCase()}${about.slice(1)}. ${today}.`
  }
  /** What it waits for; of an interlock its own words say what to see to. */
  const waitText = (waiting: NonNullable<ZoneView['waiting']>) => {
    if (waiting.for === 'interlock' && waiting.until === null) return waiting.why[language]
    const { what, left } = waitWords(waiting, scene().house ?? house, scene().now, voice)
    return left === '' ? what : `${what}, ${left}`
  }
  const complain = (text: string) => {
    // Whoever has closed the sheet meanwhile would take it for done.
    if (!sheet.element.isConnected) context.notice(text, 'bad')
    setText(trouble, text)
    setAttributes(go, { disabled: false })
    setText(go, goWords())
  }

  const send = async () => {
    const { link } = scene()
    if (link === 'lost') return complain(say('noLink'))
    if (isPaused()) return complain(say('nowPaused'))
    setText(trouble, '')
    setAttributes(go, { disabled: true })
    setText(go, say('sending'))
    order ??= hex(context.random.bytes(8))
    const asked: WaterOrder = {
      order,
      zone: zone.id,
      amount: by === 'minutes' ? { minutes: amount } : { litres: amount },
      ...(recipe === undefined ? {} : { recipe }),
    }
    const answer = await context.api.water(house.id, asked)
    if (!answer.ok) return complain(answer.refusal.reason[language])
    watch()
  }

  /** From the node's "taken" to the valve's own word. */
  const watch = () => {
    setText(go, say('phaseOpening'))
    setText(progress, say('phaseOpening'))
    const began = clock.monotonic()
    const name = zone.name[language]
    const end = (text: string, tone: 'good' | 'bad') => {
      context.notice(text, tone)
      sheet.close()
    }
    const stopLooking = every(clock, LOOK_MS, () => {
      const now = scene().house?.zones.find(({ id }) => id === zone.id)
      if (now?.running !== null && now?.running !== undefined && now.running.phase !== 'opening') {
        return end(say('watering', { zone: name }), 'good')
      }
      if (now?.waiting !== null && now?.waiting !== undefined) {
        return end(say('queued', { zone: name, why: waitText(now.waiting) }), 'good')
      }
      if (now?.running !== null && now?.running !== undefined)
        setText(progress, say(PHASE_WORDS[now.running.phase]))
      if (clock.monotonic() - began > CONFIRM_MS) end(say('notConfirmed'), 'bad')
    })
    sheet.element.addEventListener('close', stopLooking)
  }

  choose('minutes')
  showFeeds()
  if (documents.known(house.id) === undefined) {
    offer(h('p', { class: 'quiet', role: 'status' }, say('loading')))
    void documents.read(house.id).then(() => {
      showFeeds()
      // What was chosen meanwhile stays; an order that is on its way stays the same one.
      if (order === undefined) fitTo(amount)
    })
  }
  const sheet = openSheet(
    context,
    { title: say('sheetTitle', { zone: zone.name[language] }) },
    kinds.element,
    stepper.element,
    usual,
    feeds,
    note,
    trouble,
    progress,
    go,
  )
}
