import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

export interface SchemaProblem {
  /** JSON pointer to the offending value, `''` for the whole. */
  readonly path: string
  readonly message: string
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
    return { path: `${unknownKey.instancePath}/${key}`, message: 'is not a known key', allowed: [] }
  }
  const leaves = problems.filter((problem) => problem.keyword !== 'anyOf' && problem.keyword !== 'boolean')
  const worst = leaves.reduce<RawProblem | undefined>((best, problem) => {
    return best === undefined || depth(problem) > depth(best) ? problem : best
  }, undefined)
  if (worst === undefined)
    return {
      path: problems[0]?.instancePath ?? '',
      message: problems[0]?.message ?? 'is invalid',
      allowed: [],
    }
  const allowed = leaves
    .filter((problem) => problem.keyword === 'const' && problem.instancePath === worst.instancePath)
    .map((problem) => String(problem.params.allowedValue))
  if (worst.keyword === 'required') {
    const missing = worst.params.requiredProperties
    const key = Array.isArray(missing) ? String(missing[0]) : ''
    return { path: `${worst.instancePath}/${key}`, message: 'is missing', allowed: [] }
  }
  return {
    path: worst.instancePath,
    message: allowed.length > 0 ? 'has an unknown value' : worst.message,
    allowed,
  }
}

function depth(problem: RawProblem): number {
  return problem.instancePath.split('/').length
}
