import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UtcBounds } from '../../../core/clock.ts'
import { FaultError } from '../../../core/errors.ts'
import { certificatesIn, verifyChain } from '../../../core/node/certificate-chain.ts'
import { connectJudged } from '../../../core/node/judged-tls.ts'
import { authority, hasOpenssl } from './authority.ts'

const folder = mkdtempSync(join(tmpdir(), 'tram-tls-'))
const ca = authority(folder)
const HERE = { san: 'IP:127.0.0.1' }
/** To a system whose clock is right these have run out, and to one at 1970 they have not begun. */
const THEN = { from: '20200101000000Z', to: '20210101000000Z' }
const LONG = { from: '20190101000000Z', to: '20390101000000Z' }
const at = (utc: number): UtcBounds => ({ earliest: utc - 1_000, latest: utc + 1_000 })
const IN_2020 = at(Date.UTC(2020, 5, 1))
const IN_2035 = at(Date.UTC(2035, 5, 1))
const FLOOR_2020: UtcBounds = { earliest: Date.UTC(2020, 5, 1), latest: Number.POSITIVE_INFINITY }

const SECRET = 'the key of the node'

interface Attempt {
  /** The code of the fault that ended it, or what else did; undefined when it went through. */
  readonly refused: string | undefined
  /** What the server was told. */
  readonly heard: string
}

/** Connects to a server that shows the certificates `shown` (a chain, by name, with the key of the first). */
async function attempt(
  shown: readonly string[],
  bounds: UtcBounds,
  { trust = 'ca', host = '127.0.0.1' } = {},
): Promise<Attempt> {
  let heard = ''
  const server: Server = createServer(
    { cert: shown.map(ca.pem).join(''), key: ca.pem(`${shown[0]?.replace('.crt', '')}.key`) },
    (socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString()
        socket.end('heard')
      })
    },
  )
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const refused = await new Promise<string | undefined>((resolve) => {
    const trusted = certificatesIn(ca.pem(`${trust}.crt`))
    const socket = connectJudged({ host, port, trusted, bounds: () => bounds })
    socket.on('error', (cause) => resolve(cause instanceof FaultError ? cause.fault.code : cause.message))
    socket.on('data', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.write(SECRET)
  })
  // What left before the refusal would be here by now.
  await new Promise((resolve) => setTimeout(resolve, 30))
  await new Promise((resolve) => server.close(resolve))
  return { refused, heard }
}

const accepted: Attempt = { refused: undefined, heard: SECRET }
const untrusted: Attempt = { refused: 'CERTIFICATE_REFUSED', heard: '' }
const outOfDate: Attempt = { refused: 'CERTIFICATE_OUT_OF_DATE', heard: '' }

describe.skipIf(!hasOpenssl())('a server whose dates are judged by the node (needs openssl)', () => {
  beforeAll(() => {
    ca.issue('ca', 'authority', 'ca', { ca: true, ...LONG })
    ca.issue('other', 'another authority', 'other', { ca: true, ...LONG })
    ca.issue('namesake', 'authority', 'namesake', { ca: true, ...LONG })
    ca.issue('now', 'hub', 'ca', HERE)
    ca.issue('then', 'hub', 'ca', { ...HERE, ...THEN })
    ca.issue('later', 'hub', 'ca', { ...HERE, from: '20350101000000Z', to: '20360101000000Z' })
    ca.issue('elsewhere', 'hub', 'ca', { san: 'DNS:elsewhere.example', ...THEN })
    ca.issue('stranger', 'hub', 'other', { ...HERE, ...THEN })
    ca.issue('forged', 'hub', 'namesake', { ...HERE, ...THEN })
    ca.issue('own', 'hub', 'own', { ...HERE, ...THEN })
    ca.issue('client', 'hub', 'ca', { ...HERE, ...THEN, usage: 'clientAuth' })
    ca.issue('server', 'hub', 'ca', { ...HERE, ...THEN, usage: 'serverAuth' })
    ca.issue('weak', 'hub', 'ca', { ...HERE, ...THEN, digest: 'sha1' })
    ca.issue('odd', 'hub', 'ca', { ...HERE, ...THEN, more: ['1.2.3.4=critical,ASN1:NULL'] })
    ca.issue('between', 'between', 'ca', { ca: true, ...LONG })
    ca.issue('below', 'hub', 'between', { ...HERE, ...THEN })
    ca.issue('narrow', 'narrow', 'ca', {
      ca: true,
      ...LONG,
      more: ['nameConstraints=permitted;DNS:else.example'],
    })
    ca.issue('too-wide', 'hub', 'narrow', { ...HERE, ...THEN })
    ca.issue('under-server', 'hub', 'server', { ...HERE, ...THEN })
    ca.issue('last', 'last', 'ca', { ca: true, pathLength: 0, ...LONG })
    ca.issue('beyond', 'beyond', 'last', { ca: true, ...LONG })
    ca.issue('too-deep', 'hub', 'beyond', { ...HERE, ...THEN })
    ca.issue('old-ca', 'old authority', 'old-ca', { ca: true, ...THEN })
    ca.issue('under-old', 'hub', 'old-ca', { ...HERE, ...LONG })
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is taken while its certificate is valid by the node, though the system is years ahead', async () => {
    expect(await attempt(['then.crt'], IN_2020)).toEqual(accepted)
  })

  test('is taken while its certificate is valid by the node, though to the system it has not begun', async () => {
    expect(await attempt(['later.crt'], IN_2035)).toEqual(accepted)
  })

  test('is taken by a node that knows only a floor, as long as that lies before the end', async () => {
    expect(await attempt(['then.crt'], FLOOR_2020)).toEqual(accepted)
  })

  test('is taken where the system finds nothing wrong either', async () => {
    expect(await attempt(['now.crt'], at(Date.now()))).toEqual(accepted)
  })

  test('is refused when its certificate has run out by the node and by the system', async () => {
    expect(await attempt(['then.crt'], at(Date.now()))).toEqual(outOfDate)
  })

  test('is refused when its certificate has run out by the node alone', async () => {
    expect(await attempt(['now.crt'], IN_2035)).toEqual(outOfDate)
  })

  test('is refused when its certificate has not begun by the node alone', async () => {
    expect(await attempt(['now.crt'], IN_2020)).toEqual(outOfDate)
  })

  test('is refused when the authority itself has run out', async () => {
    expect(await attempt(['under-old.crt'], at(Date.now()), { trust: 'old-ca' })).toEqual(outOfDate)
  })

  test('is refused with the certificate of another host', async () => {
    expect(await attempt(['elsewhere.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused with a certificate of another authority', async () => {
    expect(await attempt(['stranger.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused with a certificate of another authority that it sends along', async () => {
    expect(await attempt(['stranger.crt', 'other.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused with a certificate that an impostor signed in the name of the authority', async () => {
    expect(await attempt(['forged.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused with such a certificate though the impostor is sent along', async () => {
    expect(await attempt(['forged.crt', 'namesake.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused with a certificate that it signed itself', async () => {
    expect(await attempt(['own.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is taken with a self-signed certificate that is the one trusted', async () => {
    expect(await attempt(['own.crt'], IN_2020, { trust: 'own' })).toEqual(accepted)
  })

  test('is refused with a certificate for clients', async () => {
    expect(await attempt(['client.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is taken with a certificate for servers', async () => {
    expect(await attempt(['server.crt'], IN_2020)).toEqual(accepted)
  })

  test('is refused with a signature by SHA-1', () => {
    const [weak] = certificatesIn(ca.pem('weak.crt'))
    const chain = weak && verifyChain(weak, [], certificatesIn(ca.pem('ca.crt')))
    expect(chain).toEqual({ ok: false, reason: 'CN=hub is signed by an algorithm that is not accepted' })
  })

  test('is refused with a critical extension that nobody understands', async () => {
    expect(await attempt(['odd.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused below an authority whose names are limited, which is not checked here', async () => {
    expect(await attempt(['too-wide.crt', 'narrow.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is taken with an authority between that it sends along', async () => {
    expect(await attempt(['below.crt', 'between.crt'], IN_2020)).toEqual(accepted)
  })

  test('is refused when the authority between is missing', async () => {
    expect(await attempt(['below.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused when a server has signed in place of an authority', async () => {
    expect(await attempt(['under-server.crt', 'server.crt'], IN_2020)).toEqual(untrusted)
  })

  test('is refused below an authority that may have none below it', async () => {
    expect(await attempt(['too-deep.crt', 'beyond.crt', 'last.crt'], IN_2020)).toEqual(untrusted)
  })
})
