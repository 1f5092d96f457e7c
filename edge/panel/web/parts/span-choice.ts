import { every } from '../../../../core/clock.ts'
import type { Context } from '../context.ts'
import { createChoices } from './choices.ts'
import { sayPage } from './page.ts'

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const SPANS = [
  { key: 'span6h', ms: 6 * HOUR_MS },
  { key: 'span24h', ms: DAY_MS },
  { key: 'span7d', ms: 7 * DAY_MS },
  { key: 'span30d', ms: 30 * DAY_MS },
] as const

/** On a wall nobody presses anything: charts go on by themselves, and one that could not be loaded is asked for again. */
const FRESH_MS = 60_000

/** How far back the charts look from now: a day, unless somebody wants another. */
export function createSpanChoice(
  { voice, time, clock }: Context,
  take: (span: { from: number; to: number }) => void,
) {
  const tell = sayPage(voice)
  let chosen: number = DAY_MS
  const choose = (ms: number) => {
    chosen = ms
    choices.mark(ms)
    const to = time.now()
    take({ from: to - ms, to })
  }
  const choices = createChoices<number>(
    tell('span'),
    SPANS.map(({ key, ms }) => ({ value: ms, words: tell(key) })),
    choose,
  )
  const close = every(clock, FRESH_MS, () => choose(chosen))
  return { element: choices.element, begin: () => choose(chosen), close }
}
