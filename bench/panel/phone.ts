import { Agent, type IncomingMessage, request } from 'node:http'
import { isRecord } from '../values.ts'

/** A phone on the greenhouse's Wi-Fi: an address and a connection of its own, and the session that it signed in for. */
export interface Phone {
  signIn(pin: string): Promise<void>
  get(path: string): Promise<unknown>
  /** Resolves once answered; rejects where the answer is not a good one. */
  post(path: string, body: unknown): Promise<unknown>
  /** Keeps the stream of states open; what it brings is counted. */
  look(): Promise<Look>
  /** For a browser. */
  cookie(): { readonly name: string; readonly value: string }
  close(): void
}

export interface Look {
  bytes(): number
}

const ANSWER_WITHIN_MS = 15_000

/** `index` makes the address: each has its own share of what the panel allows one. */
export function phone(port: number, index: number): Phone {
  const localAddress = `127.0.0.${2 + index}`
  const agent = new Agent({ keepAlive: true, localAddress, timeout: ANSWER_WITHIN_MS })
  let cookie = ''

  const send = (method: 'GET' | 'POST', path: string, body?: unknown) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const asked = request(
        {
          ...{ host: '127.0.0.1', port, path, method, agent },
          headers: {
            ...(cookie === '' ? {} : { cookie }),
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        resolve,
      )
      asked.setNoDelay(true)
      asked.once('error', reject)
      asked.end(payload)
    })
  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(method, path, body)
    let text = ''
    answer.setEncoding('utf8')
    for await (const chunk of answer) text += chunk
    const { statusCode = 0 } = answer
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 300)}`)
    const [set] = answer.headers['set-cookie'] ?? []
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    return text === '' ? undefined : JSON.parse(text)
  }

  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    async signIn(pin) {
      const session = await ask('GET', '/api/session')
      const accounts = isRecord(session) && Array.isArray(session.accounts) ? session.accounts : []
      await ask('POST', '/api/session', { account: accounts[0]?.id, pin })
    },
    async look() {
      const stream = await send('GET', '/api/events')
      if (stream.statusCode !== 200) throw new Error(`the stream was refused: ${stream.statusCode}`)
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      stream.on('error', () => {})
      return { bytes: () => bytes }
    },
    cookie() {
      const [name = '', value = ''] = cookie.split('=')
      return { name, value }
    },
    close: () => agent.destroy(),
  }
}
