import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { type RequestOptions, Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { PouchRequest, PouchResponse } from 'pouchdb'
import type { UtcBounds } from '../clock.ts'
import { certificatesIn } from './certificate-chain.ts'
import { addressIn, connectJudged, type JudgedTls } from './judged-tls.ts'

export interface FetchOptions {
  /** Certificates for https, PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** What is known of the time: with a `ca`, dates of certificates are held against it and not against the system's clock. */
  readonly bounds?: () => UtcBounds
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 60_000
const SOCKETS_MAX = 2
/** A batch of the largest documents with their histories; more is not an answer that was asked for. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

/** Connections that stay open from one request to the next, until they are destroyed: a handshake costs kilobytes. */
export function keptConnections(url: string, options: FetchOptions): PlainAgent {
  const kept = { keepAlive: true, maxSockets: SOCKETS_MAX }
  if (!url.startsWith('https:')) return new PlainAgent(kept)
  const judged = judgedBy(url, options)
  const agent = new SecureAgent({ ...kept, ...options.tls })
  return judged === undefined
    ? agent
    : Object.assign(agent, { createConnection: () => connectJudged(judged) })
}

/** Requests by Node's own client, with our certificates, a limit of time and one of size. */
export function httpFetch(options: FetchOptions, connections?: PlainAgent) {
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
        {
          method: asked.method ?? 'GET',
          headers,
          signal,
          ...(connections === undefined ? secured(url, options) : { agent: connections }),
        },
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

/** How to judge the server's certificate by what is known of the time; undefined where the system's clock judges. */
function judgedBy(url: string, { tls, bounds }: FetchOptions): JudgedTls | undefined {
  if (tls?.ca === undefined || bounds === undefined || !url.startsWith('https:')) return undefined
  return {
    ...addressIn(url, HTTPS_PORT),
    trusted: certificatesIn(tls.ca),
    cert: tls.cert,
    key: tls.key,
    bounds,
  }
}

function secured(url: string, options: FetchOptions): RequestOptions {
  const judged = judgedBy(url, options)
  return judged === undefined ? { ...options.tls } : { createConnection: () => connectJudged(judged) }
}

/** A proxy on the way may answer in HTML; that is an error like any other. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { error: 'unreadable', reason: `HTTP ${status} without JSON` }
  }
}
