/** The only way to randomness, so that a simulation repeats from its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  bytes(count: number): Uint8Array
}

/** Uniform integer in [from, to]. */
export function integer(random: Random, from: number, to: number): number {
  return from + Math.floor(random.next() * (to - from + 1))
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
