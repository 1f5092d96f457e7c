import { checkDocument, DOCUMENT_DEPTH_MAX, documentKind } from '../../core/documents/check-document.ts'
import { contentOf } from '../../core/documents/edit.ts'
import { isGreenhouseFault } from '../../core/documents/greenhouse-faults.ts'
import { isLightingFault } from '../../core/documents/lighting-faults.ts'
import type { CommandAction } from '../../core/wire/commands.ts'
import type { Vertical } from '../accounts/verticals.ts'
import type { Edges } from './edges.ts'
import { IDENTITY_RULE } from './quarantine.ts'

/** Which of the city's uses of its nodes something belongs to: what an account that is limited to some may touch. */
export interface Belonging {
  ofAction(edge: string, action: CommandAction): ReadonlySet<Vertical>
  /**
   * `content` where it is written: outputs that it takes over from another use belong to that as well, and with one that
   * nothing uses it belongs to nothing that is known.
   */
  ofDocument(edge: string, id: string, content?: Content): ReadonlySet<Vertical>
  ofAlert(alert: { readonly edge: string; readonly rule: string }): ReadonlySet<Vertical>
  /** Of all that the node does. */
  ofEdge(edge: string): ReadonlySet<Vertical>
}

type Content = Readonly<Record<string, unknown>>

/** By the kind of a station's document. */
const KINDS: Readonly<Record<string, Vertical>> = {
  'flood-station': 'flood',
  'lighting-street': 'lighting',
  greenhouse: 'farm',
}
const CONFLICT = /^conflict:(.+):[^:]*$/
const HOLD = 'hold:'
const NOTHING: ReadonlySet<Vertical> = new Set()

/** Outputs of a node, as `device/output`, with what uses them. */
type Outputs = ReadonlyMap<string, ReadonlySet<Vertical>>

export function createBelonging(edges: Pick<Edges, 'get'>): Belonging {
  const read = new WeakMap<object, Outputs>()
  const outputsOf = (edge: string): Outputs => {
    const { describe } = edges.get(edge)
    if (describe === null) return new Map()
    const known = read.get(describe) ?? outputsIn(describe.stations)
    read.set(describe, known)
    return known
  }
  const ofOutput = (edge: string, device: string, output: string) =>
    outputsOf(edge).get(`${device}/${output}`) ?? NOTHING

  const ofDocument: Belonging['ofDocument'] = (edge, id, content = {}) => {
    const about = CONFLICT.exec(id)?.[1] ?? id
    if (about.startsWith(HOLD)) return outputsOf(edge).get(about.slice(HOLD.length)) ?? NOTHING
    const own = KINDS[documentKind(about)]
    // What does not hold together is refused by whoever writes it, and takes over nothing: so it is looked at as it is
    // written, or a key that is dropped then could make it look worse here.
    const checked = checkDocument(about, contentOf(content))
    const driven = checked.ok ? [...drivenBy(checked.value)] : []
    const users = driven.map((output) => outputsOf(edge).get(output) ?? NOTHING)
    // As for a command: an output that nobody is known to use is for who may touch all.
    if (own === undefined || users.some(({ size }) => size === 0)) return NOTHING
    return new Set([own, ...users.flatMap((some) => [...some])])
  }
  return {
    ofDocument,
    ofAction(edge, action) {
      switch (action.type) {
        case 'light':
        case 'light-release':
          return new Set(['lighting'])
        case 'silence':
        case 'unsilence':
        case 'self-test':
          return new Set(['flood'])
        case 'water':
        case 'water-stop':
        case 'water-resume':
          return new Set(['farm'])
        case 'drive':
        case 'hold':
        case 'interlock-reset':
          return ofOutput(edge, action.device, action.output)
      }
    },
    ofAlert({ edge, rule }) {
      if (isLightingFault(rule)) return new Set(['lighting'])
      if (isGreenhouseFault(rule)) return new Set(['farm'])
      return rule === IDENTITY_RULE ? ofEdge(edge) : new Set(['flood'])
    },
    ofEdge,
  }

  function ofEdge(edge: string): ReadonlySet<Vertical> {
    const stations = edges.get(edge).describe?.stations ?? []
    return new Set(stations.map(verticalOf).filter((vertical) => vertical !== undefined))
  }
}

function verticalOf(station: unknown): Vertical | undefined {
  return isRecord(station) && typeof station.kind === 'string' ? KINDS[station.kind] : undefined
}

function outputsIn(stations: readonly unknown[]): Outputs {
  const outputs = new Map<string, Set<Vertical>>()
  for (const station of stations) {
    const vertical = verticalOf(station)
    if (vertical === undefined) continue
    for (const output of drivenBy(station)) {
      const users = outputs.get(output) ?? new Set()
      outputs.set(output, users.add(vertical))
    }
  }
  return outputs
}

/** Everything in a document that names an output of a device, wherever a kind has its own. */
function drivenBy(document: unknown, found = new Set<string>(), depth = 0): ReadonlySet<string> {
  if (depth > DOCUMENT_DEPTH_MAX) return found
  if (Array.isArray(document)) for (const item of document) drivenBy(item, found, depth + 1)
  else if (isRecord(document)) {
    const { device, output } = document
    if (typeof device === 'string' && typeof output === 'string') found.add(`${device}/${output}`)
    for (const value of Object.values(document)) drivenBy(value, found, depth + 1)
  }
  return found
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
