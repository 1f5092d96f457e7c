import type { Utc } from '../clock.ts'
import type { Body, Edit } from './edit.ts'
import { type Items, itemKeys, jsonEqual, sortedItems } from './json-values.ts'
import type { Absence, Policy } from './merge-policies.ts'
import { generationOf } from './revision.ts'

/** One of two edits of a document: its content without the edit, and whose it was. */
export interface Version {
  readonly rev: string
  readonly body: Body
  readonly edit: Edit | undefined
}

/** What an edit said and the merge did not take. A value left out says that the field was absent. */
export interface Lost {
  /** Keys from the top; an item of a list stands under its key, as `json-values.ts` makes it. */
  readonly path: readonly string[]
  readonly kept?: unknown
  readonly lost?: unknown
  /** The revision that said it. */
  readonly rev: string
}

export interface Merged {
  readonly body: Body
  readonly lost: readonly Lost[]
}

interface Context {
  readonly a: Version
  readonly b: Version
  choose(policy: Policy, a: unknown, b: unknown, absence: Absence): 'a' | 'b'
  /** What only `b` changed is not taken from it either. */
  readonly keepA: boolean
  readonly lost: Lost[]
}

/** The common ancestor's value here; `known` is false without an ancestor. */
interface Base {
  readonly known: boolean
  readonly value: unknown
}

const NEWEST: Policy = { rule: 'newest' }

/**
 * Merges two edits of one document. With the body of their common ancestor only what both changed is decided by the
 * rules; without it everything in which they differ is. Pure, and the same whichever edit is named first.
 * `now` is the best known UTC, undefined where it is not known.
 */
export function mergeVersions(
  policy: Policy,
  base: Body | undefined,
  a: Version,
  b: Version,
  now: Utc | undefined,
): Merged {
  return traverse(policy, base, a, b, (rule, left, right, absence) => {
    if (rule.rule === 'hub') return ofHub(a, b)
    if (rule.rule === 'site-until') return ofSite(rule.until, a, b, now)
    if (left === undefined || right === undefined) {
      if (absence === 'stays') return left === undefined ? 'b' : 'a'
      return newer(a, b)
    }
    return rule.rule === 'stricter' ? (stricter(rule.than, left, right) ?? newer(a, b)) : newer(a, b)
  })
}

/** Keeps one of two edits whole; lost is what the other changed. */
export function keepVersion(policy: Policy, base: Body | undefined, kept: Version, other: Version): Merged {
  const { lost } = traverse(policy, base, kept, other, () => 'a', true)
  return { body: kept.body, lost }
}

/** The version whose safety limits are the stricter ones; undefined where each has some, or they are alike. */
export function stricterVersion(policy: Policy, a: Version, b: Version): Version | undefined {
  const wins = { a: 0, b: 0 }
  traverse(policy, undefined, a, b, (rule, left, right, absence) => {
    const missing = left === undefined || right === undefined
    const present = left === undefined ? 'b' : 'a'
    const side =
      missing && absence === 'stays'
        ? present
        : rule.rule === 'stricter' && !missing
          ? stricter(rule.than, left, right)
          : undefined
    if (side !== undefined) wins[side]++
    return 'a'
  })
  if (wins.a > 0 && wins.b === 0) return a
  if (wins.b > 0 && wins.a === 0) return b
  return undefined
}

/**
 * The newer of two edits: by their clocks where both were known, else by how many edits went before; the hub's where
 * that says nothing.
 */
export function newer(a: Version, b: Version): 'a' | 'b' {
  const at = knownTime(a.edit)
  const other = knownTime(b.edit)
  if (at !== undefined && other !== undefined && at !== other) return at > other ? 'a' : 'b'
  const generations = generationOf(a.rev) - generationOf(b.rev)
  if (generations !== 0) return generations > 0 ? 'a' : 'b'
  const [ours, theirs] = [a.edit?.side === 'hub', b.edit?.side === 'hub']
  if (ours !== theirs) return ours ? 'a' : 'b'
  return a.rev >= b.rev ? 'a' : 'b'
}

function knownTime(edit: Edit | undefined): Utc | undefined {
  return edit === undefined || edit.clock === 'unknown' ? undefined : edit.at
}

function ofHub(a: Version, b: Version): 'a' | 'b' {
  if ((a.edit?.side === 'hub') === (b.edit?.side === 'hub')) return newer(a, b)
  return a.edit?.side === 'hub' ? 'a' : 'b'
}

function ofSite(until: string, a: Version, b: Version, now: Utc | undefined): 'a' | 'b' {
  if ((a.edit?.side === 'edge') === (b.edit?.side === 'edge')) return newer(a, b)
  const [site, name] = a.edit?.side === 'edge' ? ([a, 'a'] as const) : ([b, 'b'] as const)
  const end = site.body[until]
  return now === undefined || (typeof end === 'number' && end > now) ? name : newer(a, b)
}

/** Undefined for what is no limit, or the same one. */
function stricter(than: 'lower' | 'higher', a: unknown, b: unknown): 'a' | 'b' | undefined {
  if (typeof a !== 'number' || typeof b !== 'number' || a === b) return undefined
  return a < b === (than === 'lower') ? 'a' : 'b'
}

function traverse(
  policy: Policy,
  base: Body | undefined,
  a: Version,
  b: Version,
  choose: Context['choose'],
  keepA = false,
): Merged {
  const context: Context = { a, b, choose, keepA, lost: [] }
  const known = { known: base !== undefined, value: base }
  const value = mergeValue(context, policy, 'stays', [], known, a.body, b.body)
  return { body: isRecord(value) ? value : a.body, lost: context.lost }
}

function mergeValue(
  context: Context,
  policy: Policy,
  absence: Absence,
  path: readonly string[],
  base: Base,
  a: unknown,
  b: unknown,
): unknown {
  if (jsonEqual(a, b)) return a
  if (base.known && !context.keepA && jsonEqual(a, base.value)) return b
  if (base.known && jsonEqual(b, base.value)) return a
  if (policy.rule === 'fields' && isRecord(a) && isRecord(b))
    return mergeFields(context, policy, path, base, a, b)
  if (policy.rule === 'items') {
    const items = { a: itemKeys(a, policy.by), b: itemKeys(b, policy.by) }
    if (items.a !== undefined && items.b !== undefined)
      return mergeItems(context, policy, path, base, items.a, items.b)
  }
  const side = context.choose(policy, a, b, absence)
  note(context, path, side, a, b)
  return side === 'a' ? a : b
}

/** Writes down what the side that was not kept said. */
function note(context: Context, path: readonly string[], side: 'a' | 'b', a: unknown, b: unknown): void {
  const [kept, lost, loser] = side === 'a' ? [a, b, context.b] : [b, a, context.a]
  context.lost.push({
    path,
    rev: loser.rev,
    ...(kept === undefined ? {} : { kept }),
    ...(lost === undefined ? {} : { lost }),
  })
}

function mergeFields(
  context: Context,
  policy: Extract<Policy, { rule: 'fields' }>,
  path: readonly string[],
  base: Base,
  a: Body,
  b: Body,
): Body {
  const [first, second] = newer(context.a, context.b) === 'a' ? [a, b] : [b, a]
  const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])]
  const before = isRecord(base.value) ? base.value : {}
  const rest = policy.others === 'truth' ? keys.filter((key) => own(policy.fields, key) === undefined) : []
  const changed = (side: Body) => rest.some((key) => !jsonEqual(own(side, key), own(before, key)))
  const apart = rest.some((key) => !jsonEqual(own(a, key), own(b, key)))
  // With one of the newer's fields come all of them, also those that it left as they were.
  const whole = base.known && !context.keepA && apart && changed(a) && changed(b)
  const entries = keys.map((key) => {
    const known = own(policy.fields, key)
    const rule = known ?? (policy.others === 'truth' ? NEWEST : policy.others)
    const within = { known: base.known, value: own(before, key) }
    const field = [...path, key]
    const value =
      whole && known === undefined
        ? newerField(context, field, within.value, own(a, key), own(b, key))
        : mergeValue(context, rule, policy.absence, field, within, own(a, key), own(b, key))
    return [key, value] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** The newer edit's field, changed or not. */
function newerField(
  context: Context,
  path: readonly string[],
  base: unknown,
  a: unknown,
  b: unknown,
): unknown {
  const side = newer(context.a, context.b)
  const other = side === 'a' ? b : a
  if (!jsonEqual(a, b) && !jsonEqual(other, base)) note(context, path, side, a, b)
  return side === 'a' ? a : b
}

function mergeItems(
  context: Context,
  policy: Extract<Policy, { rule: 'items' }>,
  path: readonly string[],
  base: Base,
  a: Items,
  b: Items,
): readonly unknown[] {
  const before = itemKeys(base.value, policy.by)
  const [first, second] = newer(context.a, context.b) === 'a' ? [a, b] : [b, a]
  const keys = [...new Set([...first.keys(), ...second.keys()])]
  const merged = keys.map((key) => {
    const within = { known: base.known, value: before?.get(key) }
    return mergeValue(context, policy.item, policy.absence, [...path, key], within, a.get(key), b.get(key))
  })
  const items = merged.filter((item) => item !== undefined)
  return items.length === first.size && keys.length === first.size ? items : sortedItems(items, policy.by)
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
