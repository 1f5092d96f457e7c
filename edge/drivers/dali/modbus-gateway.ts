import { type Clock, sleep } from '../../../core/clock.ts'
import { fault } from '../../../core/errors.ts'
import { oneAtATime } from '../../../core/one-at-a-time.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { ModbusBus } from '../../modbus/bus.ts'
import type { DaliLineConfig } from './config.ts'
import type { DaliAnswer, DaliLine } from './line.ts'

type ModbusGateway = Extract<DaliLineConfig['gateway'], { modbus: string }>['model']

/** Where a gateway takes a forward frame and tells what became of it: holding registers, counted from 0. */
export interface GatewayRegisters {
  /** A frame that is written here is sent once; read back, it is the answer, or `noAnswer`. */
  readonly once: number
  /** Sent again within 100 ms. */
  readonly twice: number
  readonly noAnswer: number
  readonly status: number
  /** Bits of the status register. */
  readonly received: number
  readonly receiveError: number
  readonly busy: number
  readonly sendError: number
}

/** By model. RESI-DALI-ASCII/MODBUS manual of 2015-02-14: 8.2.8 (4x00542, 4x00543) and status register (4x00551). */
export const GATEWAY_REGISTERS: Readonly<Record<ModbusGateway, GatewayRegisters>> = {
  'resi-dali': {
    once: 541,
    twice: 542,
    noAnswer: 0xffff,
    status: 550,
    received: 0b0000_0111,
    receiveError: 1 << 5,
    busy: (1 << 4) | (1 << 6),
    sendError: 1 << 7,
  },
}

/** A frame and an answer at 1200 baud. The gateway is not asked before: others on its line have questions too. */
const FRAME_MS = 22
const ANSWER_MS = 9
/** What a gateway needs beyond that, between frames sent twice and before it has seen that nobody answers. */
const BUSY_PAUSE_MS = 10
const BUSY_TRIES = 20

/** A DALI line behind a gateway on a Modbus line, which it may share with meters and relays. */
export function modbusDaliLine(parts: {
  readonly bus: ModbusBus
  readonly unit: number
  readonly registers: GatewayRegisters
  readonly clock: Clock
}): DaliLine {
  const { bus, unit, registers, clock } = parts
  const where = `${bus.where}, unit ${unit}`
  const inTurn = oneAtATime()

  const read = async (address: number): Promise<Result<number>> => {
    const words = await bus.read({ unit, table: 'holding', address, count: 1 })
    return words.ok ? ok(words.value[0] ?? 0) : words
  }
  /** What the status register says once the frame has left. */
  const settled = async (): Promise<Result<number>> => {
    for (let turn = 0; turn < BUSY_TRIES; turn++) {
      const status = await read(registers.status)
      if (!status.ok) return status
      if ((status.value & registers.sendError) !== 0) return err(fault('DALI_LINE_UNPOWERED', { where }))
      if ((status.value & registers.busy) === 0) return status
      await sleep(clock, BUSY_PAUSE_MS)
    }
    return err(fault('DALI_GATEWAY_REFUSED', { where, reason: 'busy' }))
  }
  const put = async (address: number, forward: number, takesMs: number): Promise<Result<number>> => {
    const written = await bus.write({ unit, table: 'holding', address, values: [forward] })
    if (!written.ok) return written
    await sleep(clock, takesMs)
    return settled()
  }
  const answerOf = async (status: number): Promise<Result<DaliAnswer>> => {
    if ((status & registers.receiveError) !== 0) return ok({ kind: 'collision' })
    if ((status & registers.received) === 0) return ok({ kind: 'none' })
    const answer = await read(registers.once)
    if (!answer.ok) return answer
    if (answer.value === registers.noAnswer) return ok({ kind: 'none' })
    if (answer.value > 0xff) return err(fault('DALI_GATEWAY_REFUSED', { where, reason: `${answer.value}` }))
    return ok({ kind: 'answer', value: answer.value })
  }

  return {
    where,
    start: () => bus.start(),
    stop: () => bus.stop(),
    working: () => bus.working(),
    send: (forward, { twice = false } = {}) =>
      inTurn(async () => {
        const left = await (twice
          ? put(registers.twice, forward, 2 * FRAME_MS)
          : put(registers.once, forward, FRAME_MS))
        return left.ok ? ok(undefined) : left
      }),
    query: (forward) =>
      inTurn(async () => {
        const left = await put(registers.once, forward, FRAME_MS + ANSWER_MS)
        return left.ok ? answerOf(left.value) : left
      }),
  }
}
