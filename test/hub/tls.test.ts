import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningHub, startHub } from './hub-world.ts'
import { temporary } from './world.ts'

const directory = temporary()
const file = (name: string) => join(directory.path, name)
const pem = (name: string) => readFileSync(file(name), 'utf8')
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory.path, stdio: 'pipe' })

/** A certificate for `name`, signed by `ca` or by itself. */
function certificate(name: string, subject: string, ca?: string): void {
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${name}.key`,
  ]
  if (ca === undefined) {
    openssl('req', '-x509', ...key, '-out', `${name}.crt`, '-days', '2', '-subj', `/CN=${subject}`)
    return
  }
  openssl('req', ...key, '-out', `${name}.csr`, '-subj', `/CN=${subject}`)
  writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1')
  const signer = ['-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial', '-extfile', 'san']
  openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, '-days', '2', ...signer)
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasOpenssl())('a broker with TLS (needs openssl to make certificates)', () => {
  let running: RunningHub
  beforeAll(async () => {
    certificate('ca', 'test authority')
    certificate('other-ca', 'another authority')
    certificate('hub', 'hub', 'ca')
    certificate('edge', 'edge-1', 'ca')
    certificate('stranger', 'edge-1', 'other-ca')
    const secrets = { cert: pem('hub.crt'), key: pem('hub.key'), ca: pem('ca.crt') }
    running = await startHub({}, { secrets })
  })
  afterAll(async () => {
    await running.close()
    directory.dispose()
  })

  const bearer = (name: string) => ({ ca: pem('ca.crt'), cert: pem(`${name}.crt`), key: pem(`${name}.key`) })

  test('an edge is let in by its certificate alone', async () => {
    const client = await running.connect('edge-1', '', bearer('edge'))
    expect(client.connected).toBe(true)
  })

  test('a certificate does not speak for another edge', async () => {
    await expect(running.connect('edge-2', '', bearer('edge'))).rejects.toThrow('Not authorized')
  })

  test('a certificate of another authority proves nothing', async () => {
    await expect(running.connect('edge-1', '', bearer('stranger'))).rejects.toThrow('Not authorized')
  })

  test('an edge without a certificate is let in over TLS by its key', async () => {
    const client = await running.connect('edge-2', 'key-2', { ca: pem('ca.crt') })
    expect(client.connected).toBe(true)
  })
})
