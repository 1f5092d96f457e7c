import type { CommandAction, WaterAmount } from '../../../../core/wire/commands.ts'
import type { FarmView } from '../../../api/farm-schema.ts'
import type { CommandView } from '../../../api/schema.ts'
import type { Order } from '../../command-order.ts'
import { orderWords } from '../../parts/command-list.ts'
import type { FarmContext } from './context.ts'

/** Orders to a greenhouse: momentary ones, which a node that comes back much later does not run any more. */

/** To stop is right for longer than to water: whoever asked for it still wants it when the line is back. */
const STOP_FOR_S = 600

export interface Watering {
  readonly zone: string
  readonly amount: WaterAmount
  /** '' for plain water. */
  readonly recipe: string
}

export function waterOrder(station: string, { zone, amount, recipe }: Watering, why: string): Order {
  const fed = recipe === '' ? {} : { recipe }
  return momentary({ type: 'water', station, zone, amount, ...fed }, why)
}

export function stopOrder(station: string, zone: string | undefined, why: string): Order {
  const action: CommandAction = { type: 'water-stop', station, ...(zone === undefined ? {} : { zone }) }
  return { ...momentary(action, why), expires_s: STOP_FOR_S }
}

export function resumeOrder(station: string, why: string): Order {
  return momentary({ type: 'water-resume', station }, why)
}

export function resetOrder(output: { readonly device: string; readonly output: string }, why: string): Order {
  return momentary({ type: 'interlock-reset', device: output.device, output: output.output }, why)
}

function momentary(action: CommandAction, why: string): Order {
  return { class: 'momentary', action, why }
}

/** Whether a command is about this greenhouse: its water, or one of its outputs. */
export function isOfHouse({ action }: Pick<CommandView, 'action'>, house: FarmView): boolean {
  if ('station' in action) return action.station === house.id
  return house.outputs.some(({ device, output }) => device === action.device && output === action.output)
}

/** What a command asks, by the names that people have for zones and outputs here. */
export function farmOrderWords(command: CommandView, house: FarmView, context: FarmContext): string {
  const { voice, farm } = context
  const { language } = voice
  const zoneName = (id: string) => house.zones.find((zone) => zone.id === id)?.name[language] ?? id
  const { action } = command
  switch (action.type) {
    case 'water': {
      const zone = zoneName(action.zone)
      const amount = amountWords(action.amount, context)
      if (action.recipe === undefined) return farm('orderWater', { zone, amount })
      const recipe = house.recipes.find(({ id }) => id === action.recipe)?.name ?? action.recipe
      return farm('orderWaterFed', { zone, amount, recipe })
    }
    case 'water-stop':
      return action.zone === undefined ? farm('stopAll') : farm('orderStop', { zone: zoneName(action.zone) })
    case 'water-resume':
      return farm('resume')
    case 'interlock-reset':
      return farm('orderReset', { output: outputName(action, house, language) })
    default:
      return orderWords(command, voice)
  }
}

export function amountWords(amount: WaterAmount, { voice, farm }: FarmContext): string {
  const number = (value: number) => voice.format.number(value, Number.isInteger(value) ? 0 : 1)
  return 'minutes' in amount
    ? `${number(amount.minutes)} ${farm('inMinutes')}`
    : `${number(amount.litres)} ${farm('inLitres')}`
}

function outputName(
  { device, output }: { readonly device: string; readonly output: string },
  { outputs }: FarmView,
  language: 'vi' | 'en',
): string {
  const found = outputs.find((one) => one.device === device && one.output === output)
  return found?.name[language] ?? `${device}/${output}`
}
