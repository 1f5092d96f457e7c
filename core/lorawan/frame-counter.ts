/** A counter that jumps ahead by more than this is refused (LoRaWAN 1.0.x, MAX_FCNT_GAP). */
export const FCNT_GAP_MAX = 16_384

const SPAN = 0x1_0000

/**
 * The 32-bit uplink counter behind the 16 bits on the air. `next` is the lowest counter not yet seen.
 * The one just below `next` is a retransmission; every other one is taken as lying ahead.
 */
export function fullCounter(next: number, low16: number): number {
  const ahead = (low16 - (next % SPAN) + SPAN) % SPAN
  return ahead === SPAN - 1 && next > 0 ? next - 1 : next + ahead
}

/** What the counter would be if the frame were an old one instead of one far ahead; undefined when there is none. */
export function earlierCounter(next: number, low16: number): number | undefined {
  const full = next + ((low16 - (next % SPAN) + SPAN) % SPAN)
  return full >= SPAN ? full - SPAN : undefined
}
