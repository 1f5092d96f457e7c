import { request as plainRequest } from 'node:http'
import { type RequestOptions, request as secureRequest } from 'node:https'
import type { PouchRequest, PouchResponse } from 'pouchdb'
import type { UtcBounds } from '../clock.ts'
import { certificatesIn } from './certificate-chain.ts'
import { connectJudged } from './judged-tls.ts'

export interface FetchOptions {
  /** Certificates for https, PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** What is known of the time: with a `ca`, dates of certificates are held against it and not against the system's clock. */
  readonly bounds?: () => UtcBounds
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 30_000
/** A batch of the largest documents with their histories; more is not an answer that was asked for. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

/** Requests by Node's own client, with our certificates, a limit of time and one of size. */
export function httpFetch(options: FetchOptions) {
  return (url: string, asked: PouchRequest): Promise<PouchResponse> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = {}
      asked.headers.forEach((value, name) => {
        headers[name] = value
      })
      const body = asked.body ?? undefined
      if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
      const send = url.startsWith('https:') ? secureRequest : plainRequest
      const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
      const signal = asked.signal ? AbortSignal.any([asked.signal, timeout]) : timeout
      const request = send(
        url,
        { method: asked.method ?? 'GET', headers, signal, ...secured(url, options) },
        (answer) => {
          const pieces: Buffer[] = []
          let bytes = 0
          answer.on('data', (piece: Buffer) => {
            bytes += piece.length
            pieces.push(piece)
            if (bytes > ANSWER_BYTES_MAX) answer.destroy(new Error('the answer is too large'))
          })
          answer.on('error', reject)
          answer.on('end', () => {
            const status = answer.statusCode ?? 0
            const text = Buffer.concat(pieces).toString('utf8')
            resolve({ ok: status >= 200 && status < 300, status, json: async () => parsed(text, status) })
          })
        },
      )
      request.on('error', reject)
      request.end(body)
    })
}

const HTTPS_PORT = 443

function secured(url: string, { tls, bounds }: FetchOptions): RequestOptions {
  if (tls?.ca === undefined || bounds === undefined || !url.startsWith('https:')) return { ...tls }
  const { hostname, port } = new URL(url)
  const judged = {
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? HTTPS_PORT : Number(port),
    trusted: certificatesIn(tls.ca),
    cert: tls.cert,
    key: tls.key,
    bounds,
  }
  return { createConnection: () => connectJudged(judged) }
}

/** A proxy on the way may answer in HTML; that is an error like any other. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { error: 'unreadable', reason: `HTTP ${status} without JSON` }
  }
}
