import Type, { type Static } from 'typebox'
import { LAMPS_MAX } from '../../core/documents/lighting-street.ts'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import { matcher } from '../../core/schema.ts'
import type { LightTarget } from '../../core/wire/commands.ts'
import { WordText } from '../../core/wire/messages.ts'

const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN })

/**
 * What the hub shows of a street's document. Laxer than the node's own schema on purpose: keys that a newer node adds
 * must not make its street vanish here.
 */
const StreetDocument = Type.Object({
  kind: Type.Literal('lighting-street'),
  id: Id,
  name: WordText,
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String({ maxLength: 60 }),
  feeders: Type.Array(
    Type.Object({
      id: Id,
      name: WordText,
      contactor: Type.Optional(
        Type.Object({
          device: Id,
          output: Channel,
          feedback: Type.Optional(Type.Object({ device: Id, channel: Channel })),
        }),
      ),
    }),
    { maxItems: 100 },
  ),
  lamps: Type.Array(
    Type.Object({
      id: Id,
      pole: Type.String({ maxLength: 40 }),
      device: Id,
      output: Channel,
      feeder: Id,
      lat: Type.Number(),
      lon: Type.Number(),
    }),
    { maxItems: 10 * LAMPS_MAX },
  ),
  groups: Type.Array(Type.Object({ id: Id, name: WordText, lamps: Type.Array(Id) }), { maxItems: 500 }),
})
export type StreetDocument = Static<typeof StreetDocument>

const matches = matcher(StreetDocument)

/** Whether a station's document says that it is a lighting street. */
export function isStreet(document: unknown): boolean {
  return (
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === 'lighting-street'
  )
}

/** Undefined for a document of another kind, or one that the hub cannot show. */
export function readStreet(document: unknown): StreetDocument | undefined {
  return matches(document) ? document : undefined
}

/** The lamps that a command is about, as the street is now. */
export function lampsOf(street: StreetDocument, target: LightTarget): ReadonlySet<string> {
  if ('all' in target) return new Set(street.lamps.map(({ id }) => id))
  if ('lamps' in target) return new Set(target.lamps)
  if ('feeder' in target)
    return new Set(street.lamps.filter(({ feeder }) => feeder === target.feeder).map(({ id }) => id))
  return new Set(street.groups.find(({ id }) => id === target.group)?.lamps)
}
