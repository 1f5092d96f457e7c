import Type, { type Static } from 'typebox'
import { Conflict } from '../../core/documents/conflict.ts'
import { Edit } from '../../core/documents/edit.ts'
import { CommandAction, CommandClass, CommandId } from '../../core/wire/commands.ts'
import { AlarmEvent, WordText } from '../../core/wire/messages.ts'

/**
 * What the hub's HTTP interface returns, under /api/v1. The same schemas make the OpenAPI document, the validation
 * and the page's types. Times are UTC milliseconds; `null` means "never" or "not known", never "zero".
 */

export const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])

export const OutputView = Type.Object({
  device: Type.String(),
  output: Type.String(),
  place: Type.Union([Type.Literal('indoor'), Type.Literal('outdoor')]),
  means: Type.Union([Type.Literal('siren'), Type.Literal('beacon')]),
  /** Read back from the device; null before the first word from it. */
  on: Nullable(Type.Boolean()),
  /** Who drives it and why, as told by the node. */
  reason: Nullable(WordText),
  at: Nullable(Type.Integer()),
})

export const StationView = Type.Object({
  id: Type.String(),
  edge: Type.String(),
  name: WordText,
  water: Type.Object({ type: Type.String(), name: WordText }),
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String(),
  levels: Type.Array(Type.Object({ level: Type.Integer(), stage_m: Type.Number() })),
  stage_m: Nullable(Type.Number()),
  /** When the stage was measured. */
  at: Nullable(Type.Integer()),
  /** IOOS QARTOD flag of the stage. */
  flag: Nullable(Type.Integer()),
  rise_m_per_h: Nullable(Type.Number()),
  /** Millimetres in the last hour, in the last 24 h, and since 19:00. */
  rain_mm: Type.Object({
    hour: Nullable(Type.Number()),
    day24: Nullable(Type.Number()),
    since19: Nullable(Type.Number()),
  }),
  /** Báo động in force, 0 for none; null when the node cannot tell. */
  level: Nullable(Type.Integer()),
  outputs: Type.Array(OutputView),
  silencedUntil: Nullable(Type.Integer()),
  online: Type.Boolean(),
  lastSeen: Nullable(Type.Integer()),
  /** Nothing produced so far is missing here. */
  complete: Type.Boolean(),
  /** Rows that the node holds and the hub does not have yet. */
  behind: Type.Integer(),
})
export type StationView = Static<typeof StationView>

/** An alarm over its life on the node, and what people did about it. */
export const AlertView = Type.Object({
  id: Type.String(),
  edge: Type.String(),
  station: Type.String(),
  /** What it is about, where it is about one device: a lamp on its pole, a cabinet. */
  device: Type.Optional(Type.String()),
  /** The output of that device that it is about: what an interlock holds back. */
  output: Type.Optional(Type.String()),
  /** The channel of that device that it is about: what is not believed. */
  channel: Type.Optional(Type.String()),
  /** The part of the station that it is about: a lamp, a feeder. */
  part: Type.Optional(Type.String()),
  rule: Type.String(),
  level: Type.Integer(),
  /** Highest level it reached. */
  peak: Type.Integer(),
  state: Type.Union([Type.Literal('active'), Type.Literal('cleared')]),
  raisedAt: Type.Integer(),
  changedAt: Type.Integer(),
  clearedAt: Nullable(Type.Integer()),
  silenced: Type.Boolean(),
  text: WordText,
  value: Nullable(Type.Number()),
  unit: Nullable(Type.String()),
  acknowledgedBy: Nullable(Type.String()),
  acknowledgedAt: Nullable(Type.Integer()),
})
export type AlertView = Static<typeof AlertView>

/** GET /api/v1/documents?edge= : what a node is set to, without what it says. */
export const DocumentHead = Type.Object({
  edge: Type.String(),
  /** Without the edge: `flood-station:dong-ha`. */
  id: Type.String(),
  kind: Type.String(),
  /** For `If-Match` when it is written over. */
  rev: Type.String(),
  /** Whose edit is in force; null where it does not say. */
  edit: Nullable(Edit),
  /** Edited on both sides, and the node has not merged it yet. */
  conflicted: Type.Boolean(),
})
export type DocumentHead = Static<typeof DocumentHead>

/** GET and PUT /api/v1/documents/{edge}/{id} */
export const DocumentView = Type.Object({
  ...DocumentHead.properties,
  content: Type.Record(Type.String(), Type.Unknown()),
})
export type DocumentView = Static<typeof DocumentView>

/** GET /api/v1/conflicts?edge= : edits that a merge did not take; each is restored or dismissed in one step. */
export const ConflictView = Type.Object({
  /** `{edge}/conflict:…`; encode it as one part of the address. */
  id: Type.String(),
  edge: Type.String(),
  of: Type.String(),
  at: Type.Integer(),
  edit: Nullable(Edit),
  lost: Conflict.properties.lost,
  reason: Nullable(Type.Object({ code: Type.String(), details: Type.Record(Type.String(), Type.Unknown()) })),
})
export type ConflictView = Static<typeof ConflictView>

/** What went wrong, with the next step, in both languages. Every non-2xx answer has this body. */
export const Problem = Type.Object({ code: Type.String(), what: WordText, next: WordText })
export type Problem = Static<typeof Problem>

/**
 * `open`: not sent yet. `sent`: on its way or waiting there. `accepted`: under way. `unanswered`: sent, and no word of it
 * long after its expiry. `cancelled`: never sent. The others are what the node told.
 */
export const CommandState = Type.Union([
  Type.Literal('open'),
  Type.Literal('sent'),
  Type.Literal('accepted'),
  Type.Literal('done'),
  Type.Literal('refused'),
  Type.Literal('failed'),
  Type.Literal('expired'),
  Type.Literal('cancelled'),
  Type.Literal('unanswered'),
])
export type CommandState = Static<typeof CommandState>

/** What an operator asked of an edge, and what became of it. */
export const CommandView = Type.Object({
  id: CommandId,
  edge: Type.String(),
  class: CommandClass,
  action: CommandAction,
  who: Type.String(),
  why: Type.String(),
  state: CommandState,
  issuedAt: Type.Integer(),
  notBefore: Type.Integer(),
  expires: Type.Integer(),
  /** First sent, and how often so far. */
  sentAt: Nullable(Type.Integer()),
  sendings: Type.Integer(),
  /** By the node's clock. */
  acceptedAt: Nullable(Type.Integer()),
  /** When it ended, by the node's clock; by the hub's where it was never sent. */
  endedAt: Nullable(Type.Integer()),
  /** When the hub heard how it ended. */
  heardAt: Nullable(Type.Integer()),
  /** It is not sent any more: somebody asked to cancel it. Without state `cancelled` it may still run. */
  cancelledBy: Nullable(Type.String()),
  /** Not sent for now: the edge's identity is in doubt. */
  withheld: Type.Boolean(),
  /** Why it was refused, failed or expired. */
  problem: Nullable(Problem),
})
export type CommandView = Static<typeof CommandView>

/** GET /api/v1/edges/{edge}/targets: what commands to this edge can be about. */
export const CommandTargets = Type.Object({
  stations: Type.Array(Type.Object({ id: Type.String(), name: WordText })),
  outputs: Type.Array(
    Type.Object({
      device: Type.String(),
      output: Type.String(),
      label: WordText,
      min: Type.Number(),
      max: Type.Number(),
      /** What it is driven to when nobody drives it. */
      safe: Type.Number(),
    }),
  ),
})
export type CommandTargets = Static<typeof CommandTargets>

/** GET /api/v1/overview */
export const Overview = Type.Object({
  /** The hub's time, and how fast it runs (1 outside demonstrations): the page keeps its clock by them. */
  now: Type.Integer(),
  speed: Type.Number(),
  demo: Type.Boolean(),
  /** Map tiles to draw over the built-in base; null for none. */
  tileUrl: Nullable(Type.String()),
  stations: Type.Array(StationView),
  /** Active ones, and those cleared in the last 24 h; newest first, at most 200. */
  alerts: Type.Array(AlertView),
})
export type Overview = Static<typeof Overview>

/** GET /api/v1/points/{device}/{channel}/series?edge=&from=&to=&buckets= : rollups or raw, whichever fits. */
export const SeriesView = Type.Object({
  unit: Type.String(),
  /** Width of a bucket in ms; 0 for raw readings. */
  step: Type.Integer(),
  at: Type.Array(Type.Integer()),
  min: Type.Array(Type.Number()),
  max: Type.Array(Type.Number()),
  mean: Type.Array(Type.Number()),
})
export type SeriesView = Static<typeof SeriesView>

/** What became of one lane's numbers; each is in exactly one of `stored`, `superseded`, `lost` and what is missing. */
const LaneView = Type.Object({
  lane: Type.String(),
  /** Next sequence number that the node would give, as last told. */
  produced: Type.Integer(),
  stored: Type.Integer(),
  /** Numbers that are accounted for here, as rows or with a reason: what the node was told it may forget. */
  acknowledged: Type.Integer(),
  thinned: Type.Integer(),
  dropped: Type.Integer(),
  superseded: Type.Integer(),
  /** Numbers that hold no row, by reason; `thinned` and `dropped` among them. */
  lost: Type.Record(Type.String(), Type.Integer()),
  /** Of the stored ones, deleted again when they had been kept for as long as the hub keeps them. */
  expired: Type.Integer(),
  /** Contiguous ranges held or accounted for, both ends included, lowest first. */
  ranges: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
  /** Not here, with the reason: `waiting` for what is still to come, `replaced` for what never will. */
  gaps: Type.Array(
    Type.Object({
      first: Type.Integer(),
      last: Type.Integer(),
      reason: Type.String(),
      /** Times of the rows held around it; null where there is none. */
      after: Nullable(Type.Integer()),
      before: Nullable(Type.Integer()),
    }),
  ),
  /** Rows that no clock dated: their times are estimates between these two. */
  undated: Type.Array(
    Type.Object({
      first: Type.Integer(),
      last: Type.Integer(),
      after: Type.Integer(),
      before: Type.Integer(),
    }),
  ),
  /** UTC of the oldest and newest row held. */
  from: Nullable(Type.Integer()),
  to: Nullable(Type.Integer()),
})

/** How the node knows the time. */
const ClockView = Type.Object({
  quality: Nullable(Type.String()),
  /** Who told it last in this boot, and when; null when nobody did. */
  known: Nullable(Type.Object({ source: Type.String(), at: Type.Integer() })),
})

/** GET /api/v1/edges/{edge}/ledger?from=&to= */
export const LedgerView = Type.Object({
  edge: Type.String(),
  /** Everything that was produced is here; in a span of time, everything that lies in it or may do so. */
  complete: Type.Boolean(),
  epochs: Type.Array(
    Type.Object({ epoch: Type.String(), current: Type.Boolean(), lanes: Type.Array(LaneView) }),
  ),
  /** A sentence for each reason that occurs in a gap. */
  reasons: Type.Record(Type.String(), WordText),
  clock: ClockView,
  /** Age of the oldest row that the node had not told, in seconds, by its own last word. */
  oldestUnsent_s: Nullable(Type.Number()),
})
export type LedgerView = Static<typeof LedgerView>

/** GET /api/v1/edges */
export const EdgeView = Type.Object({
  edge: Type.String(),
  name: WordText,
  online: Type.Boolean(),
  lastSeen: Nullable(Type.Integer()),
  software: Nullable(Type.String()),
  /** `synced`, `holdover` or `unknown`. */
  clock: Nullable(Type.String()),
  /** Who told it the time last in this boot, and when. */
  clockKnown: Nullable(Type.Object({ source: Type.String(), at: Type.Integer() })),
  complete: Type.Boolean(),
  behind: Type.Integer(),
  /** Numbers of all its databases that were thinned, or given up for want of room. */
  thinned: Type.Integer(),
  dropped: Type.Integer(),
  /** Until the node's disk is full at its present rate, and how old its oldest untold row is; by its own last word. */
  hoursLeft: Nullable(Type.Number()),
  oldestUnsent_s: Nullable(Type.Number()),
  devices: Type.Array(Type.Object({ id: Type.String(), model: Type.String(), label: WordText })),
  /** What the node refused, by code, as it counts them. */
  refused: Type.Record(Type.String(), Type.Number()),
  /** The node's own health points: channel → value. */
  health: Type.Record(Type.String(), Type.Number()),
  /** When this identity was last seen with two databases: a copied disk. */
  cloneSuspectedAt: Type.Optional(Nullable(Type.Integer())),
  /** Two nodes use the identity: commands and documents are withheld until a person clears it. */
  quarantine: Nullable(Type.Object({ since: Type.Integer(), reason: Type.String(), text: WordText })),
  /** Told by radio, over a neighbour, without a network of its own: by whom and when last. */
  heardByRadio: Type.Optional(Nullable(Type.Object({ via: Type.String(), at: Type.Integer() }))),
})
export type EdgeView = Static<typeof EdgeView>

/** GET /api/v1/errors: every code with its sentences; `{names}` in them stand for what the moment fills in. */
export const ErrorTable = Type.Record(Type.String(), Type.Object({ what: WordText, next: WordText }))
export type ErrorTable = Static<typeof ErrorTable>

/**
 * GET /api/v1/stream: server-sent events. `event:` names the kind, `data:` is JSON.
 * `station` carries a whole StationView whenever one of its fields changes (at most 5 a second each);
 * `street` says that something of a lighting street has changed (at most every two seconds): whoever shows it asks again;
 * `alert` a whole AlertView and `alarm` the node's AlarmEvent as it arrives, of anything but lighting; `command` a whole
 * CommandView; `edge` an EdgeView.
 */
export const StreamEvent = Type.Union([
  Type.Object({ event: Type.Literal('station'), data: StationView }),
  Type.Object({ event: Type.Literal('alert'), data: AlertView }),
  Type.Object({ event: Type.Literal('command'), data: CommandView }),
  Type.Object({
    event: Type.Literal('alarm'),
    data: Type.Object({ edge: Type.String(), alarm: AlarmEvent }),
  }),
  Type.Object({ event: Type.Literal('edge'), data: EdgeView }),
  Type.Object({
    event: Type.Literal('document'),
    data: Type.Object({ edge: Type.String(), id: Type.String() }),
  }),
  Type.Object({
    event: Type.Literal('street'),
    data: Type.Object({ edge: Type.String(), street: Type.String() }),
  }),
  Type.Object({
    event: Type.Literal('farm'),
    data: Type.Object({ edge: Type.String(), farm: Type.String() }),
  }),
  Type.Object({
    event: Type.Literal('conflict'),
    data: Type.Object({ edge: Type.String(), id: Type.String() }),
  }),
])
export type StreamEvent = Static<typeof StreamEvent>
