import type { Channel, Output } from '../define.ts'
import { relayState } from './states.ts'

/**
 * A siren or a beacon left on by a dead agent falls silent after this long; a living agent tells it again well before.
 * Longer than the gaps that a busy radio makes, shorter than a neighbourhood's patience.
 */
export const RELAY_DEAD_MAN_S = 900

/** A relay: open (0) is safe. It is read back on the channel of the same name. */
export function relay(number: number, timedS: number): Output {
  return {
    label: relayState(number).label,
    min: 0,
    max: 1,
    safe: 0,
    powerUp: 0,
    deadManS: RELAY_DEAD_MAN_S,
    timedS,
    readBack: `relay${number}`,
  }
}

/** `relay1` to `relay{count}`: the outputs and the channels that read them back. */
export function relays(
  count: number,
  timedS: number,
): {
  readonly outputs: Readonly<Record<string, Output>>
  readonly telemetry: Readonly<Record<string, Channel>>
} {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return {
    outputs: Object.fromEntries(numbers.map((number) => [`relay${number}`, relay(number, timedS)])),
    telemetry: Object.fromEntries(numbers.map((number) => [`relay${number}`, relayState(number)])),
  }
}
