import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Text } from './text.ts'

export interface SchemaProblem {
  /** JSON pointer to the offending value, `''` for the whole. */
  readonly path: string
  /** In English, to stand behind the path: `is missing`. */
  readonly message: string
  /** The same in Vietnamese. */
  readonly message_vi: string
  /** The values that would have been accepted, where the schema lists them. */
  readonly allowed: readonly string[]
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SchemaProblem }

/** Compiles a schema once; the returned function tells a valid value from the first problem worth showing. */
export function checker<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return { ok: true, value: value as Static<S> }
    return { ok: false, problem: firstProblem(compiled.Errors(value) as Iterable<RawProblem>) }
  }
}

/** As `checker`, for whoever leaves a value that is wrong: to find out what is wrong takes many times as long. */
export function matcher<S extends TSchema>(schema: S): (value: unknown) => value is Static<S> {
  const compiled = Compile(schema)
  return (value): value is Static<S> => compiled.Check(value)
}

interface RawProblem {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: Readonly<Record<string, unknown>>
}

/** An unknown key says most about a typo, then the deepest path; alternatives of a union are gathered as `allowed`. */
function firstProblem(raw: Iterable<RawProblem>): SchemaProblem {
  const problems = [...raw]
  const unknownKey = problems.find((problem) => problem.keyword === 'additionalProperties')
  if (unknownKey) {
    const keys = unknownKey.params.additionalProperties
    const key = Array.isArray(keys) ? String(keys[0]) : ''
    return { path: `${unknownKey.instancePath}/${key}`, ...say(UNKNOWN_KEY), allowed: [] }
  }
  const leaves = problems.filter((problem) => problem.keyword !== 'anyOf' && problem.keyword !== 'boolean')
  const worst = leaves.reduce<RawProblem | undefined>((best, problem) => {
    return best === undefined || depth(problem) > depth(best) ? problem : best
  }, undefined)
  if (worst === undefined) return { path: problems[0]?.instancePath ?? '', ...say(INVALID), allowed: [] }
  const allowed = leaves
    .filter((problem) => problem.keyword === 'const' && problem.instancePath === worst.instancePath)
    .map((problem) => String(problem.params.allowedValue))
  if (worst.keyword === 'required') {
    const missing = worst.params.requiredProperties
    const key = Array.isArray(missing) ? String(missing[0]) : ''
    return { path: `${worst.instancePath}/${key}`, ...say(MISSING), allowed: [] }
  }
  const text = allowed.length > 0 ? UNKNOWN_VALUE : { vi: vietnamese(worst), en: worst.message }
  return { path: worst.instancePath, ...say(text), allowed }
}

const UNKNOWN_KEY: Text = { vi: 'không phải khóa được biết', en: 'is not a known key' }
const UNKNOWN_VALUE: Text = { vi: 'có giá trị lạ', en: 'has an unknown value' }
const MISSING: Text = { vi: 'còn thiếu', en: 'is missing' }
const INVALID: Text = { vi: 'không hợp lệ', en: 'is invalid' }

function say({ vi, en }: Text) {
  return { message: en, message_vi: vi }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'một chuỗi chữ',
  number: 'một số',
  integer: 'một số nguyên',
  boolean: 'true hoặc false',
  object: 'một nhóm khóa',
  array: 'một danh sách',
  null: 'rỗng',
}

/** What the schema library says in English, by its keyword and parameters. */
function vietnamese({ keyword, params }: RawProblem): string {
  const limit = String(params.limit)
  switch (keyword) {
    case 'type':
      return `phải là ${[params.type]
        .flat()
        .map((type) => TYPES[String(type)] ?? String(type))
        .join(' hoặc ')}`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `phải ${String(params.comparison)} ${limit}`
    case 'minLength':
      return `phải có ít nhất ${limit} ký tự`
    case 'maxLength':
      return `không được dài quá ${limit} ký tự`
    case 'minItems':
      return `phải có ít nhất ${limit} mục`
    case 'maxItems':
      return `không được quá ${limit} mục`
    case 'pattern':
      return `phải khớp mẫu "${String(params.pattern)}"`
    default:
      return INVALID.vi
  }
}

function depth(problem: RawProblem): number {
  return problem.instancePath.split('/').length
}
