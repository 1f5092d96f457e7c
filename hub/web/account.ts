/** Who is signed in; on a demonstration, the one at this machine. */
export interface Account {
  readonly name: string
  readonly role: string
  /** What the account may touch; absent is everything. */
  readonly verticals?: readonly string[]
}

const MAY_ORDER: readonly string[] = ['operator', 'admin']

/** The hub decides; this only spares people buttons that it would refuse. */
export function mayTouch(account: Account | undefined, vertical: string): boolean {
  if (account === undefined || !MAY_ORDER.includes(account.role)) return false
  return account.verticals === undefined || account.verticals.includes(vertical)
}
