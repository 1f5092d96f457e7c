import Type from 'typebox'
import { HOLD_S_MAX } from '../../core/documents/hold.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { WaterAmount } from '../../core/wire/commands.ts'

/** What may stand in the body of a request to the panel, and nothing else. */

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
/** Something of it is seen. */
const Name = Type.String({ minLength: 1, maxLength: 40, pattern: '[^\\s\\p{Cc}\\p{Cf}]' })
/** Longer than any PIN, so that one that is too long is told in words. */
const Pin = Type.String({ minLength: 1, maxLength: 64 })
const AccountId = Type.String({ minLength: 1, maxLength: 40 })
const RoleName = Type.Enum(['owner', 'member'])
const Rev = Type.String({ pattern: '^[1-9][0-9]{0,8}-[0-9a-f]{1,64}$' })

export const SignInBody = Type.Object({ account: AccountId, pin: Pin }, strict)
export const SetupBody = Type.Object({ code: Type.String({ maxLength: 20 }), name: Name, pin: Pin }, strict)
export const PinChangeBody = Type.Object({ pin: Pin, newPin: Pin }, strict)
export const ConfirmBody = Type.Object({ pin: Pin }, strict)
export const NewAccountBody = Type.Object({ name: Name, role: RoleName, pin: Pin }, strict)
export const AccountChangeBody = Type.Object(
  { name: Type.Optional(Name), role: Type.Optional(RoleName), pin: Type.Optional(Pin) },
  strict,
)
export const AccountParams = Type.Object({ id: AccountId })

const Order = Type.String({ pattern: '^[0-9a-f]{16,40}$' })
export const WaterBody = Type.Object(
  { zone: Id, amount: WaterAmount, recipe: Type.Optional(Id), order: Type.Optional(Order) },
  strict,
)
export const StopBody = Type.Object({ zone: Type.Optional(Id) }, strict)
export const SkipBody = Type.Object({ program: Id }, strict)
export const HoldBody = Type.Object(
  { value: Type.Number(), for_s: Type.Integer({ minimum: 1, maximum: HOLD_S_MAX }) },
  strict,
)
export const EmptyBody = Type.Object({}, strict)

export const DocumentBody = Type.Object({ rev: Rev, body: Type.Unknown() }, strict)
export const CheckBody = Type.Object({ body: Type.Unknown() }, strict)
