import Type, { type Static } from 'typebox'
import { Clone, Default } from 'typebox/value'
import { DOCUMENT_DEPTH_MAX, depthOf } from '../../core/documents/check-document.ts'
import { USUAL } from '../../core/documents/greenhouse.ts'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import { matcher } from '../../core/schema.ts'
import { WordText } from '../../core/wire/messages.ts'

const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN })
const Point = Type.Object({ device: Id, channel: Channel })
const Output = Type.Object({ device: Id, output: Channel })
const Named = Type.Object({ name: WordText, ...Output.properties })
const silent = (of: keyof typeof USUAL.silent_min) => Type.Number({ default: USUAL.silent_min[of] })
/** Far more than a node takes: what a newer one may take must not make its greenhouse vanish here. */
const ZONES_SHOWN_MAX = 320
const CHANNELS_SHOWN_MAX = 80
const MACHINES_SHOWN_MAX = 120
/** What is deeper could not be copied on the stack that there is. */
const DEPTH_SHOWN_MAX = 10 * DOCUMENT_DEPTH_MAX

/**
 * What the hub shows of a greenhouse's document, with what it leaves out filled in as its node does. Laxer than the node's
 * own schema on purpose: keys that a newer node adds must not make its greenhouse vanish here.
 */
const FarmDocument = Type.Object({
  kind: Type.Literal('greenhouse'),
  id: Id,
  name: WordText,
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String({ maxLength: 60 }),
  water: Type.Object({
    gives_Lmin: Type.Number(),
    pump: Type.Optional(Output),
    flow: Type.Optional(Point),
    pressure: Type.Optional(Point),
    tank: Type.Optional(Type.Object({ ...Point.properties, holds_L: Type.Number(), low: Type.Number() })),
    silent_min: silent('water'),
  }),
  zones: Type.Array(
    Type.Object({
      id: Id,
      name: WordText,
      valve: Output,
      area_m2: Type.Number({ exclusiveMinimum: 0 }),
      longest_min: Type.Number({ default: USUAL.longest_min }),
      daily_L: Type.Number(),
      soil: Type.Object(
        {
          moisture: Type.Array(Point, { maxItems: 40, default: [] }),
          temperature: Type.Optional(Point),
          ec: Type.Optional(Point),
          ph: Type.Optional(Point),
          fieldCapacity: Type.Number({ default: USUAL.soil.fieldCapacity }),
          wilting: Type.Number({ default: USUAL.soil.wilting }),
          depletion: Type.Number({ default: USUAL.soil.depletion }),
          silent_min: silent('soil'),
        },
        { default: {} },
      ),
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
  recipes: Type.Array(Type.Object({ id: Id, name: Type.String({ maxLength: 120 }) }), {
    maxItems: 240,
    default: [],
  }),
  climate: Type.Object(
    {
      temperature: Type.Optional(Point),
      humidity: Type.Optional(Point),
      co2: Type.Optional(Point),
      light: Type.Optional(Point),
      misting: Type.Optional(Output),
      fans: Type.Array(Named, { maxItems: MACHINES_SHOWN_MAX, default: [] }),
      shade: Type.Array(Named, { maxItems: MACHINES_SHOWN_MAX, default: [] }),
      lamps: Type.Array(Named, { maxItems: MACHINES_SHOWN_MAX, default: [] }),
      silent_min: silent('climate'),
    },
    { default: {} },
  ),
})
export type FarmDocument = Static<typeof FarmDocument>
export type FarmPoint = Static<typeof Point>

const matches = matcher(FarmDocument)

/** Whether a station's document says that it is a greenhouse. */
export function isFarm(document: unknown): boolean {
  return (
    typeof document === 'object' && document !== null && 'kind' in document && document.kind === 'greenhouse'
  )
}

/** Undefined for a document of another kind, or one that the hub cannot show. */
export function readFarm(document: unknown): FarmDocument | undefined {
  if (depthOf(document, DEPTH_SHOWN_MAX) > DEPTH_SHOWN_MAX) return undefined
  const filled = Default(FarmDocument, Clone(document))
  return matches(filled) ? filled : undefined
}
