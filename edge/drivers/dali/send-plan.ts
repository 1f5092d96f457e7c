import { command, EVERY_GEAR, gear, goToScene, toArc } from '../../../devices/codecs/dali-commands.ts'

/** A gear as the plan sees it. */
export interface Player {
  readonly address: number
  /** The arc level that it should have; undefined while nobody has said. */
  readonly arc: number | undefined
  /** It has not been told yet. */
  readonly pending: boolean
  readonly urgent: boolean
}

/** Gears that one frame reaches together, and the level that each of them takes from it. */
export interface Chorus {
  readonly target:
    | { readonly kind: 'group'; readonly group: number }
    | { readonly kind: 'scene'; readonly scene: number }
  /** All gears that it reaches, whoever wants what; a scene's with its level of each. */
  readonly members: ReadonlyMap<number, number | undefined>
}

export interface Telling {
  readonly forward: number
  /** Gears that were waiting for it. */
  readonly addresses: readonly number[]
}

/** One frame for two or more is worth a group command. */
const CHORUS_MIN = 2

/**
 * The frame that tells the most gears at once what they wait for, urgent ones first; undefined when none waits. A frame
 * to several is chosen only where each gear that hears it wants just that level: nobody is told what he did not ask.
 */
export function nextTelling(players: readonly Player[], choruses: readonly Chorus[]): Telling | undefined {
  const waiting = players.filter(({ pending, arc }) => pending && arc !== undefined)
  const [first] = waiting.toSorted((a, b) => Number(b.urgent) - Number(a.urgent))
  if (first?.arc === undefined) return undefined
  const candidates = [everyGear(players, first.arc), ...choruses.map((chorus) => inChorus(players, chorus))]
  const best = candidates
    .filter((telling) => telling !== undefined && telling.addresses.length >= CHORUS_MIN)
    .filter((telling) => telling?.addresses.includes(first.address))
    .reduce<Telling | undefined>(
      (most, telling) => ((telling?.addresses.length ?? 0) > (most?.addresses.length ?? 0) ? telling : most),
      undefined,
    )
  return best ?? { forward: level(gear(first.address), first.arc, first.urgent), addresses: [first.address] }
}

function everyGear(players: readonly Player[], arc: number): Telling | undefined {
  if (!players.every((player) => player.arc === arc)) return undefined
  return {
    forward: level(
      EVERY_GEAR,
      arc,
      players.some(({ urgent }) => urgent),
    ),
    addresses: pendingOf(players),
  }
}

function inChorus(players: readonly Player[], { target, members }: Chorus): Telling | undefined {
  const reached = players.filter(({ address }) => members.has(address))
  const [first] = reached
  if (first?.arc === undefined) return undefined
  const arc = first.arc
  const agreed = reached.every((player) => player.arc === (members.get(player.address) ?? arc))
  if (!agreed) return undefined
  const addresses = pendingOf(reached)
  if (target.kind === 'scene') return { forward: goToScene(EVERY_GEAR, target.scene), addresses }
  return {
    forward: level(
      target,
      arc,
      reached.some(({ urgent }) => urgent),
    ),
    addresses,
  }
}

function pendingOf(players: readonly Player[]): readonly number[] {
  return players.filter(({ pending }) => pending).map(({ address }) => address)
}

/** What is urgent goes out at once, without the fade. */
function level(target: Parameters<typeof toArc>[0], arc: number, urgent: boolean): number {
  return urgent && arc === 0 ? command(target, 'off') : toArc(target, arc)
}
