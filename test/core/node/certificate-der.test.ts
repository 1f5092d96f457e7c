import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { certificatesIn } from '../../../core/node/certificate-chain.ts'
import { certificateFields } from '../../../core/node/certificate-der.ts'
import { integer } from '../../../core/random.ts'
import { authority, hasOpenssl } from './authority.ts'

const FUZZ_INPUTS = 100_000

describe.skipIf(!hasOpenssl())('the fields of a certificate (needs openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tram-der-'))
  const ca = authority(folder)
  const der = (name: string) => certificatesIn(ca.pem(`${name}.crt`))[0]?.raw ?? Buffer.alloc(0)
  beforeAll(() => {
    ca.issue('ca', 'authority', 'ca', { ca: true, pathLength: 3 })
    ca.issue('server', 'server', 'ca', {
      more: ['1.2.840.5.6=critical,ASN1:NULL', 'keyUsage=digitalSignature'],
    })
  }, 30_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('tell the algorithm, how many authorities may follow, and what must be understood', () => {
    expect(certificateFields(der('ca'))).toEqual({
      signature: '1.2.840.10045.4.3.2',
      pathLength: 3,
      critical: ['2.5.29.19'],
    })
    expect(certificateFields(der('server'))).toEqual({
      signature: '1.2.840.10045.4.3.2',
      pathLength: undefined,
      critical: ['2.5.29.19', '1.2.840.5.6'],
    })
  })

  test('of a hundred thousand damaged ones are read or not, and nothing is thrown', () => {
    const random = seededRandom(7)
    const whole = der('server')
    let unread = 0
    for (let input = 0; input < FUZZ_INPUTS; input++) {
      const bytes = Buffer.from(whole.subarray(0, integer(random, 0, whole.length)))
      for (let change = integer(random, 0, 3); change > 0 && bytes.length > 0; change--)
        bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
      if (certificateFields(bytes) === undefined) unread++
    }
    expect(unread).toBeGreaterThan(FUZZ_INPUTS / 2)
  })

  test('of random bytes are none', () => {
    const random = seededRandom(8)
    for (let input = 0; input < 1_000; input++) {
      expect(certificateFields(random.bytes(integer(random, 0, 40)))).toBeUndefined()
    }
  })
})
