import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import { oneAtATime } from '../../core/one-at-a-time.ts'
import type { Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { verifySecret } from '../../core/scrypt.ts'
import { type Account, type Accounts, hashOf } from './accounts.ts'
import type { Setup } from './api-types.ts'
import type { Lockout } from './lockout.ts'

/** How people prove who they are. */
export interface SignIn {
  /** Faults: PIN_WRONG, PIN_LOCKED, HTTP_TOO_MANY. `address` is where the try comes from. */
  withPin(account: string, pin: string, address: string): Promise<Result<Account>>
  /** A code that makes one owner, once and within an hour: for whoever stands at the node. */
  mintCode(): string
  /** A new owner. Faults: SETUP_CODE_WRONG, PIN_LOCKED, and what accounts refuse, after which the code still works. */
  withCode(setup: Setup, address: string): Promise<Result<Account>>
}

export const CODE_MS = 3_600_000
const CODE_DIGITS = 8
/** PINs that wait to be checked, one at a time: a node has better uses for its processor. */
const CHECKS_MAX = 8

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
    async withPin(id, pin, address) {
      const account = accounts.find(id)
      const keys = [`address ${address}`, ...(account === undefined ? [] : [`account ${id}`])]
      if (waiting >= CHECKS_MAX) return err(fault('HTTP_TOO_MANY'))
      const refusal = lockout.begin(keys)
      if (refusal !== undefined) return err(refusal)
      waiting++
      const right = await inTurn(() => check(pin, account)).finally(() => waiting--)
      if (!right || account === undefined) return err(lockout.wrong(keys))
      lockout.right(keys)
      return ok(account)
    },
    mintCode() {
      const text = digits(random, CODE_DIGITS)
      code = { text, until: wall.monotonic() + CODE_MS }
      return text
    },
    async withCode({ code: given, name, pin }, address) {
      const keys = [`address ${address}`, 'setup']
      const refusal = lockout.begin(keys)
      if (refusal !== undefined) return err(refusal)
      const minted = code
      if (minted === undefined || wall.monotonic() >= minted.until || !same(minted.text, given)) {
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
