/**
 * Addresses from which somebody signed in has asked lately. It proves nothing: it only says for whom room is kept when
 * strangers open as many connections as there are.
 */
export interface FamilyAddresses {
  note(address: string): void
  has(address: string): boolean
}

/** The one that asked longest ago is forgotten when there are more. */
const ADDRESSES_MAX = 64

export function createFamilyAddresses(): FamilyAddresses {
  const known = new Set<string>()
  return {
    note(address) {
      known.delete(address)
      known.add(address)
      const [oldest] = known
      if (known.size > ADDRESSES_MAX && oldest !== undefined) known.delete(oldest)
    },
    has: (address) => known.has(address),
  }
}
