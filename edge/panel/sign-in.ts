import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import { oneAtATime } from '../../core/one-at-a-time.ts'
import type { Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { verifySecret } from '../../core/scrypt.ts'
import { type Account, type Accounts, hashOf } from './accounts.ts'
import type { Setup } from './api-types.ts'
import { LockKey, type Lockout } from './lockout.ts'

/** Who tries, and so of what it is counted: a phone that is signed in, one that this account once was, or an address. */
export type TriedFrom =
  | { readonly session: string }
  | { readonly address: string; readonly phone: string | undefined }

/** How people prove who they are. */
export interface SignIn {
  /** Faults: PIN_WRONG, PIN_LOCKED, HTTP_TOO_MANY. */
  withPin(account: string, pin: string, from: TriedFrom): Promise<Result<Account>>
  /** A code that makes one owner, once and within an hour: for whoever stands at the node. */
  mintCode(): string
  /** A new owner. Faults: SETUP_CODE_WRONG, PIN_LOCKED, and what accounts refuse, after which the code still works. */
  withCode(setup: Setup, address: string): Promise<Result<Account>>
}

export const CODE_MS = 3_600_000
const CODE_DIGITS = 8
/** PINs that wait to be checked, one at a time: a node has better uses for its processor. Some places are the family's. */
const CHECKS_MAX = 8
const STRANGERS_CHECKS_MAX = 6

export function createSignIn(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly random: Random
  readonly accounts: Accounts
  readonly lockout: Lockout
}): SignIn {
  const { wall, random, accounts, lockout } = parts
  const inTurn = oneAtATime()
  let waiting = 0
  let code: { readonly text: string; readonly until: number } | undefined

  const check = async (pin: string, account: Account | undefined): Promise<boolean> => {
    const stored = hashOf(account)
    return stored !== undefined && (await verifySecret(pin, stored)) && account !== undefined
  }
  return {
    async withPin(id, pin, from) {
      const account = accounts.find(id)
      const keys = keysOf(from, account)
      const isStranger = 'address' in from && from.phone === undefined
      const most = isStranger ? STRANGERS_CHECKS_MAX : CHECKS_MAX
      if (waiting >= most) return err(fault('HTTP_TOO_MANY'))
      const refusal = lockout.begin(keys)
      if (refusal !== undefined) return err(refusal)
      waiting++
      const right = await inTurn(() => check(pin, account)).finally(() => waiting--)
      // Whoever got a new PIN meanwhile has ended all that stood by the old one.
      const present = accounts.find(id)
      if (!right || present === undefined || present.hash !== account?.hash) return err(lockout.wrong(keys))
      lockout.right(keys)
      return ok(present)
    },
    mintCode() {
      const text = digits(random, CODE_DIGITS)
      code = { text, until: wall.monotonic() + CODE_MS }
      // Whoever stands at the node has a new one to try.
      lockout.right([LockKey.setup])
      return text
    },
    async withCode({ code: given, name, pin }, address) {
      const minted = code
      // Nobody can guess what is not there: such tries must not lock out the owner who has a code made.
      if (minted === undefined || wall.monotonic() >= minted.until) return err(fault('SETUP_CODE_WRONG'))
      const keys = [LockKey.address(address), LockKey.setup]
      const refusal = lockout.begin(keys)
      if (refusal !== undefined) return err(refusal)
      if (!same(minted.text, given)) {
        const wrong = lockout.wrong(keys)
        return err(wrong.code === 'PIN_LOCKED' ? wrong : fault('SETUP_CODE_WRONG'))
      }
      lockout.right(keys)
      // Nobody else may use it while this account is made.
      code = undefined
      const added = await accounts.add({ name, role: 'owner', pin })
      if (!added.ok) code ??= minted
      return added
    },
  }
}

function keysOf(from: TriedFrom, account: Account | undefined): readonly string[] {
  if ('session' in from) return [LockKey.session(from.session)]
  const address = LockKey.address(from.address)
  if (account === undefined) return [address]
  return from.phone === undefined
    ? [address, LockKey.account(account.id)]
    : [LockKey.phone(from.phone, account.id)]
}

/** So many digits, all of them equally likely. */
export function digits(random: Random, count: number): string {
  let text = ''
  while (text.length < count) {
    const [byte] = random.bytes(1)
    if (byte !== undefined && byte < 250) text += byte % 10
  }
  return text
}

function same(text: string, given: string): boolean {
  const digits = Buffer.from(given.replace(/[\s-]/g, ''))
  const expected = Buffer.from(text)
  return digits.length === expected.length && timingSafeEqual(digits, expected)
}
