/** The process is gone: thrown where it happens, caught where the world called in, never by the product. */
export class PowerCut extends Error {
  constructor() {
    super('the process has ended here')
    this.name = 'PowerCut'
  }
}

/** Runs what belongs to a process; `gone` is told when the process ended in it. */
export function mortally(work: () => void, gone: () => void): void {
  try {
    work()
  } catch (cause) {
    if (!(cause instanceof PowerCut)) throw cause
    gone()
  }
}
