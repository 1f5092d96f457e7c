/** Who is signed in; on a demonstration, the one at this machine. */
export interface Account {
  readonly name: string
  readonly role: string
  /** What the account may touch; absent is everything. */
  readonly verticals?: readonly string[]
}
