import type { Account } from '../../account.ts'

const MAY_ORDER: readonly string[] = ['operator', 'admin']

/** The hub decides; this only spares people buttons that it would refuse. */
export function mayTouchLights(account: Account | undefined): boolean {
  if (account === undefined || !MAY_ORDER.includes(account.role)) return false
  return account.verticals === undefined || account.verticals.includes('lighting')
}
