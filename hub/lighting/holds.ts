import type { LampHold } from '../api/lighting-schema.ts'
import type { LightCommand } from '../commands/commands.ts'
import { lampsOf, type StreetDocument } from './street-document.ts'

/** What a `failed` command may say and hold its lamps all the same: some of them have not shown it yet. */
const UNCONFIRMED = 'LIGHT_UNCONFIRMED'

/**
 * Who holds which lamp: of the commands in force that name it an emergency before the others, then the newest. The node
 * decides; this is the same rule over what it has said of each command. `commands` are the street's, newest first.
 */
export function holdsOf(
  street: StreetDocument,
  commands: readonly LightCommand[],
  now: number,
): ReadonlyMap<string, LampHold> {
  const holds = new Map<string, LampHold>()
  const emergencies = new Set<string>()
  for (const { command, lamps } of inForce(street, commands, now)) {
    const { view } = command
    const hold = { command: view.id, who: view.who, level: levelOf(command), until: untilOf(command) }
    const emergency = view.class === 'emergency'
    for (const lamp of lamps) {
      if (holds.has(lamp) && !(emergency && !emergencies.has(lamp))) continue
      holds.set(lamp, hold)
      if (emergency) emergencies.add(lamp)
    }
  }
  return holds
}

/** Commands that hold lamps, with those that no later release has let go; newest first. */
function inForce(street: StreetDocument, commands: readonly LightCommand[], now: number) {
  const releases: Release[] = []
  return commands.flatMap((command) => {
    const { action } = command
    if (action.type === 'light-release') {
      if (hasRun(command)) releases.push(releaseOf(street, action))
      return []
    }
    if (!isHeld(command, now)) return []
    const freeing = releases.filter(
      (release) => release.command === undefined || release.command === command.view.id,
    )
    const lamps = [...lampsOf(street, action.target)].filter(
      (lamp) => !freeing.some(({ lamps }) => lamps.has(lamp)),
    )
    return lamps.length === 0 ? [] : [{ command, lamps }]
  })
}

interface Release {
  /** Left out, every older one. */
  readonly command: string | undefined
  readonly lamps: Pick<ReadonlySet<string>, 'has'>
}

const ALL: Release['lamps'] = { has: () => true }

function releaseOf(
  street: StreetDocument,
  { command, target }: Extract<LightCommand['action'], { readonly type: 'light-release' }>,
): Release {
  return { command, lamps: target === undefined ? ALL : lampsOf(street, target) }
}

/** Whether a release of all that this command holds has been given and is not refused: nobody need ask for it again. */
export function isBeingReleased(id: string, commands: readonly LightCommand[]): boolean {
  return commands.some(
    ({ action, view }) =>
      action.type === 'light-release' &&
      action.command === id &&
      action.target === undefined &&
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

function hasRun({ view }: LightCommand): boolean {
  return view.state === 'accepted' || view.state === 'done'
}

function isHeld(command: LightCommand, now: number): boolean {
  const { view, end } = command
  const held = hasRun(command) || (view.state === 'failed' && end?.code === UNCONFIRMED)
  return held && view.acceptedAt !== null && now < (untilOf(command) ?? Number.POSITIVE_INFINITY)
}
