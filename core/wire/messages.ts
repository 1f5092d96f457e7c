import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../ids.ts'

/** Payloads other than frames: CBOR maps, each with its version `v`. docs/protocol.md specifies them to the byte. */

const Id = Type.String({ pattern: ID_PATTERN })
/** 16 hexadecimal digits, minted with the edge's database. */
export const Epoch = Type.String({ pattern: '^[0-9a-f]{16}$' })
const LaneName = Type.Union([Type.Literal('alarm'), Type.Literal('state'), Type.Literal('live')])
const Seq = Type.Integer({ minimum: 0 })
/** First and last sequence number, both included. */
const Range = Type.Tuple([Seq, Seq])
export const WordText = Type.Object({
  vi: Type.String({ maxLength: 400 }),
  en: Type.String({ maxLength: 400 }),
})

/** Retained; sent at each connection and when something in it changes. */
export const Hello = Type.Object({
  v: Type.Literal(1),
  epoch: Epoch,
  software: Type.String({ maxLength: 40 }),
  boot: Type.String({ maxLength: 40 }),
  at: Type.Integer(),
  clock: Type.Union([Type.Literal('synced'), Type.Literal('holdover'), Type.Literal('unknown')]),
  /** Per lane: `oldest` sequence number still kept, `next` one to be given. */
  lanes: Type.Array(Type.Object({ lane: LaneName, oldest: Seq, next: Seq }), { maxItems: 8 }),
  /** How many series the dictionary holds. */
  series: Seq,
  /** This boot's monotonic time when it asked, in whole ms; comes back as `asked`. */
  ask: Type.Optional(Seq),
  /** How the time was last known in this boot. */
  known: Type.Optional(
    Type.Object({
      source: Type.Union([
        Type.Literal('ntp'),
        Type.Literal('hub'),
        Type.Literal('lorawan'),
        Type.Literal('gnss'),
      ]),
      at: Type.Integer(),
    }),
  ),
  /** Epochs before this one of which frames are still to be told: their database was damaged. */
  former: Type.Optional(Type.Array(Epoch, { maxItems: 8 })),
})
export type Hello = Static<typeof Hello>

/**
 * Hub to edge, after its commit. `ranges` are what this lane holds; everything up to `upTo` (excluded) is complete.
 * Only `frames` let an edge delete: two nodes with one identity hear the same acknowledgements.
 */
export const Ack = Type.Object({
  v: Type.Literal(1),
  epoch: Epoch,
  lane: LaneName,
  upTo: Seq,
  ranges: Type.Array(Range, { maxItems: 256 }),
  /** Frames that were committed, as [first, last, CRC-32C of their bytes]. */
  frames: Type.Optional(
    Type.Array(Type.Tuple([Seq, Seq, Type.Integer({ minimum: 0, maximum: 0xffffffff })]), { maxItems: 256 }),
  ),
  /** The `ask` of the hello that this answers: the edge knows when it asked, and so how old the hub's time can be. */
  asked: Type.Optional(Type.Integer()),
  /** True when `ranges` is all that the hub holds at and above `upTo`: the answer to a hello. */
  whole: Type.Boolean(),
  /** The hub's UTC when it committed. */
  at: Type.Integer(),
})
export type Ack = Static<typeof Ack>

/** Hub to edge: send again what I miss. */
export const Want = Type.Object({
  v: Type.Literal(1),
  epoch: Epoch,
  series: Type.Optional(Type.Object({ from: Seq })),
  rows: Type.Optional(
    Type.Object({ lane: LaneName, ranges: Type.Array(Range, { minItems: 1, maxItems: 64 }) }),
  ),
  /**
   * `at` is the lowest number of a frame of which the hub does not hold what was sent, though it holds other rows of
   * this epoch: the epoch is not the edge's alone. `frame` is that frame's CRC-32C; who did not send it is not meant.
   */
  fork: Type.Optional(
    Type.Object({ lane: LaneName, at: Seq, frame: Type.Integer({ minimum: 0, maximum: 0xffffffff }) }),
  ),
})
export type Want = Static<typeof Want>

/** The series dictionary, or a part of it from `from` on. Ids count from 0 within an epoch and never change meaning. */
export const Series = Type.Object({
  v: Type.Literal(1),
  epoch: Epoch,
  from: Seq,
  entries: Type.Array(
    Type.Object({
      device: Id,
      channel: Type.String({ minLength: 1, maxLength: 60, pattern: CHANNEL_PATTERN }),
      unit: Type.String({ maxLength: 20 }),
      /** Values travel as integers: value = integer × resolution. */
      resolution: Type.Number({ exclusiveMinimum: 0 }),
    }),
    { maxItems: 1000 },
  ),
})
export type Series = Static<typeof Series>

/** Retained: `online`, or the last will `offline`. */
export const Alive = Type.Object({
  v: Type.Literal(1),
  alive: Type.Boolean(),
  epoch: Epoch,
  /** As in hello: the last will of a boot that is over says nothing of the one that came after it. */
  boot: Type.Optional(Type.String({ maxLength: 40 })),
})
export type Alive = Static<typeof Alive>

/** Retained: what this node is. Stations are documents; the hub shows them and keeps unknown keys. */
export const Describe = Type.Object({
  v: Type.Literal(1),
  epoch: Epoch,
  name: WordText,
  devices: Type.Array(Type.Object({ id: Id, model: Type.String({ maxLength: 60 }), label: WordText }), {
    maxItems: 1000,
  }),
  stations: Type.Array(Type.Unknown(), { maxItems: 100 }),
})
export type Describe = Static<typeof Describe>

/** One row of the alarm lane. `alarm` stays the same from raised to cleared. */
export const AlarmEvent = Type.Object({
  v: Type.Literal(1),
  /** `{station}/{rule}/{n}`: unique within the edge, stable over the alarm's life. */
  alarm: Type.String({ minLength: 1, maxLength: 100 }),
  station: Id,
  /** The device that it is about, where it is about one: the lamp on its pole, the cabinet. */
  device: Type.Optional(Id),
  /** The output of that device, where it is about one: what an interlock holds back. */
  output: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: CHANNEL_PATTERN })),
  /** The channel of that device, where it is about one: what a sensor that is not believed measures. */
  channel: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: CHANNEL_PATTERN })),
  /** The part of the station that it is about, where it has several of a kind: the lamp, the feeder. */
  part: Type.Optional(Id),
  rule: Type.String({ minLength: 1, maxLength: 40 }),
  event: Type.Union([
    Type.Literal('raised'),
    Type.Literal('lowered'),
    Type.Literal('cleared'),
    Type.Literal('silenced'),
    Type.Literal('resounded'),
    Type.Literal('note'),
  ]),
  /** 0 = information, 1 to 3 = báo động 1 to 3 or its like. */
  level: Type.Integer({ minimum: 0, maximum: 5 }),
  at: Type.Integer(),
  value: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.String({ maxLength: 20 })),
  text: WordText,
})
export type AlarmEvent = Static<typeof AlarmEvent>

/** Hub to edge: documents of the site have changed, up to this point where it is told; come and fetch. */
export const DocsNudge = Type.Object({ v: Type.Literal(1), seq: Type.Optional(Seq) })
export type DocsNudge = Static<typeof DocsNudge>

/** A sealed radio frame; the longest that any data rate of LoRaWAN carries is 242 bytes. */
const RadioPayload = Type.Refine(
  Type.Unsafe<Uint8Array>(Type.Unknown()),
  (value): value is Uint8Array => value instanceof Uint8Array && value.length >= 1 && value.length <= 242,
  () => 'is not 1 to 242 bytes',
)

/** A neighbour keeps few frames; whatever waited longer than a month is no older than that. */
export const RELAY_WAITED_MAX_S = 31 * 86_400

/**
 * Edge to hub: what this node heard by radio `from` a neighbour, and how many seconds it was kept here for want of a
 * network (left out for none). It cannot read it.
 */
export const Relay = Type.Object({
  v: Type.Literal(1),
  from: Id,
  payload: RadioPayload,
  waited_s: Type.Optional(Type.Integer({ minimum: 0, maximum: RELAY_WAITED_MAX_S })),
})
export type Relay = Static<typeof Relay>

/** Hub to edge: what this node is to send by radio `to` a neighbour. */
export const Relayed = Type.Object({ v: Type.Literal(1), to: Id, payload: RadioPayload })
export type Relayed = Static<typeof Relayed>
