/** A contender does its round and returns its figures, always the same ones in the same order. */
export type Contender = (round: number) => Promise<readonly number[]>

/**
 * Runs contenders in turn, so that whatever else the machine does falls on all of them; who begins changes with each
 * round. Returns for each contender its figures, each with a value per round.
 */
export async function interleaved<const Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Readonly<Record<Name, readonly (readonly number[])[]>>> {
  const names = Object.keys(contenders) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as number[][]])) as Record<
    Name,
    number[][]
  >
  for (let round = 0; round < rounds; round++) {
    const order = names
      .map((_, index) => names[(index + round) % names.length])
      .filter((name) => name !== undefined)
    for (const name of order) {
      const values = await contenders[name](round)
      for (const [index, value] of values.entries()) {
        results[name][index] = [...(results[name][index] ?? []), value]
      }
    }
  }
  return results
}

/** Seconds that `work` took. */
export async function seconds(work: () => void | Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** Asks every few milliseconds until it is so; throws with `what` after `within_ms`. */
export async function until(
  what: string,
  within_ms: number,
  holds: () => boolean | Promise<boolean>,
  every_ms = 10,
): Promise<void> {
  const end = performance.now() + within_ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${within_ms} ms`)
    await pause(every_ms)
  }
}

export function pause(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms))
}
