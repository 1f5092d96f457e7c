/** What the operating system says of its own wall clock. */
export interface SystemTime {
  /**
   * Whether the wall clock is synchronized with an outside source right now; false where that cannot be found out.
   * Answers within seconds and never rejects.
   */
  synchronized(): Promise<boolean>
}

/** A system whose clock is always believed, or never. */
export function settledSystemTime(synchronized: boolean): SystemTime {
  return { synchronized: () => Promise.resolve(synchronized) }
}
