import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSecretFile } from '../../../core/node/secret-file.ts'

/** A secret is one that nobody else can read, and that is there. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tram-key-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const written = (content: string, mode = 0o600) => {
  const file = join(folder, 'key')
  writeFileSync(file, content, { mode })
  return readSecretFile(file)
}

describe('a file with a secret', () => {
  test('is read without the white space around it', () => {
    expect(written('mat-khau\n')).toEqual({ ok: true, value: 'mat-khau' })
  })

  test('with nothing in it is no secret', () => {
    expect(written(' \n')).toMatchObject({ error: { code: 'SECRET_UNREADABLE' } })
  })

  test('that others may read is none any more', () => {
    expect(written('mat-khau', 0o644)).toMatchObject({ error: { code: 'SECRET_UNREADABLE' } })
  })
})
