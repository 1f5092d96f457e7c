import { EventEmitter } from 'node:events'
import modbusSerial from 'modbus-serial'
import { err, ok, type Result } from '../../core/result.ts'
import type { ModbusRead, ModbusWriteAsk } from './bus.ts'
import { exceptionFault } from './exceptions.ts'

export type Ask = ({ readonly kind: 'read' } & ModbusRead) | ({ readonly kind: 'write' } & ModbusWriteAsk)

/** One question and what counts as its answer. Messages are whole RTU frames, check sum included. */
export interface Exchange {
  readonly request: Uint8Array
  /** Bytes of an answer that is no exception. */
  readonly answerBytes: number
  /** What an answer says; undefined for bytes that are no answer to this question. A write's value is empty. */
  judge(message: Uint8Array): Result<readonly number[]> | undefined
}

const READ_REGISTERS_MAX = 125
const READ_BITS_MAX = 2_000
const WRITE_REGISTERS_MAX = 123
const WRITE_BITS_MAX = 1_968
const ADDRESSES = 65_536
/** Unit, function, byte count and check sum; and those of a write's answer. */
const READ_OVERHEAD_BYTES = 5
const WRITTEN_BYTES = 8

/** What the library calls a port: it takes requests, and emits `data` with what may be an answer. */
interface LibraryPort extends EventEmitter {
  readonly isOpen: boolean
  open(opened: () => void): void
  write(request: Uint8Array): void
}

/** The library's answer to a question: registers or bits of a read, the echo of a write. */
interface Answer {
  readonly data?: readonly (number | boolean)[]
  readonly address?: number
  readonly value?: number
  readonly state?: boolean
  readonly length?: number
}

/**
 * Lets `modbus-serial` write requests and read answers. It is given a port in memory instead of a real one: its own keep
 * a transaction locked after a timeout, and know neither the silence between frames nor a fake clock.
 */
export function createExchanges(where: string): (ask: Ask) => Exchange {
  const port: LibraryPort = Object.assign(new EventEmitter(), {
    isOpen: true,
    open: (opened: () => void) => opened(),
    write(request: Uint8Array) {
      written = Uint8Array.from(request)
    },
  })
  let written: Uint8Array = new Uint8Array()
  const client = new modbusSerial.default(port)
  client.open()

  return (ask) => {
    let verdict: Result<readonly number[]> | undefined
    const asked = { where, unit: ask.unit, address: ask.address }
    put(client, ask, (error, answer) => {
      if (error === null || error === undefined) verdict = agreeing(ask, answer)
      // Other errors say that the bytes were no answer to this question.
      else if ('modbusCode' in error && typeof error.modbusCode === 'number')
        verdict = err(exceptionFault(error.modbusCode, asked))
    })
    return {
      request: written,
      answerBytes: answerBytes(ask),
      judge(message) {
        verdict = undefined
        port.emit('data', Buffer.from(message))
        return verdict
      },
    }
  }
}

type Client = InstanceType<typeof modbusSerial.default>

function put(client: Client, ask: Ask, done: Done): void {
  if (ask.kind === 'read') putRead(client, ask, done)
  else putWrite(client, ask, done)
}

type Done = (error: Error | null, answer: Answer) => void

function putRead(client: Client, { unit, table, address, count }: ModbusRead, done: Done): void {
  switch (table) {
    case 'coil':
      client.writeFC1(unit, address, count, done)
      break
    case 'discrete':
      client.writeFC2(unit, address, count, done)
      break
    case 'holding':
      client.writeFC3(unit, address, count, done)
      break
    case 'input':
      client.writeFC4(unit, address, count, done)
  }
}

function putWrite(client: Client, { unit, table, address, values }: ModbusWriteAsk, done: Done): void {
  const [value = 0, ...others] = values
  if (table === 'coil') {
    if (others.length === 0) client.writeFC5(unit, address, isOn(value), done)
    else client.writeFC15(unit, address, values.map(isOn), done)
  } else if (others.length === 0) client.writeFC6(unit, address, value, done)
  else client.writeFC16(unit, address, [...values], done)
}

/** An answer of the right length and check sum can still speak of something else. */
function agreeing(ask: Ask, answer: Answer): Result<readonly number[]> | undefined {
  if (ask.kind === 'read') {
    const { data } = answer
    if (data === undefined) return undefined
    const bits = ask.table === 'coil' || ask.table === 'discrete'
    if (data.length !== (bits ? 8 * Math.ceil(ask.count / 8) : ask.count)) return undefined
    return ok(data.slice(0, ask.count).map(Number))
  }
  const { address, value, state, length } = answer
  if (address !== ask.address) return undefined
  const said = ask.values.length > 1 ? length : ask.table === 'coil' ? Number(state) : value
  return said === (ask.values.length > 1 ? ask.values.length : ask.values[0]) ? ok([]) : undefined
}

function answerBytes(ask: Ask): number {
  if (ask.kind === 'write') return WRITTEN_BYTES
  const bits = ask.table === 'coil' || ask.table === 'discrete'
  return READ_OVERHEAD_BYTES + (bits ? Math.ceil(ask.count / 8) : 2 * ask.count)
}

function isOn(value: number): boolean {
  return value === 1
}

/** Asks come from definitions that were checked: one that no unit could answer is a programmer's slip, and throws. */
export function insistOnAsk(ask: Ask): void {
  const bits = ask.table === 'coil' || ask.table === 'discrete'
  const count = ask.kind === 'read' ? ask.count : ask.values.length
  const readMax = bits ? READ_BITS_MAX : READ_REGISTERS_MAX
  const writeMax = bits ? WRITE_BITS_MAX : WRITE_REGISTERS_MAX
  const sound =
    isInteger(ask.unit, 1, 255) &&
    isInteger(count, 1, ask.kind === 'read' ? readMax : writeMax) &&
    isInteger(ask.address, 0, ADDRESSES - count) &&
    (ask.kind === 'read' || ask.values.every((value) => isInteger(value, 0, bits ? 1 : 0xffff)))
  if (!sound) throw new Error(`no Modbus ask: ${JSON.stringify(ask).slice(0, 200)}`)
}

function isInteger(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
