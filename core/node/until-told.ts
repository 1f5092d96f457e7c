/** Resolves when the process is asked to end: Ctrl-C, SIGTERM, or a supervisor's SIGINT. */
export function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}
