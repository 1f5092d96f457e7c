/** Values of JSON documents: whether two say the same, and items of lists by what names them. */

export type Items = ReadonlyMap<string, unknown>

/** The same whatever the order of keys. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]))
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
  )
}

/**
 * The items of a list under what names them, such as `dh-siren/relay1`. Undefined for what is no list, has an item
 * without a name, or two of one name: such a list is one value.
 */
export function itemKeys(list: unknown, by: readonly string[]): Items | undefined {
  if (!Array.isArray(list)) return undefined
  const items = new Map<string, unknown>()
  for (const item of list) {
    const name = nameOf(item, by)
    if (name === undefined || items.has(name)) return undefined
    items.set(name, item)
  }
  return items
}

/** By their names, numbers as numbers; those of one name by what they say. */
export function sortedItems(items: readonly unknown[], by: readonly string[]): readonly unknown[] {
  return [...items].sort((a, b) => {
    for (const key of by) {
      const order = compare(fieldOf(a, key), fieldOf(b, key))
      if (order !== 0) return order
    }
    return compare(JSON.stringify(a), JSON.stringify(b))
  })
}

function nameOf(item: unknown, by: readonly string[]): string | undefined {
  const parts = by.map((key) => fieldOf(item, key))
  return parts.every((part) => typeof part === 'string' || typeof part === 'number')
    ? parts.join('/')
    : undefined
}

function fieldOf(item: unknown, key: string): unknown {
  return isRecord(item) && Object.hasOwn(item, key) ? item[key] : undefined
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
