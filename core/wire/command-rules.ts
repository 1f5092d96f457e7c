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
}

/** Why a command may not be given at all: COMMAND_CLASS_WRONG, COMMAND_OVERRIDE_REFUSED; undefined where it may. */
export function misgiven({ class: given, action }: Pick<Command, 'class' | 'action'>): Fault | undefined {
  if (!CLASSES[action.type].includes(given))
    return fault('COMMAND_CLASS_WRONG', { action: action.type, class: given })
  const overrides = action.type === 'drive' && action.override === true
  return overrides && given !== 'emergency' ? fault('COMMAND_OVERRIDE_REFUSED') : undefined
}
