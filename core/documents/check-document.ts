import type { TSchema } from 'typebox'
import { Default } from 'typebox/value'
import { type Fault, fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { checker, type SchemaProblem } from '../schema.ts'
import { checkFloodStation } from './check-flood-station.ts'
import { checkGreenhouse } from './check-greenhouse.ts'
import { greenhouseShapeFault } from './check-greenhouse-shape.ts'
import { checkLightingStreet } from './check-lighting-street.ts'
import { Conflict, conflictId } from './conflict.ts'
import { type Body, contentOf, EDIT_KEY, Edit } from './edit.ts'
import { FloodStation } from './flood-station.ts'
import { Greenhouse } from './greenhouse.ts'
import { Hold, holdId } from './hold.ts'
import { LightingStreet } from './lighting-street.ts'

/** What is true of every document, wherever it is: kinds, sizes, and what can be checked without knowing the node. */

export const DOCUMENT_BYTES_MAX = 64 * 1024
export const DOCUMENT_DEPTH_MAX = 16
/** That of a conflict about the longest name there can be, with its revision. */
export const DOCUMENT_ID_MAX = 160
/** 400 lamps with their places, the groups that name them, and a calendar. */
const STREET_BYTES_MAX = 256 * 1024
/** A conflict holds what was kept and what was lost of a document, each within a few levels of its own. */
const CONFLICT_BYTES_MAX = 4 * STREET_BYTES_MAX
const CONFLICT_DEPTH_MAX = DOCUMENT_DEPTH_MAX + 4
/** Documents of one edge, deleted ones too: more are not a node's settings. */
export const DOCUMENTS_PER_EDGE_MAX = 2_000

interface Kind {
  readonly check: (content: Body) => Result<Body>
  /** The id that this content belongs under. */
  readonly idOf: (content: Body) => string
  /** What guards people is retired at the node, never deleted from afar. */
  readonly deletable: boolean
  readonly max: Bounds
}

interface Bounds {
  readonly bytes: number
  readonly depth: number
}

const PLAIN: Bounds = { bytes: DOCUMENT_BYTES_MAX, depth: DOCUMENT_DEPTH_MAX }

const kindOf = <S extends TSchema>(
  schema: S,
  rest: Pick<Kind, 'idOf' | 'deletable'> &
    Partial<Pick<Kind, 'max'>> & {
      /** In words of its own. */
      readonly shapeFault?: (problem: SchemaProblem, content: Body) => Fault
    },
  faults: (content: Body) => readonly Fault[] = () => [],
): Kind => {
  const check = checker(schema)
  const { shapeFault, ...kind } = rest
  return {
    max: PLAIN,
    ...kind,
    check(content) {
      const shaped = check(Default(schema, structuredClone(content)))
      if (!shaped.ok) {
        if (shapeFault !== undefined) return err(shapeFault(shaped.problem, content))
        const { path: key, message: reason, message_vi: reason_vi } = shaped.problem
        return err(fault('DOCUMENT_INVALID', { id: kind.idOf(content), key, reason, reason_vi }))
      }
      const value: Body = { ...content, ...objectOf(shaped.value) }
      const [problem] = faults(value)
      return problem === undefined ? ok(value) : err(problem)
    },
  }
}

const checkStation = checker(FloodStation)
const checkStreet = checker(LightingStreet)
const checkHouse = checker(Greenhouse)

const KINDS: Readonly<Record<string, Kind>> = {
  'flood-station': kindOf(
    FloodStation,
    { idOf: ({ id }) => `flood-station:${textOf(id)}`, deletable: false },
    (content) => {
      const station = checkStation(content)
      return station.ok ? checkFloodStation(station.value) : []
    },
  ),
  'lighting-street': kindOf(
    LightingStreet,
    {
      idOf: ({ id }) => `lighting-street:${textOf(id)}`,
      deletable: false,
      max: { bytes: STREET_BYTES_MAX, depth: DOCUMENT_DEPTH_MAX },
    },
    (content) => {
      const street = checkStreet(content)
      return street.ok ? checkLightingStreet(street.value) : []
    },
  ),
  greenhouse: kindOf(
    Greenhouse,
    {
      idOf: ({ id }) => `greenhouse:${textOf(id)}`,
      deletable: false,
      shapeFault: greenhouseShapeFault,
    },
    (content) => {
      const house = checkHouse(content)
      return house.ok ? checkGreenhouse(house.value) : []
    },
  ),
  hold: kindOf(Hold, {
    idOf: ({ device, output }) => holdId({ device: textOf(device), output: textOf(output) }),
    deletable: true,
  }),
  conflict: kindOf(Conflict, {
    idOf: ({ of, rev }) => conflictId(textOf(of), textOf(rev)),
    deletable: true,
    max: { bytes: CONFLICT_BYTES_MAX, depth: CONFLICT_DEPTH_MAX },
  }),
}

const checkEdit = checker(Edit)
const ID = /^[a-z][a-z0-9-]{0,39}:[A-Za-z0-9/:_.-]{1,150}$/

export function documentKind(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(':')))
}

export function isDeletable(id: string): boolean {
  return KINDS[documentKind(id)]?.deletable ?? false
}

/** Whose edit a stored document is; undefined where it does not say. */
export function editOf(body: Body): Edit | undefined {
  const checked = checkEdit(body[EDIT_KEY])
  return checked.ok ? checked.value : undefined
}

/**
 * Checks a document without its edge's devices: id, size, depth, kind, schema, sense. The value is its content with
 * defaults filled in. Faults: DOCUMENT_INVALID, DOCUMENT_KIND_UNKNOWN, DOCUMENT_TOO_LARGE, and those of its kind.
 */
export function checkDocument(id: string, body: Body): Result<Body> {
  const kind = Object.hasOwn(KINDS, documentKind(id)) ? KINDS[documentKind(id)] : undefined
  if (kind === undefined || id.length > DOCUMENT_ID_MAX || !ID.test(id))
    return err(
      fault('DOCUMENT_KIND_UNKNOWN', {
        id: id.slice(0, DOCUMENT_ID_MAX),
        known: Object.keys(KINDS).join(', '),
      }),
    )
  const { bytes, depth } = kind.max
  if (!isBounded(body, kind.max)) return err(fault('DOCUMENT_TOO_LARGE', { id, max: bytes, depth }))
  const content = contentOf(body)
  const checked = kind.check(content)
  if (!checked.ok) return checked
  const own = kind.idOf(checked.value)
  if (own === id) return checked
  return err(fault('DOCUMENT_INVALID', { id, key: '/id', reason: `is "${own}"`, reason_vi: `là "${own}"` }))
}

/** Small and shallow enough to be worked with at all. */
export function isBounded(body: Body, { bytes, depth } = PLAIN): boolean {
  return depthOf(body, depth) <= depth && JSON.stringify(body).length <= bytes
}

/** As `checkDocument`, for what comes from the other side: it must also say whose edit it is. */
export function checkReplicated(id: string, body: Body): Result<Body> {
  const edit = checkEdit(body[EDIT_KEY])
  if (edit.ok) return checkDocument(id, body)
  const { path, message: reason, message_vi: reason_vi } = edit.problem
  return err(
    fault('DOCUMENT_INVALID', {
      id: id.slice(0, DOCUMENT_ID_MAX),
      key: `/${EDIT_KEY}${path}`,
      reason,
      reason_vi,
    }),
  )
}

/** What somebody else wrote, for a message: an object may even bring a `toString` of its own that is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 120) : '?'
}

/** How deep a value is nested; stops counting just beyond `max`. */
export function depthOf(value: unknown, max: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (max < 0) return 1
  let deepest = 0
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, max - 1))
  return deepest + 1
}

function objectOf(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
