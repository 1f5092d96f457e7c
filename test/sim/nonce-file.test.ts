import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileNonces } from '../../sim/nonce-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tram-nonces-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('nonces in a file', () => {
  test('go on where they stopped after a restart, each device for itself', () => {
    const file = join(folder, 'nonces')
    const before = fileNonces(file)
    expect([before.next('a'), before.next('a'), before.next('b')]).toEqual([0, 1, 0])
    const after = fileNonces(file)
    expect([after.next('a'), after.next('b')]).toEqual([2, 1])
  })

  test('a damaged file counts from the beginning instead of stopping the city', () => {
    const file = join(folder, 'nonces')
    writeFileSync(file, '{"a": ')
    expect(fileNonces(file).next('a')).toBe(0)
  })
})
