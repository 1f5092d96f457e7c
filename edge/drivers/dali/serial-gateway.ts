import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { oneAtATime } from '../../../core/one-at-a-time.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import {
  FOXTRON_FRAMING,
  type FoxtronEvent,
  foxtronHello,
  foxtronSend,
  readFoxtron,
} from '../../../devices/codecs/dali-foxtron.ts'
import { createFramer } from '../../../devices/codecs/serial-frames.ts'
import { createReopening } from '../../lines/reopening.ts'
import type { DaliAnswer, DaliLine } from './line.ts'

/** A frame sent twice and an answer take 100 ms; another master on the line may come between. */
const ANSWER_MS = 500
/** The gateway ends a TCP connection after some 30 s without a word. */
const HELLO_MS = 20_000

interface Waiting {
  readonly forward: number
  done(result: Result<DaliAnswer>): void
}

/** A DALI line behind a Foxtron DALI232 (serial) or DALInet (TCP). */
export function foxtronDaliLine(parts: {
  readonly stream: ByteStream
  readonly clock: Clock
  readonly refused: (problem: Fault) => void
}): DaliLine {
  const { stream, clock, refused } = parts
  const { where } = stream
  const inTurn = oneAtATime()
  let waiting: Waiting | undefined
  let powered = true
  let hello: Cancel = () => {}
  let heard: Cancel = () => {}

  const unpowered = () => fault('DALI_LINE_UNPOWERED', { where })
  const noticeEvent = (event: FoxtronEvent) => {
    switch (event) {
      case 'powered':
        powered = true
        return
      case 'unpowered':
      case 'mains-on-line':
      case 'supply-defective':
        powered = false
        waiting?.done(err(unpowered()))
        return
      case 'buffer-full':
      case 'check-sum':
      case 'unknown-command':
        waiting?.done(err(fault('DALI_GATEWAY_REFUSED', { where, reason: event })))
    }
  }
  const framer = createFramer(FOXTRON_FRAMING, {
    frame(payload) {
      const message = readFoxtron(payload)
      if (message === undefined) return
      if (message.kind === 'event') return noticeEvent(message.event)
      // Another frame's end came late: nobody waits for it any more.
      if (message.kind === 'other' || message.forward !== waiting?.forward) return
      powered = true
      waiting.done(ok(answerOf(message)))
    },
  })
  const greetLater = () => {
    hello()
    hello = clock.after(HELLO_MS, () => {
      greetLater()
      if (stream.isOpen()) void stream.write(foxtronHello())
    })
  }
  const reopening = createReopening({
    stream,
    clock,
    refused,
    opened: greetLater,
    lost() {
      hello()
      framer.reset()
      waiting?.done(err(fault('STREAM_CLOSED', { where })))
    },
  })
  const ask = async (forward: number, twice: boolean): Promise<Result<DaliAnswer>> => {
    if (!stream.isOpen()) return err(fault('STREAM_CLOSED', { where }))
    return new Promise((resolve) => {
      const give = (result: Result<DaliAnswer>) => {
        cancel()
        if (waiting === asked) waiting = undefined
        resolve(result)
      }
      const cancel = clock.after(ANSWER_MS, () =>
        give(err(powered ? fault('DALI_GATEWAY_SILENT', { where }) : unpowered())),
      )
      const asked: Waiting = { forward, done: give }
      waiting = asked
      greetLater()
      void stream.write(foxtronSend(forward, twice)).then((written) => {
        if (!written.ok) give(written)
      })
    })
  }

  return {
    where,
    async start() {
      heard()
      heard = stream.onBytes(framer.take)
      await reopening.start()
    },
    async stop() {
      heard()
      await reopening.stop()
      hello()
    },
    working: () => stream.isOpen(),
    async send(forward, { twice = false } = {}) {
      const left = await inTurn(() => ask(forward, twice))
      return left.ok ? ok(undefined) : left
    },
    query: (forward) => inTurn(() => ask(forward, false)),
  }
}

function answerOf(
  message:
    | { readonly kind: 'answered'; readonly value: number | undefined }
    | { readonly kind: 'unanswered' },
): DaliAnswer {
  if (message.kind === 'unanswered') return { kind: 'none' }
  return message.value === undefined ? { kind: 'collision' } : { kind: 'answer', value: message.value }
}
