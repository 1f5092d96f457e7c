/** What a node told of a command, as rows of its alarm lane at the hub. */
export interface Told {
  readonly outcome: string
  /** All that it says, but for the time, which may be corrected on its way. */
  readonly content: string
}

export interface Evidence {
  /** What the hub says of the command. */
  readonly state: string
  readonly told: readonly Told[]
  /** It was sent to its output; undefined where that cannot be seen. */
  readonly ran: boolean | undefined
  /** How often the hub was put back to an older copy since. */
  readonly restores: number
}

/** As many as a person reads. */
const SAID_MAX = 10
const NOT_RUN = new Set(['refused', 'expired', 'cancelled'])

/**
 * What is not true of a command's record. A command is accepted once and has one outcome, which a hub that was put back
 * is told again as it was; it is not called done that did not run, nor anything that it has not run where it has.
 */
export function untruths({ state, told, ran, restores }: Evidence): readonly string[] {
  const begun = told.filter(({ outcome }) => outcome === 'accepted')
  const ended = told.filter(({ outcome }) => outcome !== 'accepted')
  const different = new Set(ended.map(({ content }) => content)).size > 1
  const often = begun.length > 1 || ended.length > 1 + restores
  const says = told.slice(0, SAID_MAX).map(({ outcome }) => outcome)
  return [
    ...(different || often ? [`has outcomes ${says.join(', ')}, after ${restores} restores`] : []),
    ...(ran === true && NOT_RUN.has(state) ? [`ran, and is called "${state}"`] : []),
    ...(ran === false && state === 'done' ? ['did not run, and is called "done"'] : []),
  ]
}
