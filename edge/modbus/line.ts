import type { Cancel, Clock, Mono } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { createReopening } from '../lines/reopening.ts'
import type { ModbusBus } from './bus.ts'
import { type Ask, createExchanges, type Exchange, insistOnAsk } from './exchange.ts'
import { type Framing, rtuFraming, tcpFraming } from './framing.ts'
import { createQuestionQueue, type Question, WAITING_MAX } from './question-queue.ts'

export interface ModbusLineParts {
  readonly stream: ByteStream
  /** `baud`: for RTU, whose frames have a length in time and a silence between them. */
  readonly framing: { readonly kind: 'rtu'; readonly baud: number } | { readonly kind: 'tcp' }
  /** How long a unit may take before it begins to answer. */
  readonly answerMs: number
  /** Real time: a wire is no faster in a demonstration. */
  readonly clock: Clock
  /** The line was lost, cannot be opened, or nobody answers on it: told once each time. */
  refused(problem: Fault): void
}

/** A character is eleven bits: start, eight, parity or a second stop bit, stop. */
const BITS = 11
const SILENT_CHARACTERS = 3.5
/** Above this speed the silence is always the same ("Modbus over serial line" 1.02, 2.5.1.1). */
const FAST_BAUD = 19_200
const FAST_SILENCE_MS = 1.75
/** So many questions in a row without any answer: perhaps it is the port that hangs. */
const SILENT_MAX = 12

/** A question on its way. */
interface Current {
  readonly question: Question
  readonly exchange: Exchange
  heardBytes: number
  cancel: Cancel
}

/** A Modbus line over a stream of bytes. */
export function createModbusLine(parts: ModbusLineParts): ModbusBus {
  const { stream, clock, answerMs } = parts
  const { where } = stream
  const byteMs = parts.framing.kind === 'rtu' ? (BITS * 1_000) / parts.framing.baud : 0
  const silenceMs = parts.framing.kind === 'rtu' ? silenceOf(parts.framing.baud, byteMs) : 0
  const exchangeOf = createExchanges(where)
  const queue = createQuestionQueue()
  const down = () => err(fault('MODBUS_LINE_DOWN', { where }))
  let framing: Framing = rtuFraming()
  let current: Current | undefined
  let users = 0
  /** The line has been silent since; a question waits until that was long enough. */
  let lastByteAt = Number.NEGATIVE_INFINITY
  let unanswered = 0
  let wake: Cancel = () => {}

  const pump = () => {
    wake()
    if (current !== undefined || !stream.isOpen()) return
    const now = clock.monotonic()
    const silentAt = lastByteAt + silenceMs
    if (now < silentAt) {
      wake = clock.after(silentAt - now, pump)
      return
    }
    const question = queue.take(now)
    if (question !== undefined) return ask(question)
    const next = queue.next()
    if (next !== undefined) wake = clock.after(next - now, pump)
  }

  const ask = (question: Question) => {
    const exchange = exchangeOf(question.ask)
    const bytes = framing.ask(exchange.request, exchange.answerBytes)
    const onTheWireMs = byteMs * (bytes.length + exchange.answerBytes)
    const timeoutMs = Math.ceil(answerMs + onTheWireMs)
    const mine: Current = { question, exchange, heardBytes: 0, cancel: () => {} }
    mine.cancel = clock.after(timeoutMs, () => unheard(mine, timeoutMs))
    current = mine
    void stream.write(bytes).then((written) => {
      if (!written.ok && current === mine) end(mine, down())
    })
  }

  const unheard = (mine: Current, ms: number) => {
    const { unit } = mine.question.ask
    // In TCP an answer that comes too late says to which question.
    if (parts.framing.kind === 'rtu') queue.rest(unit, (clock.monotonic() + answerMs) as Mono)
    unanswered++
    const problem =
      mine.heardBytes > 0
        ? fault('MODBUS_CRC', { where, unit, bytes: mine.heardBytes })
        : fault('MODBUS_TIMEOUT', { where, unit, ms })
    end(mine, err(problem))
    if (unanswered < SILENT_MAX) return
    parts.refused(fault('MODBUS_LINE_SILENT', { where, count: unanswered }))
    reopening.again()
  }

  const end = (mine: Current, result: Result<readonly number[]>) => {
    mine.cancel()
    current = undefined
    mine.question.done(result)
    pump()
  }

  stream.onBytes((bytes) => {
    lastByteAt = clock.monotonic()
    const mine = current
    if (mine === undefined) return
    mine.heardBytes += bytes.length
    for (const message of framing.hear(bytes)) {
      const verdict = mine.exchange.judge(message)
      if (verdict === undefined) continue
      unanswered = 0
      return end(mine, verdict)
    }
  })

  const forget = () => {
    wake()
    const mine = current
    current = undefined
    mine?.cancel()
    for (const question of [...(mine === undefined ? [] : [mine.question]), ...queue.clear()])
      question.done(down())
  }

  const reopening = createReopening({
    stream,
    clock,
    refused: parts.refused,
    opened() {
      framing = parts.framing.kind === 'rtu' ? rtuFraming() : tcpFraming()
      lastByteAt = clock.monotonic()
      unanswered = 0
      pump()
    },
    lost: forget,
  })

  const put = async (question: Ask): Promise<Result<readonly number[]>> => {
    insistOnAsk(question)
    if (!stream.isOpen()) return down()
    return new Promise((done) => {
      const added = queue.add({ ask: question, done })
      if (!added) return done(err(fault('MODBUS_QUEUE_FULL', { where, limit: WAITING_MAX })))
      pump()
    })
  }

  return {
    where,
    async start() {
      if (users++ === 0) await reopening.start()
    },
    async stop() {
      if (users === 0 || --users > 0) return
      await reopening.stop()
    },
    working: () => stream.isOpen(),
    read: (ask) => put({ kind: 'read', ...ask }),
    async write(ask) {
      const result = await put({ kind: 'write', ...ask })
      return result.ok ? ok(undefined) : result
    },
  }
}

function silenceOf(baud: number, byteMs: number): number {
  return baud > FAST_BAUD ? FAST_SILENCE_MS : SILENT_CHARACTERS * byteMs
}
