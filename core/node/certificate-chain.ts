import { X509Certificate } from 'node:crypto'
import type { UtcBounds } from '../clock.ts'
import { type CertificateFields, certificateFields } from './certificate-der.ts'

/** Certificates from a peer's up to one that is trusted, or why there is no such chain. */
export type Chain =
  | { readonly ok: true; readonly certificates: readonly X509Certificate[] }
  | { readonly ok: false; readonly reason: string }

/** A city's CA signs its hub directly, or through one or two CAs between. */
const CHAIN_MAX = 5
/** As many as OpenSSL takes from a peer; a chain with more is somebody's attempt to keep us busy. */
const OFFERED_MAX = 16
const RSA_BITS_MIN = 2048
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'

/** RFC 8017 PKCS #1 with SHA-2 and PSS, RFC 5758 ECDSA with SHA-2, RFC 8410 Ed25519 and Ed448. */
const SIGNATURES = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.3.101.112',
  '1.3.101.113',
])

/** Key usage, alternative name, basic constraints, extended key usage: all that this file looks at. */
const UNDERSTOOD = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37'])

/** The certificates of a PEM text, which may hold other things between them. Throws for one that cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

/**
 * Verifies a server's certificate in all but its dates and its name: every signature up to a self-signed certificate
 * among `trusted`, that every signer may sign, and that each may be used for servers (RFC 5280, 6.1, without policies,
 * name constraints and revocation: a chain that depends on them is refused). OpenSSL does the same and more, but tells only
 * the last of its complaints: behind one about dates any other may hide.
 */
export function verifyChain(
  peer: X509Certificate,
  offered: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): Chain {
  const pool = [...trusted, ...offered.slice(0, OFFERED_MAX)]
  const certificates: X509Certificate[] = []
  let current = peer
  for (;;) {
    const problem = usable(current, certificates.length)
    if (problem !== undefined) return refused(current, problem)
    certificates.push(current)
    if (signedBy(current, current)) {
      return isAmong(trusted, current) ? { ok: true, certificates } : refused(current, 'is not trusted')
    }
    if (certificates.length >= CHAIN_MAX) return refused(peer, 'has too long a chain')
    const issuer = pool.find((candidate) => !isAmong(certificates, candidate) && signedBy(current, candidate))
    if (issuer === undefined) return refused(current, 'is signed by nobody who is known')
    current = issuer
  }
}

/** The first certificate of a chain that is certainly not valid at any moment within `bounds`. */
export function outOfDate(
  certificates: readonly X509Certificate[],
  { earliest, latest }: UtcBounds,
): X509Certificate | undefined {
  return certificates.find(({ validFrom, validTo }) => {
    const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
    return !(latest >= from && earliest <= to)
  })
}

/** What keeps a certificate from standing `below` certificates up in a chain, that of the server being 0. */
function usable(certificate: X509Certificate, below: number): string | undefined {
  const fields: CertificateFields | undefined = certificateFields(certificate.raw)
  if (fields === undefined) return 'is malformed'
  if (!SIGNATURES.has(fields.signature)) return `is signed by an algorithm that is not accepted`
  if (fields.critical.some((oid) => !UNDERSTOOD.has(oid))) return 'has restrictions that are not understood'
  const usages: readonly string[] | undefined = certificate.keyUsage
  if (usages !== undefined && !usages.includes(SERVER_AUTH)) return 'is not meant for servers'
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? RSA_BITS_MIN
  if (bits < RSA_BITS_MIN) return 'has too short a key'
  if (below === 0) return undefined
  if (!certificate.ca) return 'may not sign certificates'
  return fields.pathLength !== undefined && below - 1 > fields.pathLength
    ? 'may not stand so far above a server'
    : undefined
}

function signedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isAmong(certificates: readonly X509Certificate[], one: X509Certificate): boolean {
  return certificates.some(({ raw }) => raw.equals(one.raw))
}

function refused({ subject }: X509Certificate, reason: string): Chain {
  return { ok: false, reason: `${subject.replaceAll('\n', ', ').slice(0, 100)} ${reason}` }
}
