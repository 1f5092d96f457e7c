/** Numbers inside a document, by their path. Documents are data from elsewhere: nothing about their shape is taken for granted. */

export type Content = Readonly<Record<string, unknown>>
export type Path = readonly (string | number)[]

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return typeof key === 'number' ? inner[key] : undefined
    if (typeof inner !== 'object' || inner === null) return undefined
    return Object.entries(inner).find(([name]) => name === String(key))?.[1]
  }, value)
}

export function isNumberAt(value: unknown, path: Path): boolean {
  return typeof at(value, path) === 'number'
}

/** NaN where there is none. */
export function numberAt(value: unknown, path: Path): number {
  const found = at(value, path)
  return typeof found === 'number' ? found : Number.NaN
}

/** The content with this number at the path; what lies beside it stays the same. A path that is not there changes nothing. */
export function withNumberAt(content: Content, path: Path, number: number): Content {
  const changed = replaced(content, path, number)
  return typeof changed === 'object' && changed !== null
    ? Object.fromEntries(Object.entries(changed))
    : content
}

function replaced(value: unknown, path: Path, number: number): unknown {
  const [key, ...rest] = path
  if (key === undefined) return typeof value === 'number' ? number : value
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? replaced(item, rest, number) : item))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === String(key) ? replaced(item, rest, number) : item,
    ]),
  )
}
