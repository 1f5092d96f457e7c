import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder that looks like the root of a board: path → what the kernel's file says; null for one that cannot be read. */
export function board(files: Readonly<Record<string, string | null>>) {
  const root = mkdtempSync(join(tmpdir(), 'tram-board-'))
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    // A folder in a file's place fails to read, as a sensor without power does.
    if (text === null) mkdirSync(file)
    else writeFileSync(file, `${text}\n`)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
