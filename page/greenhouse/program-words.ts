import type { Greenhouse, Program } from '../../core/documents/greenhouse.ts'
import type { EditorVoice } from './words.ts'

/** A program as somebody would tell it: when, how much, with what, and when not. */
export function programSummary(
  program: Program,
  document: Greenhouse,
  voice: EditorVoice,
): readonly string[] {
  const { say, language } = voice
  const zones = program.zones.map((id) => document.zones.find((zone) => zone.id === id)?.name[language] ?? id)
  const recipe = document.recipes.find(({ id }) => id === program.recipe)?.name ?? program.recipe
  const number = (value: number) => voice.format.number(value, Number.isInteger(value) ? 0 : 1)
  const { cycles, rain_mm } = program
  return [
    startWords(program.start, voice),
    `${zones.join(', ')}: ${amountWords(program.amount, voice)}`,
    ...(recipe === undefined ? [] : [`${say('feedWith')}: ${recipe}`]),
    ...(cycles === undefined
      ? []
      : [say('sumCycles', { run: number(cycles.run_min), soak: number(cycles.soak_min) })]),
    ...(rain_mm === undefined ? [] : [say('sumRain', { count: number(rain_mm) })]),
  ]
}

function startWords(start: Program['start'], { say, format }: EditorVoice): string {
  switch (start.by) {
    case 'clock': {
      const days =
        start.days !== undefined
          ? start.days.map((day) => say(day)).join(', ')
          : start.every !== undefined
            ? say('sumEvery', { days: start.every.days })
            : say('daily')
      return say('sumClock', { times: start.times.join(', '), days })
    }
    case 'moisture':
      return say('sumMoisture', {
        ...{ below: format.number(start.below), until: format.number(start.until) },
        ...{ from: start.from, to: start.to },
      })
    case 'balance':
      return say('sumBalance', { at: start.at })
  }
}

function amountWords(amount: Program['amount'], { say, format }: EditorVoice): string {
  const number = (value: number) => format.number(value, Number.isInteger(value) ? 0 : 1)
  if ('minutes' in amount) return say('sumMinutes', { count: number(amount.minutes) })
  if ('litres' in amount) return say('sumLitres', { count: number(amount.litres) })
  if ('mm' in amount) return say('sumDepth', { count: number(amount.mm) })
  return say('sumMissing', { count: number(amount.most_min) })
}
