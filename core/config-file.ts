import type { Static, TSchema } from 'typebox'
import { Default } from 'typebox/value'
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { type Fault, fault } from './errors.ts'
import { err, ok, type Result } from './result.ts'
import { checker, type SchemaProblem } from './schema.ts'
import type { Text } from './text.ts'

/** Larger files are not configuration. */
const CONFIG_CHARACTERS_MAX = 1_000_000

/**
 * Reads a YAML configuration against its schema, fills in the defaults, and says of the first mistake on which
 * line it stands, which key it is and what would be accepted there.
 */
export function parseConfig<S extends TSchema>(schema: S, text: string, file: string): Result<Static<S>> {
  if (text.length > CONFIG_CHARACTERS_MAX) {
    return err(
      fault('CONFIG_UNREADABLE', { file, reason: `longer than ${CONFIG_CHARACTERS_MAX} characters` }),
    )
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'error',
  })
  const syntax = document.errors[0]
  if (syntax !== undefined) {
    const line = lines.linePos(syntax.pos[0]).line
    return err(fault('CONFIG_SYNTAX', { file, line, reason: syntax.message }))
  }
  const plain = plainValue(document)
  if (!plain.ok) return err(fault('CONFIG_SYNTAX', { file, line: 1, reason: plain.reason }))
  const value = Default(schema, plain.value ?? {})
  const checked = checker(schema)(value)
  if (checked.ok) return ok(checked.value)
  return err(problemFault(schema, checked.problem, document, lines, file))
}

type Plain = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

/** Aliases may expand without end; the parser's own limit stops them by throwing. */
function plainValue(document: Document.Parsed): Plain {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) }
  } catch (cause) {
    return { ok: false, reason: cause instanceof Error ? cause.message : 'cannot be expanded' }
  }
}

function problemFault(
  schema: TSchema,
  problem: SchemaProblem,
  document: Document.Parsed,
  lines: LineCounter,
  file: string,
): Fault {
  const path = problem.path.split('/').slice(1).map(unescapePointer)
  const key = path.join('.') || '(top)'
  const line = lines.linePos(offsetOf(document, path)).line
  const hint = hintFor(schema, problem, path)
  return fault('CONFIG_INVALID', {
    ...{ file, line, key, reason: problem.message, reason_vi: problem.message_vi },
    ...{ hint: hint.en, hint_vi: hint.vi },
  })
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Where the deepest existing part of a path stands; for a key itself, the key rather than its value. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === last)
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node: unknown = document.getIn(path.slice(0, length), true)
    const start = rangeStart(node)
    if (start !== undefined) return start
  }
  return rangeStart(document.contents) ?? 0
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : undefined
}

function hintFor(schema: TSchema, problem: SchemaProblem, path: readonly string[]): Text {
  if (problem.allowed.length > 0) {
    const allowed = problem.allowed.join(', ')
    return { vi: `Ở đây chỉ nhận: ${allowed}.`, en: `Allowed here: ${allowed}.` }
  }
  const keys = keysAt(schema, path.slice(0, -1))
  const wrong = path.at(-1)
  if (wrong !== undefined && problem.message === 'is missing')
    return { vi: `Thêm khóa "${wrong}" vào đây.`, en: `Add the key "${wrong}" here.` }
  if (keys.length === 0 || wrong === undefined || keys.includes(wrong))
    return {
      vi: 'Xem các ví dụ có chú giải trong docs/operations.md.',
      en: 'See the commented examples in docs/operations.md.',
    }
  const near = nearest(wrong, keys)
  const known = keys.join(', ')
  return {
    vi: `${near === undefined ? '' : `Có phải là "${near}"? `}Các khóa được biết ở đây: ${known}.`,
    en: `${near === undefined ? '' : `Did you mean "${near}"? `}Known keys here: ${known}.`,
  }
}

/** The keys that a schema knows at a path; the alternatives of a union are taken together. */
function keysAt(schema: unknown, path: readonly string[]): string[] {
  if (!isRecord(schema)) return []
  if (Array.isArray(schema.anyOf)) return [...new Set(schema.anyOf.flatMap((option) => keysAt(option, path)))]
  const [head, ...rest] = path
  if (head === undefined) return isRecord(schema.properties) ? Object.keys(schema.properties) : []
  if (isRecord(schema.properties) && head in schema.properties) return keysAt(schema.properties[head], rest)
  if (schema.items !== undefined && /^\d+$/.test(head)) return keysAt(schema.items, rest)
  return []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The known key within two edits, nearest first. */
function nearest(wrong: string, keys: readonly string[]): string | undefined {
  const ranked = keys
    .map((key) => ({ key, edits: editDistance(wrong.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  const best = ranked[0]
  return best !== undefined && best.edits <= 2 ? best.key : undefined
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
