import type { Body } from './edit.ts'
import { itemKeys, sortedItems } from './json-values.ts'
import type { Lost } from './merge.ts'
import { type Policy, policyOf } from './merge-policies.ts'

/** The document with what a lost edit said put back into it, field by field. */
export function restoreLost(kind: string, body: Body, lost: readonly Pick<Lost, 'path' | 'lost'>[]): Body {
  const policy = policyOf(kind)
  const restored = lost.reduce<unknown>((value, entry) => setAt(policy, value, entry.path, entry.lost), body)
  return isRecord(restored) ? restored : body
}

/** A document that was lost as a whole can be restored without one that is there. */
export function isWhole(lost: readonly Pick<Lost, 'path'>[]): boolean {
  return lost.some(({ path }) => path.length === 0)
}

function setAt(policy: Policy, value: unknown, path: readonly string[], to: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return to
  if (policy.rule === 'items') return setItem(policy, value, head, rest, to)
  const record = isRecord(value) ? value : {}
  const inner =
    policy.rule === 'fields' && Object.hasOwn(policy.fields, head) ? policy.fields[head] : undefined
  const next = setAt(inner ?? { rule: 'newest' }, record[head], rest, to)
  const entries = Object.entries(record).filter(([key]) => key !== head)
  return Object.fromEntries(next === undefined ? entries : [...entries, [head, next]])
}

function setItem(
  policy: Extract<Policy, { rule: 'items' }>,
  value: unknown,
  name: string,
  rest: readonly string[],
  to: unknown,
): unknown {
  const present = itemKeys(value ?? [], policy.by)
  if (present === undefined) return value
  const items = new Map(present)
  const next = setAt(policy.item, items.get(name), rest, to)
  const added = !items.has(name)
  if (next === undefined) items.delete(name)
  else items.set(name, next)
  const list = [...items.values()]
  return added ? sortedItems(list, policy.by) : list
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
