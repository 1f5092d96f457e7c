import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = dirname(import.meta.dirname)

export interface SourceFile {
  /** Relative to the project's root. */
  readonly path: string
  readonly text: string
}

/** Every file of ours that git knows or would take, by suffix. */
export function sourceFiles(...suffixes: readonly string[]): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return [...new Set(listed.split('\n'))]
    .filter((path) => suffixes.some((suffix) => path.endsWith(suffix)))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), 'utf8') }]
      } catch {
        return [] // deleted in the working tree, not yet in the index
      }
    })
}

/** Paths of our own files that a source file imports, relative to the root. */
export function ownImports(file: SourceFile): string[] {
  const found = file.text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)
  return [...found].map((match) => normalize(join(dirname(file.path), match[1] ?? '')))
}
