import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import { matcher } from '../../core/schema.ts'
import { WordText } from '../../core/wire/messages.ts'

/**
 * What the hub shows of a station's document. Laxer than the node's own schema on purpose: keys that a newer node
 * adds must not make its station vanish here.
 */
const StationDocument = Type.Object({
  kind: Type.Literal('flood-station'),
  id: Type.String({ pattern: ID_PATTERN }),
  name: WordText,
  water: Type.Object({ type: Type.String({ maxLength: 40 }), name: WordText }),
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String({ maxLength: 60 }),
  levels: Type.Array(Type.Object({ level: Type.Integer(), stage_m: Type.Number() }), { maxItems: 10 }),
  alarms: Type.Array(
    Type.Object({
      device: Type.String({ pattern: ID_PATTERN }),
      output: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }),
      place: Type.Union([Type.Literal('indoor'), Type.Literal('outdoor')]),
      means: Type.Union([Type.Literal('siren'), Type.Literal('beacon')]),
    }),
    { maxItems: 64 },
  ),
})
export type StationDocument = Static<typeof StationDocument>

const matches = matcher(StationDocument)

/** Undefined for a document of another kind, or one that the hub cannot show. */
export function readStation(document: unknown): StationDocument | undefined {
  return matches(document) ? document : undefined
}
