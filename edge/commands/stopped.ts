import type { CommandAction } from '../../core/wire/commands.ts'
import type { OutputPlace } from '../../devices/define.ts'

/** What a person has stopped: all water of a greenhouse, or that of one of its zones. */
export interface StoppedWater {
  readonly station: string
  /** Left out, all of them. */
  readonly zone?: string
  /** What lets that water run, and at which value it rests; undefined where nobody knows. */
  readonly outputs: readonly (OutputPlace & { readonly safe: number | undefined })[]
  readonly who: string
}

/** Whether an action would let stopped water run. Not one that shuts, stops, or only lets go. */
export function isStopped(action: CommandAction, { station, zone, outputs }: StoppedWater): boolean {
  switch (action.type) {
    case 'drive':
    case 'hold': {
      const { device, output, value } = action
      const place = outputs.find((one) => one.device === device && one.output === output)
      return place !== undefined && value !== null && value !== place.safe
    }
    case 'water':
      return action.station === station && (zone === undefined || action.zone === zone)
    case 'water-resume':
      return action.station === station && zone === undefined
    case 'water-stop':
    case 'interlock-reset':
    case 'silence':
    case 'unsilence':
    case 'self-test':
    case 'light':
    case 'light-release':
      return false
  }
}
