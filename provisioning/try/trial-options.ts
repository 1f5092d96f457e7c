import { RAISE_OF_MAX } from '../../core/documents/check-flood-station.ts'
import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Language } from '../../core/text.ts'

/** What the command line says, as text; absent where nothing was said. */
export interface TryFloodArguments {
  readonly record: string
  /** `0.6,1.0,1.5`: stages of báo động 1, 2 and 3 in metres. */
  readonly levels: string
  /** Metres under a level before it may be given up; 0.05. */
  readonly clearBelow?: string | undefined
  /** Minutes that the stage must stay there; 30. */
  readonly holdMin?: string | undefined
  /** Good samples at the level, of the last `of`, before it is raised; 2 of 3. */
  readonly need?: string | undefined
  readonly of?: string | undefined
  /** IANA zone of the printed times; Asia/Ho_Chi_Minh. */
  readonly timeZone?: string | undefined
  readonly lang?: string | undefined
  readonly json?: boolean
}

export interface TrialOptions {
  readonly levels: readonly number[]
  readonly below_m: number
  readonly hold_min: number
  readonly need: number
  readonly of: number
  readonly timeZone: string
  readonly lang: Language
  readonly json: boolean
}

const LEVELS_MAX = 3
const STAGE_LIMIT_M = 10_000

/** Fault: TRIAL_OPTION_INVALID with the option, what was said, and what would be right. */
export function trialOptions(said: TryFloodArguments): Result<TrialOptions> {
  const levels = said.levels.split(',').map((part) => numberOf(part, -STAGE_LIMIT_M, STAGE_LIMIT_M))
  const stages = levels.filter((stage) => stage !== undefined)
  const rising = stages.every((stage, index) => index === 0 || stage > (stages[index - 1] ?? stage))
  if (stages.length !== levels.length || levels.length > LEVELS_MAX || !rising)
    return refuse('--levels', said.levels, '0.6,1.0,1.5 (1–3, m)')
  const below_m = numberOf(said.clearBelow ?? '0.05', 0, STAGE_LIMIT_M)
  if (below_m === undefined) return refuse('--clear-below', said.clearBelow, '0.05 (m, ≥ 0)')
  const hold_min = numberOf(said.holdMin ?? '30', 0, 100_000)
  if (hold_min === undefined) return refuse('--hold-min', said.holdMin, '30 (min, ≥ 0)')
  const of = numberOf(said.of ?? '3', 1, RAISE_OF_MAX)
  if (of === undefined || !Number.isInteger(of)) return refuse('--of', said.of, `3 (1–${RAISE_OF_MAX})`)
  const need = numberOf(said.need ?? String(Math.min(2, of)), 1, of)
  if (need === undefined || !Number.isInteger(need)) return refuse('--need', said.need, `2 (1–${of})`)
  const lang = said.lang ?? 'vi'
  if (lang !== 'vi' && lang !== 'en') return refuse('--lang', lang, 'vi | en')
  const timeZone = said.timeZone ?? 'Asia/Ho_Chi_Minh'
  if (!isTimeZone(timeZone)) return refuse('--time-zone', timeZone, 'Asia/Ho_Chi_Minh')
  return ok({ levels: stages, below_m, hold_min, need, of, timeZone, lang, json: said.json === true })
}

const DECIMAL = /^[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/

function numberOf(text: string, min: number, max: number): number | undefined {
  const trimmed = text.trim()
  if (!DECIMAL.test(trimmed)) return undefined
  const value = Number(trimmed)
  return value >= min && value <= max ? value : undefined
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone })
    return true
  } catch {
    return false
  }
}

function refuse(option: string, text: string | undefined, hint: string): Result<never> {
  return err(
    fault('TRIAL_OPTION_INVALID', { option, text: (text ?? '').slice(0, 60), hint: `Ví dụ / e.g. ${hint}` }),
  )
}
