import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../ids.ts'

/** What the hub asks of an edge, and what became of it. docs/protocol.md specifies both. */

const Id = Type.String({ pattern: ID_PATTERN })
/** Minted by the hub; never used twice. */
export const CommandId = Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9-]+$' })
const Output = { device: Id, output: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }) } as const

/**
 * `momentary`: never runs after its expiry. `setting`: runs however late, unless a newer one of the same target has.
 * `emergency`: as momentary, and before everything but an interlock and, without `override`, an alarm and a manual hold.
 */
export const CommandClass = Type.Union([
  Type.Literal('momentary'),
  Type.Literal('setting'),
  Type.Literal('emergency'),
])
export type CommandClass = Static<typeof CommandClass>

/** Which lamps of a street. */
export const LightTarget = Type.Union([
  Type.Object({ all: Type.Literal(true) }, { additionalProperties: false }),
  Type.Object({ group: Id }, { additionalProperties: false }),
  Type.Object({ feeder: Id }, { additionalProperties: false }),
  Type.Object(
    { lamps: Type.Array(Id, { minItems: 1, maxItems: 400, uniqueItems: true }) },
    { additionalProperties: false },
  ),
])
export type LightTarget = Static<typeof LightTarget>

/** How much water at once: whatever is asked, the zone's own limits hold. */
export const WaterAmount = Type.Union([
  Type.Object({ minutes: Type.Number({ minimum: 0.5, maximum: 240 }) }, { additionalProperties: false }),
  Type.Object({ litres: Type.Number({ minimum: 1, maximum: 1_000_000 }) }, { additionalProperties: false }),
])
export type WaterAmount = Static<typeof WaterAmount>

export const CommandAction = Type.Union([
  /** momentary or emergency: the output at this value for so long, then back to who else drives it. */
  Type.Object({
    type: Type.Literal('drive'),
    ...Output,
    value: Type.Number(),
    for_s: Type.Number({ minimum: 1, maximum: 86_400 }),
    /** emergency alone: also over an alarm and a manual hold at the site. */
    override: Type.Optional(Type.Boolean()),
  }),
  /** setting: the output at this value until another setting; null lets it go. */
  Type.Object({
    type: Type.Literal('hold'),
    ...Output,
    value: Type.Union([Type.Number(), Type.Null()]),
  }),
  Type.Object({
    type: Type.Literal('silence'),
    station: Id,
    for_min: Type.Number({ exclusiveMinimum: 0, maximum: 1_440 }),
  }),
  Type.Object({ type: Type.Literal('unsilence'), station: Id }),
  Type.Object({ type: Type.Literal('self-test'), station: Id }),
  /**
   * Lamps of a street at this level (percent of light): momentary or emergency for so long, a setting until it is
   * released. Of several, the newest that names a lamp holds it; when it ends, the one before it does again.
   */
  Type.Object({
    type: Type.Literal('light'),
    station: Id,
    target: LightTarget,
    level: Type.Number({ minimum: 0, maximum: 100 }),
    for_s: Type.Optional(Type.Number({ minimum: 1, maximum: 2_678_400 })),
    /** emergency alone: also over a manual hold of a lamp at the site; never over that of a feeder's contactor. */
    override: Type.Optional(Type.Boolean()),
  }),
  /** Setting: ends what one earlier command asked (an undo), or all that is asked of these lamps. */
  Type.Object({
    type: Type.Literal('light-release'),
    station: Id,
    target: Type.Optional(LightTarget),
    command: Type.Optional(CommandId),
  }),
  /** momentary: waters one zone of a greenhouse for so many minutes or litres, with a recipe or with plain water. */
  Type.Object({
    type: Type.Literal('water'),
    station: Id,
    zone: Id,
    amount: WaterAmount,
    recipe: Type.Optional(Id),
  }),
  /**
   * momentary: ends what a zone has running and waiting; without one, all water, and programs wait until
   * `water-resume`. Ends within its time whoever began it, and holds of water by hand with it.
   */
  Type.Object({ type: Type.Literal('water-stop'), station: Id, zone: Type.Optional(Id) }),
  /** momentary: programs run again. */
  Type.Object({ type: Type.Literal('water-resume'), station: Id }),
  /** momentary: a person has looked at what latched an output's interlock, and mended it. */
  Type.Object({ type: Type.Literal('interlock-reset'), ...Output }),
])
export type CommandAction = Static<typeof CommandAction>

export const Command = Type.Object({
  v: Type.Literal(1),
  id: CommandId,
  class: CommandClass,
  action: CommandAction,
  who: Type.String({ minLength: 1, maxLength: 60 }),
  why: Type.String({ maxLength: 200 }),
  /** UTC: not run before this. */
  notBefore: Type.Integer(),
  /** UTC: a momentary or emergency command does not run from here on. */
  expires: Type.Integer(),
  /** Counts up over all commands of the hub: of two settings of one target the higher is the newer. */
  order: Type.Integer({ minimum: 0 }),
})
export type Command = Static<typeof Command>

/**
 * A row of the alarm lane. One command has at most one `accepted` and exactly one other outcome, which a hub that asks
 * again is told again. `class`, `action` and `who` are left out only where the node could read no more of the command
 * than its id.
 */
export const CommandOutcome = Type.Object({
  v: Type.Literal(1),
  command: CommandId,
  outcome: Type.Union([
    Type.Literal('accepted'),
    Type.Literal('refused'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('expired'),
  ]),
  at: Type.Integer(),
  class: Type.Optional(CommandClass),
  action: Type.Optional(CommandAction),
  who: Type.Optional(Type.String({ maxLength: 60 })),
  /** Why it was refused, failed or superseded: a code of the table with its details. */
  code: Type.Optional(Type.String({ maxLength: 60 })),
  details: Type.Optional(
    Type.Record(Type.String({ maxLength: 40 }), Type.Union([Type.String({ maxLength: 200 }), Type.Number()])),
  ),
})
export type CommandOutcome = Static<typeof CommandOutcome>
