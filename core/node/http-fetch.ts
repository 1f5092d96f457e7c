import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { PouchRequest, PouchResponse } from 'pouchdb'

export interface FetchOptions {
  /** Certificates for https, PEM. */
  readonly tls?: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>
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
        { method: asked.method ?? 'GET', headers, signal, ...options.tls },
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

/** A proxy on the way may answer in HTML; that is an error like any other. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { error: 'unreadable', reason: `HTTP ${status} without JSON` }
  }
}
