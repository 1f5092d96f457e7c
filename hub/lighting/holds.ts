import type { LampHold } from '../api/lighting-schema.ts'
import type { LightCommand } from '../commands/commands.ts'
import { lampsOf, type StreetDocument } from './street-document.ts'

/** What a `failed` command may say and hold its lamps all the same: some of them have not shown it yet. */
const UNCONFIRMED = 'LIGHT_UNCONFIRMED'

/**
 * Who holds which lamp: of the commands in force the newest that names it. The node decides; this is the same rule over
 * what it has said of each command. `commands` are the street's, newest first.
 */
export function holdsOf(
  street: StreetDocument,
  commands: readonly LightCommand[],
  now: number,
): ReadonlyMap<string, LampHold> {
  const holds = new Map<string, LampHold>()
  const released = createReleased(street)
  for (const command of commands) {
    if (command.action.type === 'light-release') {
      if (hasRun(command)) released.add(command.action)
      continue
    }
    if (!isHeld(command, now) || released.commands.has(command.view.id)) continue
    const { view } = command
    const hold = { command: view.id, who: view.who, level: levelOf(command), until: untilOf(command) }
    for (const lamp of lampsOf(street, command.action.target))
      if (!holds.has(lamp) && !released.lamps.has(lamp)) holds.set(lamp, hold)
  }
  return holds
}

/** Whether a release that names this command has been given and is not refused: nobody need ask for it again. */
export function isBeingReleased(id: string, commands: readonly LightCommand[]): boolean {
  return commands.some(
    ({ action, view }) =>
      action.type === 'light-release' &&
      action.command === id &&
      !['refused', 'failed', 'expired', 'cancelled'].includes(view.state),
  )
}

/** The level in force: the node says where it had to give another than was asked. */
export function levelOf({ action, accepted }: LightCommand): number {
  if (typeof accepted.level === 'number') return accepted.level
  return action.type === 'light' ? action.level : 0
}

/** When it ends by itself. */
export function untilOf({ action, view }: LightCommand): number | null {
  if (action.type !== 'light' || action.for_s === undefined || view.acceptedAt === null) return null
  return view.acceptedAt + action.for_s * 1_000
}

/** What releases asked for, newest first: what they name of commands that are older still is let go. */
function createReleased(street: StreetDocument) {
  const commands = new Set<string>()
  const lamps = new Set<string>()
  return {
    commands,
    lamps,
    add({ command, target }: Extract<LightCommand['action'], { readonly type: 'light-release' }>): void {
      if (command !== undefined) commands.add(command)
      else for (const lamp of lampsOf(street, target ?? { all: true })) lamps.add(lamp)
    },
  }
}

function hasRun({ view }: LightCommand): boolean {
  return view.state === 'accepted' || view.state === 'done'
}

function isHeld(command: LightCommand, now: number): boolean {
  const { view, end } = command
  const held = hasRun(command) || (view.state === 'failed' && end?.code === UNCONFIRMED)
  return held && view.acceptedAt !== null && now < (untilOf(command) ?? Number.POSITIVE_INFINITY)
}
