import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import { checker } from '../../core/schema.ts'
import { WordText } from '../../core/wire/messages.ts'

const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN })
const Point = Type.Object({ device: Id, channel: Channel })
const Output = Type.Object({ device: Id, output: Channel })
const Silent = Type.Optional(Type.Number())
/** Far more than a node takes: what a newer one may take must not make its greenhouse vanish here. */
const ZONES_SHOWN_MAX = 320
const CHANNELS_SHOWN_MAX = 80

/**
 * What the hub shows of a greenhouse's document. Laxer than the node's own schema on purpose: keys that a newer node adds
 * must not make its greenhouse vanish here.
 */
const FarmDocument = Type.Object({
  kind: Type.Literal('greenhouse'),
  id: Id,
  name: WordText,
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String({ maxLength: 60 }),
  water: Type.Object({
    pump: Type.Optional(Output),
    flow: Type.Optional(Point),
    pressure: Type.Optional(Point),
    tank: Type.Optional(Type.Object({ ...Point.properties, holds_L: Type.Number(), low: Type.Number() })),
    silent_min: Silent,
  }),
  zones: Type.Array(
    Type.Object({
      id: Id,
      name: WordText,
      valve: Output,
      area_m2: Type.Number({ exclusiveMinimum: 0 }),
      longest_min: Type.Optional(Type.Number()),
      daily_L: Type.Number(),
      soil: Type.Object({
        moisture: Type.Optional(Type.Array(Point, { maxItems: 40 })),
        temperature: Type.Optional(Point),
        ec: Type.Optional(Point),
        ph: Type.Optional(Point),
        fieldCapacity: Type.Optional(Type.Number()),
        wilting: Type.Optional(Type.Number()),
        depletion: Type.Optional(Type.Number()),
        silent_min: Silent,
      }),
      crop: Type.Optional(Type.Object({ name: Type.String({ maxLength: 120 }) })),
    }),
    { maxItems: ZONES_SHOWN_MAX },
  ),
  fertiliser: Type.Optional(
    Type.Object({
      channels: Type.Array(Type.Object({ id: Id, name: WordText, pump: Output }), {
        maxItems: CHANNELS_SHOWN_MAX,
      }),
    }),
  ),
  recipes: Type.Optional(
    Type.Array(Type.Object({ id: Id, name: Type.String({ maxLength: 120 }) }), { maxItems: 240 }),
  ),
  climate: Type.Optional(
    Type.Object({
      temperature: Type.Optional(Point),
      humidity: Type.Optional(Point),
      co2: Type.Optional(Point),
      light: Type.Optional(Point),
      misting: Type.Optional(Output),
      silent_min: Silent,
    }),
  ),
})
export type FarmDocument = Static<typeof FarmDocument>
export type FarmPoint = Static<typeof Point>

const check = checker(FarmDocument)

/** Whether a station's document says that it is a greenhouse. */
export function isFarm(document: unknown): boolean {
  return (
    typeof document === 'object' && document !== null && 'kind' in document && document.kind === 'greenhouse'
  )
}

/** Undefined for a document of another kind, or one that the hub cannot show. */
export function readFarm(document: unknown): FarmDocument | undefined {
  const checked = check(document)
  return checked.ok ? checked.value : undefined
}
