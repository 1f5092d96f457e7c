/** What the operating system says of its own wall clock. */
export interface SystemTime {
  /**
   * Whether the wall clock is synchronized with an outside source right now; false where that cannot be found out.
   * Answers within seconds and never rejects.
   */
  synchronized(): Promise<boolean>
}
