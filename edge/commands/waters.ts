import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { Command, CommandAction } from '../../core/wire/commands.ts'
import type { GreenhouseInput, WaterOrder } from '../control/greenhouse/inputs.ts'
import type { Begun, End } from './end.ts'

/** How far an order has come, as the greenhouse's controller tells it. */
export type WaterProgress =
  | { readonly stage: 'waits' | 'runs' }
  | {
      readonly stage: 'over'
      /** What was asked has been given, as far as the zone's limits allow. */
      readonly good: boolean
      readonly text: Text
      readonly entry: { readonly L: number; readonly s: number }
    }

/** A greenhouse as commands and the panel see it. */
export interface WateredHouse {
  /** Why an order would not be taken now. Faults: GREENHOUSE_… */
  refusal(order: Pick<WaterOrder, 'zone' | 'recipe'>): Fault | undefined
  /** Null where nothing is known of it (any more). */
  progress(order: string): WaterProgress | null
  /** GREENHOUSE_ZONE_UNKNOWN, GREENHOUSE_PROGRAM_UNKNOWN; undefined for what is there. */
  unknownZone(zone: string): Fault | undefined
  unknownProgram(program: string): Fault | undefined
  /** Told and written down before this returns. */
  input(
    given: Extract<GreenhouseInput, { type: 'water' | 'water-stop' | 'water-resume' | 'program-skip' }>,
  ): void
}

/**
 * Commands to water. The greenhouse's controller queues, waters and remembers, over restarts; here is what becomes of
 * the command: accepted, done once its run has ended as asked, failed with the reason otherwise.
 */
export interface Waters {
  water(command: Command, action: Water, ended: (end: End) => void): End | Begun
  stop(command: Pick<Command, 'who'>, action: Stop): End
  goOn(command: Pick<Command, 'who'>, action: GoOn): End
  /** After a restart: watches on where the greenhouse still knows what was asked; undefined where it does not. */
  resume(command: Command, ended: (end: End) => void): Begun | undefined
  tick(): void
}

type Water = Extract<CommandAction, { type: 'water' }>
type Stop = Extract<CommandAction, { type: 'water-stop' }>
type GoOn = Extract<CommandAction, { type: 'water-resume' }>

interface Watch {
  readonly house: WateredHouse
  readonly zone: string
  readonly ended: (end: End) => void
}

export function createWaters(parts: {
  /** Fault: STATION_UNKNOWN. */
  house(id: string): Result<WateredHouse>
}): Waters {
  /** As many as greenhouses keep runs, and no more: each ends with its run. */
  const watches = new Map<string, Watch>()

  return {
    water({ id, who, why }, { station, zone, amount, recipe }, ended) {
      const found = parts.house(station)
      if (!found.ok) return refused(found.error)
      const house = found.value
      const asked = { zone, amount, ...(recipe === undefined ? {} : { recipe }) }
      const refusal = house.refusal(asked)
      if (refusal !== undefined) return refused(refusal)
      house.input({ type: 'water', ...asked, who, why, order: id })
      const end = endOf(house.progress(id), zone)
      if (end !== undefined) return end
      watches.set(id, { house, zone, ended })
      return { outcome: 'accepted' }
    },
    stop({ who }, { station, zone }) {
      const found = parts.house(station)
      if (!found.ok) return refused(found.error)
      const stopped = stopByHand(found.value, zone, who)
      return stopped.ok ? { outcome: 'done' } : refused(stopped.error)
    },
    goOn({ who }, { station }) {
      const found = parts.house(station)
      if (!found.ok) return refused(found.error)
      found.value.input({ type: 'water-resume', who })
      return { outcome: 'done' }
    },
    resume({ id, action }, ended) {
      if (action.type !== 'water') return undefined
      const found = parts.house(action.station)
      if (!found.ok || found.value.progress(id) === null) return undefined
      watches.set(id, { house: found.value, zone: action.zone, ended })
      return { outcome: 'accepted' }
    },
    tick() {
      for (const [id, { house, zone, ended }] of watches) {
        const end = endOf(house.progress(id), zone)
        if (end === undefined) continue
        watches.delete(id)
        ended(end)
      }
    },
  }
}

/** Water that a person at the site asks for; `order` is an id that nobody else uses. Faults: GREENHOUSE_… */
export function waterByHand(
  house: WateredHouse,
  asked: Pick<WaterOrder, 'zone' | 'amount' | 'recipe' | 'who'>,
  order: string,
): Result<void> {
  const refusal = house.refusal(asked)
  return refusal === undefined ? ok(house.input({ type: 'water', ...asked, why: '', order })) : err(refusal)
}

/** Ends what one zone has running, or all water. Fault: GREENHOUSE_ZONE_UNKNOWN. */
export function stopByHand(house: WateredHouse, zone: string | undefined, who: string): Result<void> {
  const unknown = zone === undefined ? undefined : house.unknownZone(zone)
  if (unknown !== undefined) return err(unknown)
  return ok(house.input({ type: 'water-stop', who, ...(zone === undefined ? {} : { zone }) }))
}

function refused(problem: Fault): End {
  return { outcome: 'refused', problem }
}

/** Undefined while it waits or runs. */
function endOf(progress: WaterProgress | null, zone: string): End | undefined {
  if (progress === null) return { outcome: 'failed', problem: fault('WATER_FORGOTTEN', { zone }) }
  if (progress.stage !== 'over') return undefined
  const { good, text, entry } = progress
  const given = { litres: Math.round(entry.L * 10) / 10, minutes: Math.round(entry.s / 6) / 10 }
  if (good) return { outcome: 'done', details: { ...given, end: text.en, end_vi: text.vi } }
  const details = { zone, ...given, reason: text.en, reason_vi: text.vi }
  return { outcome: 'failed', problem: fault('WATER_ENDED_EARLY', details) }
}
