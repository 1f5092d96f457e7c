import type { Text } from '../core/text.ts'

export interface Refusal {
  /** 0 when no answer came. */
  readonly status: number
  readonly reason: Text
  /** Of the table of errors, where the server gave one. */
  readonly code?: string
  /** The answer as it came, for what it tells besides. */
  readonly body?: unknown
}
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** `patience_ms`: without an answer for so long it counts as unreachable. */
export type Ask = <T>(path: string, init?: RequestInit, patience_ms?: number) => Promise<Answer<T>>

export interface AskWords {
  readonly unreachable: Text
  /** Of an answer without a reason; `{status}` is filled in. */
  readonly unexpected: Text
}

/**
 * Asks the server that served this page. Nothing rejects: a failure is an answer with its reason. The server checks what
 * it answers against its own schema, so the shape within is not checked again.
 */
export function createAsk(root: string, words: AskWords): Ask {
  return async (path, init = {}, patience_ms = undefined) => {
    try {
      // On a dead line a browser would wait for minutes.
      const signal = patience_ms === undefined ? {} : { signal: AbortSignal.timeout(patience_ms) }
      const response = await fetch(root + path, { ...signal, ...init, headers: headersOf(init) })
      const body = response.status === 204 ? undefined : await response.json()
      return response.ok
        ? { ok: true, value: body }
        : { ok: false, refusal: refusalOf(body, response.status, words) }
    } catch {
      return { ok: false, refusal: { status: 0, reason: words.unreachable } }
    }
  }
}

function headersOf({ body, headers }: RequestInit): HeadersInit {
  return body === undefined || body === null ? {} : { ...headers, 'content-type': 'application/json' }
}

interface Problem {
  readonly code?: unknown
  readonly what?: Partial<Text>
  readonly next?: Partial<Text>
}

function refusalOf(body: Problem | undefined, status: number, words: AskWords): Refusal {
  const code = typeof body?.code === 'string' ? { code: body.code } : {}
  return { status, reason: reasonOf(body, status, words), ...code, body }
}

function reasonOf(body: Problem | undefined, status: number, { unexpected }: AskWords): Text {
  const { what, next } = body ?? {}
  if (typeof what?.vi === 'string' && typeof next?.vi === 'string') {
    return { vi: `${what.vi} ${next.vi}`, en: `${what.en} ${next.en}` }
  }
  const say = (template: string) => template.replace('{status}', String(status))
  return { vi: say(unexpected.vi), en: say(unexpected.en) }
}

/** The pieces of a body as they come; lets go of it when nobody reads on. */
export async function* textOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}
