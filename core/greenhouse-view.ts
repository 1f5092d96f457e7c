import type { Utc } from './clock.ts'
import type { Text } from './text.ts'

/**
 * How a greenhouse is, for people: what the panel and `tram status` show. Litres, L/min, mL, volume percent, °C, mm;
 * `null` means "not measured" or "not known", never zero.
 */
export interface GreenhouseView {
  readonly id: string
  readonly name: Text
  readonly at: Utc
  readonly timeZone: string
  /** A person has stopped all water, and nobody has let it go on. */
  readonly paused: { readonly since: Utc; readonly who: string } | null
  /** `held`: an interlock or a person keeps it from running; null where the greenhouse has no pump of its own. */
  readonly pump: 'off' | 'on' | 'held' | null
  readonly tank: {
    readonly percent: number | null
    readonly litres: number | null
    readonly low: boolean
  } | null
  readonly flow_Lmin: number | null
  readonly pressure_kPa: number | null
  readonly climate: ClimateView
  /** Reference evapotranspiration of the last whole day. */
  readonly et0_mm: number | null
  readonly zones: readonly ZoneView[]
  readonly problems: readonly ProblemView[]
  readonly fertiliser: readonly FertiliserView[]
  /** Runs, newest first. */
  readonly journal: readonly RunView[]
}

/** A machine of the climate: what it holds now, and why. */
export interface ClimateDeviceView {
  readonly id: string
  readonly kind: 'mist' | 'fan' | 'shade' | 'lamp'
  readonly name: Text
  readonly device: string
  readonly output: string
  readonly value: number
  readonly why: Text
}

export interface ClimateView {
  readonly temperature_C: number | null
  readonly humidity: number | null
  readonly vpd_kPa: number | null
  readonly co2_ppm: number | null
  readonly light_lx: number | null
  readonly par: number | null
  readonly devices: readonly ClimateDeviceView[]
}

export interface ZoneView {
  readonly id: string
  readonly name: Text
  readonly moisture: number | null
  readonly soilTemperature_C: number | null
  readonly ec_uScm: number | null
  readonly ph: number | null
  /** Its moisture probe is lost. */
  readonly lost: boolean
  readonly crop: {
    readonly name: string
    readonly stage: string
    readonly day: number
    readonly kc: number
  } | null
  /** What is missing in the root zone, and what may be missing before the crop suffers. */
  readonly deficit_mm: number | null
  readonly readily_mm: number | null
  readonly valve: 'shut' | 'opening' | 'open' | 'closing' | 'unknown'
  readonly running: {
    readonly why: Text
    readonly who: string | null
    readonly program: string | null
    readonly phase: 'opening' | 'before' | 'dosing' | 'after' | 'plain' | 'closing'
    readonly since: Utc
    readonly left_s: number
    readonly litres: number
    readonly of: { readonly minutes: number } | { readonly litres: number }
    readonly recipe: string | null
  } | null
  readonly waiting: {
    readonly why: Text
    readonly for: 'turn' | 'soak' | 'interlock' | 'paused'
    readonly until: Utc | null
  } | null
  readonly next: { readonly program: string; readonly at: Utc | null; readonly why: Text } | null
  readonly today_L: number
  readonly week_L: number
  readonly season_L: number
  readonly daily_L: number
  readonly flow: { readonly usual_Lmin: number | null; readonly last_Lmin: number | null }
  readonly problems: readonly ZoneProblem[]
}

/** What is wrong with a zone, in a few words (`label`) and in a sentence. */
export interface ZoneProblem {
  readonly rule: string
  readonly label: Text
  readonly text: Text
  readonly next: Text
}

export interface ProblemView {
  readonly alarm: string
  readonly rule: string
  readonly level: number
  readonly since: Utc
  readonly text: Text
  /** What to do about it. */
  readonly next: Text
  readonly output: { readonly device: string; readonly output: string } | null
  /** Its interlock waits for somebody who has looked. */
  readonly latched: boolean
}

export interface FertiliserView {
  readonly channel: string
  readonly name: Text
  readonly today_mL: number
  readonly season_mL: number
  readonly daily_mL: number
}

export interface RunView {
  readonly at: Utc
  readonly until: Utc | null
  readonly zone: string
  readonly why: Text
  readonly who: string | null
  readonly litres: number
  readonly minutes: number
  readonly end: Text
  readonly recipe: string | null
  readonly fertiliser_mL: number
}
