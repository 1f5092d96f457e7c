import type { Utc } from '../../../../core/clock.ts'
import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { MISTING } from '../../../../core/documents/greenhouse-places.ts'
import type { ClimateDeviceView } from '../../../../core/greenhouse-view.ts'
import { decimal, type Text } from '../../../../core/text.ts'
import type { Draft } from '../draft.ts'
import { houseSubject, judge } from '../fault-book.ts'
import { houseTime } from '../house-clock.ts'
import { ask, outputOf } from '../outputs.ts'
import { sensed } from '../sensors.ts'
import type { GreenhouseState } from '../state.ts'
import { stepFan } from './fans.ts'
import { type GrowLamp, type LampDay, lampDay, stepLamp } from './lamps.ts'
import { stepMisting } from './misting.ts'
import { OPEN_SHADE, stepShade } from './shade.ts'
import type { Air, Wish } from './wish.ts'

/** Mist, fans, shade and lamps of a greenhouse, by its air and the sun. */

interface Machine {
  readonly id: string
  readonly kind: ClimateDeviceView['kind']
  readonly name: Text
  readonly device: string
  readonly output: string
  readonly wish: Wish
  readonly untilT?: number
}

interface Plan {
  readonly memory: GreenhouseState['climate']
  readonly machines: readonly Machine[]
}

const PAUSED: Text = { vi: 'Đã dừng mọi nước', en: 'All water is stopped' }

export function followClimate(draft: Draft): void {
  const { memory, machines } = planClimate(draft)
  draft.climate = memory
  for (const { device, output, wish, untilT } of machines)
    ask(
      draft,
      { device, output },
      { value: wish.value, reason: wish.why, ...(untilT === undefined ? {} : { untilT }) },
    )
  followHeat(draft)
}

/** What each machine should do now and why, for people. */
export function climateView(draft: Draft): readonly ClimateDeviceView[] {
  return planClimate(draft).machines.map(({ wish, untilT: _, ...machine }) => {
    const { known, asked } = outputOf(draft, machine)
    return { ...machine, value: known ?? asked, why: wish.why }
  })
}

function planClimate(draft: Draft): Plan {
  const { climate } = draft.house
  const air = airOf(draft)
  const mist = planMist(draft, air)
  const shades = climate.shade.map((shade) => {
    const { memory, wish } = stepShade(shade, draft.climate.shade[shade.id] ?? OPEN_SHADE, air, draft.t)
    return { id: shade.id, memory, machine: machineOf('shade', shade, wish) }
  })
  const fans = climate.fans.map((fan) => machineOf('fan', fan, stepFan(fan, runs(draft, fan), air)))
  const now = houseTime(draft)
  const lamps = climate.lamps.map((lamp) => {
    const day = now === null ? null : dayOfLamp(draft.house, lamp, now)
    return machineOf('lamp', lamp, stepLamp(lamp, runs(draft, lamp), air, day, now ?? draft.at))
  })
  return {
    memory: {
      mist: mist.memory,
      shade: Object.fromEntries(shades.map(({ id, memory }) => [id, memory])),
    },
    machines: [...mist.machines, ...fans, ...shades.map(({ machine }) => machine), ...lamps],
  }
}

function planMist(draft: Draft, air: Air) {
  const { misting } = draft.house.climate
  const { mist } = draft.climate
  if (misting === undefined) return { memory: mist, machines: [] }
  const inHours = misting.hours === undefined ? null : within(draft, misting.hours)
  const step = stepMisting(misting, mist, air, { t: draft.t, inHours })
  // Whoever stops all water means this water too.
  const wish = draft.paused === null ? step.wish : { value: 0, why: PAUSED }
  const untilT = wish.value === 0 ? undefined : (step.memory.pulseT ?? draft.t) + misting.pulse_s * 1000
  const { device, output } = misting
  const machine: Machine = {
    ...{ id: 'mist', kind: 'mist', name: MISTING, device, output, wish },
    ...(untilT === undefined ? {} : { untilT }),
  }
  return { memory: step.memory, machines: [machine] }
}

function machineOf(
  kind: Machine['kind'],
  { id, name, device, output }: Pick<Machine, 'id' | 'name' | 'device' | 'output'>,
  wish: Wish,
): Machine {
  return { id, kind, name, device, output, wish }
}

function runs(draft: Draft, place: { readonly device: string; readonly output: string }): boolean {
  return outputOf(draft, place).asked > 0
}

/** So long after a start a cloth that is closed waits for its sensors. */
const AWAITED_MS = 300_000

function airOf(draft: Draft): Air {
  const { climate, weather } = draft.house
  return {
    temperature: sensed(draft, climate.temperature),
    humidity: sensed(draft, climate.humidity),
    light: sensed(draft, climate.light),
    wind: sensed(draft, weather.wind),
    awaited: draft.t - draft.bootT < AWAITED_MS,
  }
}

/** Null while nobody knows the time. */
function within(draft: Draft, { from, to }: { readonly from: string; readonly to: string }): boolean | null {
  const now = houseTime(draft)
  if (now === null) return null
  const clock = new Date(draft.layout.clock.shown(now)).toISOString().slice(11, 16)
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to
}

const days = new WeakMap<GrowLamp, { readonly of: number; readonly day: LampDay | null }>()

/** Worked out once a day: the sun is dear to ask, and documents are never changed in place. */
function dayOfLamp(house: Greenhouse, lamp: GrowLamp, now: Utc): LampDay | null {
  const of = Math.floor(now / HOUR_MS)
  const known = days.get(lamp)
  if (known?.of === of) return known.day
  const day = lampDay(house, lamp.day_h, now)
  days.set(lamp, { of, day })
  return day
}

const HOUR_MS = 3_600_000
const HEAT_PATIENCE_MS = 300_000
/** So much must it have cooled or warmed before it is over. */
const BACK_C = 1.5

/** A house that cooks or freezes its crop is told, whatever the fans do. */
function followHeat(draft: Draft): void {
  const { climate } = draft.house
  const temperature = sensed(draft, climate.temperature)
  if (temperature === null) return
  const said = decimal(temperature, 1)
  const detail = { vi: `${said.vi} °C`, en: `${said.en} °C` }
  const raised = (name: 'house-hot' | 'house-cold') => (draft.faults[`${name}/`]?.alarm ?? null) !== null
  const finding = (bad: boolean) => ({
    bad,
    forMs: HEAT_PATIENCE_MS,
    detail,
    value: temperature,
    unit: 'Cel',
  })
  const hot = climate.hot_C - (raised('house-hot') ? BACK_C : 0)
  const cold = climate.cold_C + (raised('house-cold') ? BACK_C : 0)
  judge(draft, 'house-hot', houseSubject(draft), finding(temperature >= hot))
  judge(draft, 'house-cold', houseSubject(draft), finding(temperature <= cold))
}
