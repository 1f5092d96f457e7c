import { type Fault, fault } from '../errors.ts'
import type { Command, CommandAction, CommandClass } from './commands.ts'

/** The classes that each action may come as; both sides refuse any other. */
const CLASSES: Readonly<Record<CommandAction['type'], readonly CommandClass[]>> = {
  drive: ['momentary', 'emergency'],
  hold: ['setting'],
  silence: ['momentary'],
  unsilence: ['momentary'],
  'self-test': ['momentary'],
  light: ['momentary', 'emergency', 'setting'],
  'light-release': ['setting'],
  water: ['momentary'],
  'water-stop': ['momentary', 'emergency'],
  'water-resume': ['momentary'],
  'interlock-reset': ['momentary'],
}

/**
 * Why a command may not be given at all: COMMAND_CLASS_WRONG, COMMAND_OVERRIDE_REFUSED, LIGHT_TIME_WRONG,
 * LIGHT_RELEASE_UNCLEAR; undefined where it may.
 */
export function misgiven({ class: given, action }: Pick<Command, 'class' | 'action'>): Fault | undefined {
  if (!CLASSES[action.type].includes(given))
    return fault('COMMAND_CLASS_WRONG', { action: action.type, class: given })
  if ('override' in action && action.override === true && given !== 'emergency')
    return fault('COMMAND_OVERRIDE_REFUSED')
  switch (action.type) {
    case 'light':
      return (action.for_s === undefined) === (given === 'setting')
        ? undefined
        : fault('LIGHT_TIME_WRONG', { class: given })
    case 'light-release':
      return (action.target === undefined) === (action.command === undefined)
        ? fault('LIGHT_RELEASE_UNCLEAR')
        : undefined
    default:
      return undefined
  }
}
