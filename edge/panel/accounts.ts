import { type Fault, FaultError, fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { hashSecret, parseHash, type SecretHash } from '../../core/scrypt.ts'
import { guarded, type Refusals } from '../refusals.ts'
import { type AccountChange, type NewAccount, type PanelRole, PIN_DIGITS } from './api-types.ts'

/** A person of the farm. The PIN is kept as its hash alone. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly role: PanelRole
  readonly hash: string
}

/** Who may use the panel. What returns ok is on disk, as far as the disk takes anything; nothing is half-done. */
export interface Accounts {
  /** By name: a person finds the own one where it was yesterday. */
  list(): readonly Account[]
  find(id: string): Account | undefined
  hasOwner(): boolean
  /** Faults: PIN_UNSOUND, PIN_TOO_EASY, ACCOUNT_NAME_TAKEN, ACCOUNTS_FULL, those of the disk. */
  add(asked: NewAccount): Promise<Result<Account>>
  /** One whose PIN is known by its hash alone; only where there is no owner yet. */
  seed(owner: { readonly name: string; readonly pinHash: string }): void
  /** The same, and ACCOUNT_UNKNOWN, ACCOUNT_LAST_OWNER. */
  change(id: string, asked: AccountChange): Promise<Result<Account>>
  /** Faults: ACCOUNT_UNKNOWN, ACCOUNT_LAST_OWNER, those of the disk. */
  remove(id: string): Result<void>
}

export const ACCOUNTS_MAX = 32
const ID_BYTES = 6

const TABLE = `CREATE TABLE IF NOT EXISTS account (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL
) STRICT, WITHOUT ROWID`

export function createAccounts(parts: {
  readonly store: SqlStore
  readonly random: Random
  readonly refusals: Refusals
}): Accounts {
  const { store, random, refusals } = parts
  const accounts = new Map<string, Account>()
  guarded(refusals, 'panel', () => {
    store.exec(TABLE)
    for (const { id, name, role, hash } of store.prepare('SELECT * FROM account').all()) {
      const known = role === 'owner' || role === 'member'
      if (!known || parseHash(String(hash)) === undefined) continue
      accounts.set(String(id), { id: String(id), name: String(name), role, hash: String(hash) })
    }
  })
  const write = (account: Account): Result<Account> => {
    const { id, name, role, hash } = account
    const written = onDisk(() => {
      const sql =
        'INSERT INTO account VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, hash = excluded.hash'
      store.prepare(sql).run(id, name, role, hash)
    })
    if (!written.ok) return written
    accounts.set(id, account)
    return ok(account)
  }
  const owners = () => [...accounts.values()].filter(({ role }) => role === 'owner')
  const lastOwner = (id: string) => owners().every((owner) => owner.id === id)
  const nameTaken = (name: string, id?: string) =>
    [...accounts.values()].some((other) => other.id !== id && sameName(other.name, name))
      ? fault('ACCOUNT_NAME_TAKEN', { name })
      : undefined
  const full = () =>
    accounts.size >= ACCOUNTS_MAX ? fault('ACCOUNTS_FULL', { max: ACCOUNTS_MAX }) : undefined

  return {
    list: () => [...accounts.values()].toSorted((one, other) => one.name.localeCompare(other.name, 'vi')),
    find: (id) => accounts.get(id),
    hasOwner: () => owners().length > 0,
    async add({ name, role, pin }) {
      const called = asSeen(name)
      const refusal = () => pinFault(pin, role) ?? nameTaken(called) ?? full()
      const early = refusal()
      if (early !== undefined) return err(early)
      const hash = await hashSecret(pin, random)
      // Somebody else may have been added meanwhile.
      const late = refusal()
      if (late !== undefined) return err(late)
      return write({ id: hex(random.bytes(ID_BYTES)), name: called, role, hash })
    },
    seed({ name, pinHash }) {
      if (owners().length > 0) return
      const written = write({
        ...{ id: hex(random.bytes(ID_BYTES)), name: asSeen(name), role: 'owner', hash: pinHash },
      })
      if (!written.ok) refusals.note(written.error, 'panel')
    },
    async change(id, asked) {
      const name = asked.name === undefined ? undefined : asSeen(asked.name)
      const refusal = (): Fault | undefined => {
        const present = accounts.get(id)
        if (present === undefined) return fault('ACCOUNT_UNKNOWN')
        const role = asked.role ?? present.role
        if (role !== 'owner' && lastOwner(id)) return fault('ACCOUNT_LAST_OWNER')
        if (asked.pin !== undefined) return pinFault(asked.pin, role) ?? nameTaken(name ?? present.name, id)
        // A member's short PIN does not make an owner.
        if (role === 'owner' && present.role !== 'owner')
          return fault('PIN_UNSOUND', { digits: PIN_DIGITS.owner, most: PIN_DIGITS.most })
        return nameTaken(name ?? present.name, id)
      }
      const early = refusal()
      if (early !== undefined) return err(early)
      const hash = asked.pin === undefined ? undefined : await hashSecret(asked.pin, random)
      const late = refusal()
      const present = accounts.get(id)
      if (late !== undefined || present === undefined) return err(late ?? fault('ACCOUNT_UNKNOWN'))
      return write({
        id,
        name: name ?? present.name,
        role: asked.role ?? present.role,
        hash: hash ?? present.hash,
      })
    },
    remove(id) {
      if (!accounts.has(id)) return err(fault('ACCOUNT_UNKNOWN'))
      if (lastOwner(id)) return err(fault('ACCOUNT_LAST_OWNER'))
      const written = onDisk(() => void store.prepare('DELETE FROM account WHERE id = ?').run(id))
      if (written.ok) accounts.delete(id)
      return written
    },
  }
}

/** PIN_UNSOUND or PIN_TOO_EASY; undefined for one that may be used. */
export function pinFault(pin: string, role: PanelRole): Fault | undefined {
  const digits = PIN_DIGITS[role]
  if (!/^[0-9]+$/.test(pin) || pin.length < digits || pin.length > PIN_DIGITS.most)
    return fault('PIN_UNSOUND', { digits, most: PIN_DIGITS.most })
  const steps = new Set(
    [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10),
  )
  const easy = steps.size === 1 && [0, 1, 9].some((step) => steps.has(step))
  return easy ? fault('PIN_TOO_EASY') : undefined
}

/** Its hash as it is checked; that of nobody where there is no such account, so that an answer takes as long. */
export function hashOf(account: Account | undefined): SecretHash | undefined {
  return parseHash(account?.hash ?? NOBODY)
}
const NOBODY = `scrypt$16384$8$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`

/** Whether people would take two names for the same, however a keyboard has put them together. */
export function sameName(one: string, other: string): boolean {
  const plain = (name: string) => asSeen(name).normalize('NFKC').toLocaleLowerCase('vi')
  return plain(one) === plain(other)
}

/** A name without what nobody sees of it: spaces around it, marks of width and direction. */
function asSeen(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
}

function onDisk(work: () => void): Result<void> {
  try {
    work()
    return ok(undefined)
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    return err(cause.fault)
  }
}
