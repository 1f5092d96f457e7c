import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { endAll, type Folder, temporaryFolder, tram } from './product.ts'
import { type Site, writeSite } from './site.ts'

let folder: Folder
let site: Site
beforeAll(async () => {
  folder = temporaryFolder()
  site = await writeSite(folder.path)
})
afterAll(async () => {
  await endAll()
  folder.remove()
})

/** Writes a copy of a file with one text in it replaced; the file and the line on which it stands. */
function misspelt(
  file: string,
  right: string,
  wrong: string,
): { readonly file: string; readonly line: number } {
  const text = readFileSync(file, 'utf8')
  const line = text.split('\n').findIndex((one) => one.includes(right)) + 1
  expect(line).toBeGreaterThan(0)
  const copy = join(folder.path, 'misspelt.yaml')
  writeFileSync(copy, text.replace(right, wrong))
  return { file: copy, line }
}

describe('tram check', () => {
  test('finds good files good', async () => {
    expect([
      await tram('check', 'edge', site.edgeFile),
      await tram('check', 'hub', site.hubFile),
    ]).toMatchObject([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ])
  })

  test('names the misspelt key of a node, its line, what was meant and what is known there', async () => {
    const { file, line } = misspelt(site.edgeFile, 'gateways:', 'gatways:')
    const { code, err } = await tram('check', 'edge', file)
    expect(code).toBe(1)
    expect(err).toContain('CONFIG_INVALID')
    expect(err).toContain(`line ${line}`)
    expect(err).toContain('lorawan.gatways')
    expect(err).toContain('"gateways"')
    expect(err).toMatch(/Known keys here: .*region.*devices/)
  })

  test('names the wrong value of a hub, its line and the values that it may have', async () => {
    const { file, line } = misspelt(
      site.hubFile,
      'edges:',
      'users:\n  - { name: lan, passwordHash: x, role: boss }\nedges:',
    )
    const { code, err } = await tram('check', 'hub', file)
    expect(code).toBe(1)
    expect(err).toContain(`line ${line + 1}`)
    expect(err).toContain('users.0.role')
    expect(err).toContain('viewer')
    expect(err).toContain('operator')
    expect(err).toContain('admin')
  })

  test('starting refuses what checking refuses', async () => {
    const { file } = misspelt(site.edgeFile, 'gateways:', 'gatways:')
    expect(await tram('edge', '--config', file)).toMatchObject({ code: 1, out: '' })
  })
})

describe('tram try flood', () => {
  const record = (stages: readonly number[]) => {
    const rows = stages.map(
      (stage, index) => `${new Date(Date.UTC(2026, 0, 1, 0, index * 5)).toISOString()},${stage}`,
    )
    const file = join(folder.path, 'record.csv')
    writeFileSync(file, ['time_utc,stage_m', ...rows].join('\n'))
    return file
  }
  const flood = [0.2, 0.3, 0.7, 0.8, 1.1, 1.2, 1.1, 0.8, ...Array.from({ length: 12 }, () => 0.3)]

  test('prints a line of JSON for each crossing', async () => {
    const { code, out } = await tram(
      'try',
      'flood',
      '--record',
      record(flood),
      '--levels',
      '0.6,1,1.5',
      '--json',
    )
    const events: unknown[] = out.split('\n').map((line) => JSON.parse(line))
    expect(code).toBe(0)
    expect(events).toMatchObject([
      { at: '2026-01-01T00:15:00.000Z', event: 'raised', level: 1, stage_m: 0.8 },
      { at: '2026-01-01T00:25:00.000Z', event: 'raised', level: 2, stage_m: 1.2 },
      { event: 'lowered', level: 1 },
      { event: 'lowered', level: 0 },
    ])
  })

  test('prints a log in words, and how often a level was raised', async () => {
    const { code, out } = await tram(
      'try',
      'flood',
      '--record',
      record(flood),
      '--levels',
      '0.6,1,1.5',
      '--lang',
      'en',
    )
    expect(code).toBe(0)
    expect(out).toContain('levels were raised 2 times')
  })

  test('a record that cannot be read is one failure, levels that fall are another', async () => {
    const missing = await tram('try', 'flood', '--record', join(folder.path, 'none.csv'), '--levels', '1,2,3')
    const falling = await tram('try', 'flood', '--record', record(flood), '--levels', '3,2,1')
    expect([missing.code, falling.code]).toEqual([1, 2])
    expect(missing.err).toContain('RECORD_UNREADABLE')
  })
})

describe('tram key', () => {
  test('makes a key that only its owner reads, and what the hub must know of it', async () => {
    const file = join(folder.path, 'new.key')
    const { code, out } = await tram('key', 'nut-2', '--out', file)
    expect(code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(parse(out)).toMatchObject({
      edges: [{ id: 'nut-2', keyHash: expect.stringMatching(/^scrypt\$/) }],
    })
    expect(out).not.toContain(readFileSync(file, 'utf8').trim())
  })

  test('never writes over a key', async () => {
    const file = join(folder.path, 'old.key')
    writeFileSync(file, 'old')
    expect(await tram('key', 'nut-2', '--out', file)).toMatchObject({ code: 1 })
    expect(readFileSync(file, 'utf8')).toBe('old')
  })

  test('refuses an id that no node may have', async () => {
    const file = join(folder.path, 'bad.key')
    const { code, err } = await tram('key', 'Nút 2', '--out', file)
    expect(code).toBe(1)
    expect(err).toContain('ID_MALFORMED')
    expect(existsSync(file)).toBe(false)
  })
})

describe('look-ups', () => {
  test('tram devices lists the models, and what one of them measures and drives', async () => {
    expect((await tram('devices')).out).toContain('milesight-em500-udl')
    const { code, out } = await tram('devices', 'milesight-ws558')
    expect(code).toBe(0)
    expect(out).toMatch(/relay1 +0 … 1/)
  })

  test('tram devices refuses a model that it does not know', async () => {
    expect(await tram('devices', 'milesight-em500-xyz')).toMatchObject({ code: 1, out: '' })
  })

  test('tram errors explains a code in both languages, in any case', async () => {
    const { code, out } = await tram('errors', 'store_full')
    expect(code).toBe(0)
    expect(out).toContain('Hết chỗ')
    expect(out).toContain('no room left')
  })

  test('tram errors refuses a code that there is not', async () => {
    const { code, err } = await tram('errors', 'NO_SUCH')
    expect(code).toBe(1)
    expect(err).toContain('ERROR_UNKNOWN')
  })

  test('a command that there is not gets help and a failure', async () => {
    const { code, err } = await tram('floood')
    expect(code).not.toBe(0)
    expect(err).toContain('tram --help')
  })
})
