import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readRelayKey } from '../../../core/node/relay-key.ts'

/** A key is taken from a file that its owner alone reads, whole, or not at all. */

const folder = mkdtempSync(join(tmpdir(), 'tram-key-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const keyFile = (text: string, mode = 0o600) => {
  const file = join(folder, `${text.length}-${mode}`)
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

test('64 digits are a key', () => {
  expect(readRelayKey(keyFile(`${'0a'.repeat(32)}\n`))).toEqual({
    ok: true,
    value: new Uint8Array(32).fill(10),
  })
})
test('fewer digits are none', () => {
  expect(readRelayKey(keyFile('0a'.repeat(16)))).toMatchObject({ error: { code: 'RELAY_KEY_MALFORMED' } })
})
test('what others may read is no secret', () => {
  const read = readRelayKey(keyFile('0a'.repeat(32), 0o644))
  expect(read).toMatchObject({ error: { code: 'SECRET_UNREADABLE' } })
})
test('a file that is not there is refused', () => {
  expect(readRelayKey(join(folder, 'none'))).toMatchObject({ error: { code: 'SECRET_UNREADABLE' } })
})
