import { createServer, type Socket } from 'node:net'
import type { Cancel, Clock } from '../../core/clock.ts'
import { crc16Modbus } from '../../core/crc16-modbus.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import { answerOf, troubled } from './slave.ts'
import type { ModbusTrouble, ModbusUnit } from './unit.ts'

export interface ModbusSlaves {
  /** Breaks a unit; undefined mends it. */
  trouble(unit: number, trouble: ModbusTrouble | undefined): void
  /** Questions that units were asked so far. */
  asked(): number
  close(): Promise<void>
}

export interface SlaveParts {
  readonly units: ReadonlyMap<number, ModbusUnit>
  readonly clock: Clock
  /** How long a unit thinks before it answers. */
  readonly turnRoundMs?: number
}

const REQUEST_MAX = 256
const HEADER_BYTES = 6
const CHECK_BYTES = 2
/** Requests of functions 15 and 16 say their length in this byte; all others are this long without check sum. */
const LENGTH_AT = 6
const FIXED_BYTES = 6

/** Units on an RTU line. A frame that has not become whole within `silenceMs` of its last byte is forgotten. */
export async function serveRtu(
  stream: ByteStream,
  parts: SlaveParts & { readonly silenceMs?: number },
): Promise<ModbusSlaves> {
  const { clock, silenceMs = 50 } = parts
  const slaves = slavesOf(parts)
  let heard: number[] = []
  let forget: Cancel = () => {}
  const off = stream.onBytes((bytes) => {
    forget()
    heard.push(...bytes)
    for (let frame = whole(heard); frame !== undefined; frame = whole(heard)) {
      heard = heard.slice(frame.length)
      slaves.ask(frame[0] ?? 0, frame.subarray(1, -CHECK_BYTES), (answer, garbled) => {
        const body = Uint8Array.of(frame[0] ?? 0, ...answer)
        const crc = crc16Modbus(body) ^ (garbled ? 1 : 0)
        void stream.write(Uint8Array.of(...body, crc & 0xff, crc >>> 8))
      })
    }
    if (heard.length > REQUEST_MAX) heard = []
    forget = clock.after(silenceMs, () => {
      heard = []
    })
  })
  await stream.open()
  return {
    ...slaves,
    async close() {
      off()
      forget()
      slaves.stop()
      await stream.close()
    },
  }
}

/** The first whole request, wherever it begins: what other units answer, and noise, are passed over. */
function whole(heard: number[]): Uint8Array | undefined {
  while (heard.length >= FIXED_BYTES + CHECK_BYTES) {
    const long = heard[1] === 15 || heard[1] === 16
    const length = (long ? LENGTH_AT + 1 + (heard[LENGTH_AT] ?? 0) : FIXED_BYTES) + CHECK_BYTES
    if (heard.length >= length) {
      const frame = Uint8Array.from(heard.slice(0, length))
      if (crc16Modbus(frame) === 0) return frame
    } else if (length <= REQUEST_MAX) return undefined
    heard.shift()
  }
  return undefined
}

/** Units behind a Modbus TCP gateway at `port` (0 takes any) of this machine alone. */
export async function serveTcp(
  port: number,
  parts: SlaveParts,
): Promise<ModbusSlaves & { readonly port: number }> {
  const slaves = slavesOf(parts)
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    let heard = Buffer.alloc(0)
    socket.on('close', () => sockets.delete(socket))
    // A master that goes away is no news.
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes])
      while (heard.length >= HEADER_BYTES && heard.length >= HEADER_BYTES + heard.readUInt16BE(4)) {
        const length = heard.readUInt16BE(4)
        if (length < CHECK_BYTES || length > REQUEST_MAX) return void socket.destroy()
        const head = heard.subarray(0, 4)
        const unit = heard[HEADER_BYTES] ?? 0
        const request = Uint8Array.from(heard.subarray(HEADER_BYTES + 1, HEADER_BYTES + length))
        heard = heard.subarray(HEADER_BYTES + length)
        slaves.ask(unit, request, (answer, garbled) => {
          const said = answer.length + 1
          const frame = Uint8Array.of(...head, said >> 8, said & 0xff, unit, ...answer)
          // Broken bytes do not pass TCP: what a bad gateway does is cut answers short.
          socket.write(garbled ? frame.subarray(0, HEADER_BYTES) : frame)
        })
      }
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    ...slaves,
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      slaves.stop()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

function slavesOf({ units, clock, turnRoundMs = 0 }: SlaveParts) {
  const troubles = new Map<number, ModbusTrouble>()
  let asked = 0
  let stopped = false
  return {
    trouble(unit: number, trouble: ModbusTrouble | undefined) {
      if (trouble === undefined) troubles.delete(unit)
      else troubles.set(unit, trouble)
    },
    asked: () => asked,
    stop() {
      stopped = true
    },
    ask(number: number, request: Uint8Array, answer: (bytes: Uint8Array, garbled: boolean) => void) {
      const sound = units.get(number)
      if (sound === undefined) return
      asked++
      const trouble = troubles.get(number)
      const unit = troubled(sound, trouble)
      if (unit === undefined) return
      const bytes = answerOf(unit, request)
      const say = () => {
        if (!stopped) answer(bytes, trouble?.kind === 'garbled')
      }
      const delayMs = turnRoundMs + (trouble?.kind === 'slow' ? trouble.ms : 0)
      if (delayMs === 0) say()
      else clock.after(delayMs, say)
    },
  }
}
