import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readSecretFile } from '../../../core/node/secret-file.ts'
import { readActivation as readKeys } from '../../../edge/drivers/lorawan/credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'tram-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = '00112233445566778899AABBCCDDEEFF'
function keyFile(name: string, content: string, mode: number): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}
const readActivation = (device: Parameters<typeof readKeys>[0]) => readKeys(device, readSecretFile)
const device = (key: { readonly appKey?: string; readonly appKeyFile?: string }) => ({
  id: 'siren',
  model: 'm',
  activation: { otaa: { devEui: '24E1240000000001', joinEui: '24E124C0002A0001', ...key } },
})

describe('the keys of a device', () => {
  test('are read from a file that only its owner may read', () => {
    expect(readActivation(device({ appKeyFile: keyFile('good', `${KEY}\n`, 0o600) }))).toMatchObject({
      ok: true,
      value: { devEui: '24e1240000000001', appKey: new Uint8Array(Buffer.from(KEY, 'hex')) },
    })
  })

  test('are refused from a file that others may read', () => {
    expect(readActivation(device({ appKeyFile: keyFile('open', KEY, 0o644) }))).toMatchObject({
      error: { code: 'LORAWAN_KEY_FILE', details: { reason: 'others may read it (chmod 600)' } },
    })
  })

  test('are refused from a file that is not there', () => {
    expect(readActivation(device({ appKeyFile: join(folder, 'none') }))).toMatchObject({
      error: { code: 'LORAWAN_KEY_FILE', details: { reason: expect.stringContaining('ENOENT') } },
    })
  })

  test('are refused when neither key nor file is given', () => {
    expect(readActivation(device({}))).toMatchObject({ error: { code: 'LORAWAN_KEY_FILE' } })
  })

  test('are not repeated when they are malformed', () => {
    const read = readActivation(device({ appKeyFile: keyFile('short', 'DEADBEEF', 0o600) }))
    expect(JSON.stringify(read)).not.toContain('DEADBEEF')
  })
})
