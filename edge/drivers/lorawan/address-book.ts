import type { DeviceLink, Session } from './session.ts'

export interface Owner {
  readonly link: DeviceLink
  readonly session: Session
}

export interface AddressBook {
  /** All sessions with this DevAddr: addresses may collide, the integrity check tells them apart. */
  owners(devAddr: number): readonly Owner[]
  add(link: DeviceLink, session: Session): void
  remove(session: Session): void
}

export function createAddressBook(): AddressBook {
  const book = new Map<number, readonly Owner[]>()
  return {
    owners: (devAddr) => book.get(devAddr) ?? [],
    add(link, session) {
      book.set(session.devAddr, [...(book.get(session.devAddr) ?? []), { link, session }])
    },
    remove(session) {
      const left = (book.get(session.devAddr) ?? []).filter((owner) => owner.session !== session)
      if (left.length === 0) book.delete(session.devAddr)
      else book.set(session.devAddr, left)
    },
  }
}
