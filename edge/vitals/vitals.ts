/** Numbers of the node itself by channel, in the units of core/documents/node-points.ts. */
export type Vitals = Readonly<Record<string, number>>

/** One place where the node learns about itself. What it cannot tell it leaves out. */
export interface VitalSource {
  readonly name: string
  /** Returns at once what costs nothing to know; whatever may wait for hardware answers later. */
  read(): Vitals | Promise<Vitals>
}

/**
 * Asks every source and tells each answer as it comes. A source that has not answered yet is not asked again: a fuel
 * gauge on a stuck bus holds up nothing but itself. One that fails says nothing.
 */
export function createVitals(sources: readonly VitalSource[]): (tell: (values: Vitals) => void) => void {
  const asked = new Set<VitalSource>()
  return (tell) => {
    for (const source of sources) {
      if (asked.has(source)) continue
      const answer = source.read()
      if (!(answer instanceof Promise)) {
        tell(answer)
        continue
      }
      asked.add(source)
      answer.then(tell, () => {}).finally(() => asked.delete(source))
    }
  }
}

/** The numbers among what was read: a sensor that a board lists and does not have reads as nonsense. */
export function numbersOnly(values: Readonly<Record<string, number | undefined>>): Vitals {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]),
    ),
  )
}
