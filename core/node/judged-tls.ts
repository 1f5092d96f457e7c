import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { UtcBounds } from '../clock.ts'
import { type Fault, FaultError, fault } from '../errors.ts'
import { outOfDate, verifyChain } from './certificate-chain.ts'

export interface JudgedTls {
  readonly host: string
  readonly port: number
  readonly trusted: readonly X509Certificate[]
  /** PEM texts of the own certificate and its key. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** What is known of the time; the system's clock is not asked. */
  readonly bounds: () => UtcBounds
}

/** Where a URL leads; an IPv6 address stands in brackets in a URL, and nowhere else. */
export function addressIn(url: string, defaultPort: number): Pick<JudgedTls, 'host' | 'port'> {
  const { hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? defaultPort : Number(port) }
}

/** What OpenSSL says when only the dates, judged by the system's clock, are wrong: or that and something before it. */
const ABOUT_DATES: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
/** A ring of certificates that sign each other must not be walked for ever. */
const OFFERED_MAX = 16

/**
 * Connects to a server whose certificate is verified as always, but for its dates: they are held against what is known of
 * the time instead of the system's clock. A certificate is refused only when it is certainly out of date; where the
 * time is unknown, that is when it ran out before the floor. Nothing that is written leaves before all is verified;
 * otherwise the socket ends with a FaultError: CERTIFICATE_OUT_OF_DATE or CERTIFICATE_REFUSED.
 */
export function connectJudged(options: JudgedTls): TLSSocket {
  const { host, port, trusted, cert, key } = options
  const secure: ConnectionOptions = {
    host,
    port,
    ca: trusted.map((certificate) => certificate.toString()),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: false,
  }
  const socket = connect(secure)
  socket.cork()
  socket.once('secureConnect', () => {
    const problem = judgeSafely(socket, options)
    if (problem === undefined) socket.uncork()
    else socket.destroy(new FaultError(problem))
  })
  return socket
}

/** A certificate may be as odd as it likes: what node:crypto throws at is refused like any other. */
function judgeSafely(socket: TLSSocket, options: JudgedTls): Fault | undefined {
  try {
    return judge(socket, options)
  } catch (cause) {
    return refusal(options.host, cause instanceof Error ? cause.message : String(cause))
  }
}

function judge(socket: TLSSocket, { host, trusted, bounds }: JudgedTls): Fault | undefined {
  const complaint = complaintOf(socket)
  if (complaint !== undefined && !ABOUT_DATES.has(complaint)) return refusal(host, complaint)
  const [peer, ...others] = offeredBy(socket)
  if (peer === undefined) return refusal(host, 'none was shown')
  let certificates: readonly X509Certificate[] = [peer, ...others]
  if (complaint !== undefined) {
    const chain = verifyChain(peer, others, trusted)
    if (!chain.ok) return refusal(host, chain.reason)
    const wrongName = checkServerIdentity(host, socket.getPeerCertificate())
    if (wrongName !== undefined) return refusal(host, wrongName.message)
    certificates = chain.certificates
  }
  const late = outOfDate(certificates, bounds())
  if (late === undefined) return undefined
  const { subject, validFrom, validTo } = late
  const name = subject.replaceAll('\n', ', ').slice(0, 100)
  return fault('CERTIFICATE_OUT_OF_DATE', { subject: name, from: validFrom, to: validTo, host })
}

function refusal(host: string, reason: string): Fault {
  return fault('CERTIFICATE_REFUSED', { host, reason: reason.slice(0, 200) })
}

/** OpenSSL's last complaint, by its code; undefined when it has none. */
function complaintOf(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined
  // Declared as an Error; what stands there at run time is the code alone.
  const complaint: unknown = socket.authorizationError
  if (complaint instanceof Error) return 'code' in complaint ? String(complaint.code) : complaint.message
  return String(complaint)
}

/** The peer's certificate, and those above it as far as they were sent along or are trusted. */
function offeredBy(socket: TLSSocket): readonly X509Certificate[] {
  const found: X509Certificate[] = []
  let current = socket.getPeerCertificate(true)
  while (current?.raw !== undefined && found.length < OFFERED_MAX) {
    const { raw } = current
    if (found.some((known) => known.raw.equals(raw))) break
    found.push(new X509Certificate(raw))
    current = current.issuerCertificate
  }
  return found
}
