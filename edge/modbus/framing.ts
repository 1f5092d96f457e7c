import { crc16Modbus } from '../../core/crc16-modbus.ts'

/** How messages (whole RTU frames) lie in a stream of bytes. */
export interface Framing {
  /** The bytes that carry a question whose answer is so long; whatever came before it is forgotten. */
  ask(request: Uint8Array, answerBytes: number): Uint8Array
  /** Messages that may be the answer, in what has come since the question; noise around them is passed over. */
  hear(bytes: Uint8Array): Iterable<Uint8Array>
}

/** The longest answer, and as much noise again. */
const HEARD_MAX = 512
const EXCEPTION_BYTES = 5
const EXCEPTION = 0x80
const CHECK_BYTES = 2

/**
 * RTU: nothing marks where a frame begins, so every place is tried where the unit and function that were asked stand.
 * The check sum, which the reader of the message looks at, tells the answer from noise.
 */
export function rtuFraming(): Framing {
  let heard = new Uint8Array()
  let unit = 0
  let code = 0
  let length = 0
  return {
    ask(request, answerBytes) {
      heard = new Uint8Array()
      unit = request[0] ?? 0
      code = request[1] ?? 0
      length = answerBytes
      return request
    },
    *hear(bytes) {
      heard = joined(heard, bytes).slice(-HEARD_MAX)
      for (let at = 0; at + EXCEPTION_BYTES <= heard.length; at++) {
        if (heard[at] !== unit) continue
        if (heard[at + 1] === code && at + length <= heard.length) yield heard.slice(at, at + length)
        if (heard[at + 1] === (code | EXCEPTION)) yield heard.slice(at, at + EXCEPTION_BYTES)
      }
    },
  }
}

const HEADER_BYTES = 6
/** Unit and PDU, by the standard. */
const BODY_MAX = 254
const TRANSACTIONS = 65_536

/**
 * Modbus TCP: a header with transaction, protocol 0 and length goes before unit and PDU, and there is no check sum. An
 * answer to an earlier question has another transaction and is passed over.
 */
export function tcpFraming(): Framing {
  let heard = new Uint8Array()
  let transaction = 0
  return {
    ask(request) {
      transaction = (transaction + 1) % TRANSACTIONS
      const body = request.subarray(0, -CHECK_BYTES)
      return Uint8Array.from([...word(transaction), 0, 0, ...word(body.length), ...body])
    },
    *hear(bytes) {
      heard = joined(heard, bytes)
      while (heard.length >= HEADER_BYTES) {
        const view = new DataView(heard.buffer, heard.byteOffset, heard.byteLength)
        const length = view.getUint16(4)
        // Nothing that follows a header which cannot be can be trusted: the question runs out of time.
        if (view.getUint16(2) !== 0 || length < CHECK_BYTES || length > BODY_MAX) {
          heard = new Uint8Array()
          return
        }
        if (heard.length < HEADER_BYTES + length) return
        const body = heard.slice(HEADER_BYTES, HEADER_BYTES + length)
        heard = heard.subarray(HEADER_BYTES + length)
        if (view.getUint16(0) === transaction) yield checked(body)
      }
    },
  }
}

function checked(body: Uint8Array): Uint8Array {
  const crc = crc16Modbus(body)
  return Uint8Array.from([...body, crc & 0xff, crc >>> 8])
}

function word(value: number): readonly number[] {
  return [value >>> 8, value & 0xff]
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + after.length)
  both.set(before)
  both.set(after, before.length)
  return both
}
