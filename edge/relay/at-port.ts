import type { Cancel, Clock } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { createFramer } from '../../devices/codecs/serial-frames.ts'
import type { SerialFraming } from '../../devices/define.ts'

/** One AT command at a time over a line, and the events that come between. */
export interface AtPort {
  /**
   * Sends `AT` and what follows, and waits for `OK`. With `value`, the answer must hold a line that begins with it; the
   * rest of that line is the result, and an `OK` without it belongs to an earlier command.
   * Faults: MODEM_SILENT, MODEM_REFUSED, or the line's.
   */
  command(
    command: string,
    options?: { readonly value?: string; readonly timeoutMs?: number },
  ): Promise<Result<string>>
  /** Waits for an event that `matches`; undefined when none has come in time, or the line was lost. */
  event(matches: (event: string) => boolean, timeoutMs: number): Promise<string | undefined>
  /** Every `+EVT:` line, without that prefix. */
  onEvent(handler: (event: string) => void): Cancel
}

const ANSWER_MS = 3_000
const EVENT = '+EVT:'
/** RUI3's refusals: AT_ERROR, AT_PARAM_ERROR, AT_BUSY_ERROR, AT_NO_NETWORK_JOINED and more of that form. */
const REFUSAL = /^AT_[A-Z_]+$/
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The longest line is a received frame: some 550 characters. */
export const MODEM_LINES: SerialFraming = { kind: 'line', end: '0D', max: 1_024 }

interface Waiting {
  readonly value: string | undefined
  found: string | undefined
  done(result: Result<string>): void
}

export function createAtPort(stream: ByteStream, clock: Clock): AtPort {
  const handlers = new Set<(event: string) => void>()
  let waiting: Waiting | undefined
  let before: Promise<unknown> = Promise.resolve()

  const hear = (line: string) => {
    if (line.startsWith(EVENT)) {
      for (const handler of [...handlers]) handler(line.slice(EVENT.length))
      return
    }
    const asked = waiting
    if (asked === undefined) return
    if (REFUSAL.test(line)) return asked.done(err(fault('MODEM_REFUSED', { command: '', answer: line })))
    if (asked.value !== undefined && line.startsWith(asked.value)) {
      asked.found = line.slice(asked.value.length)
      return
    }
    if (line !== 'OK' || (asked.value !== undefined && asked.found === undefined)) return
    asked.done(ok(asked.found ?? ''))
  }
  const lines = createFramer(MODEM_LINES, { frame: (line) => hear(decoder.decode(line)) })
  stream.onBytes(lines.take)
  stream.onLost((problem) => {
    lines.reset()
    waiting?.done(err(problem))
  })

  const ask = async (
    command: string,
    value: string | undefined,
    timeoutMs: number,
  ): Promise<Result<string>> => {
    const name = nameOf(command)
    const answered = new Promise<Result<string>>((resolve) => {
      const cancel = clock.after(timeoutMs, () => asked.done(err(fault('MODEM_SILENT', { command: name }))))
      const asked: Waiting = {
        value,
        found: undefined,
        done(result) {
          cancel()
          if (waiting === asked) waiting = undefined
          resolve(result)
        },
      }
      waiting = asked
    })
    const asked = waiting
    // Not waited for: a line that takes nothing is told by the answer that does not come.
    void stream.write(encoder.encode(`AT${command}\r\n`)).then((written) => {
      if (!written.ok) asked?.done(written)
    })
    const result = await answered
    if (result.ok || result.error.code !== 'MODEM_REFUSED') return result
    return err(fault('MODEM_REFUSED', { ...result.error.details, command: name }))
  }

  return {
    command(command, { value, timeoutMs = ANSWER_MS } = {}) {
      const result = before.then(() => ask(command, value, timeoutMs))
      before = result
      return result
    },
    event(matches, timeoutMs) {
      return new Promise((resolve) => {
        const end = (found: string | undefined) => {
          cancel()
          handlers.delete(look)
          offLost()
          resolve(found)
        }
        const look = (event: string) => {
          if (matches(event)) end(event)
        }
        const cancel = clock.after(timeoutMs, () => end(undefined))
        const offLost = stream.onLost(() => end(undefined))
        handlers.add(look)
      })
    },
    onEvent(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}

/** What a fault may name: never what was set, for that may be a key. */
function nameOf(command: string): string {
  return `AT${command.split('=')[0] ?? ''}`
}
