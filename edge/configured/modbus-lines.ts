import type { Clock } from '../../core/clock.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { ModbusBus } from '../modbus/bus.ts'
import type { ModbusLineConfig } from '../modbus/config.ts'
import { createModbusLine } from '../modbus/line.ts'
import type { Refusals } from '../refusals.ts'
import type { DriverParts } from './serving-driver.ts'

interface Way {
  readonly stream: ByteStream
  readonly framing: Parameters<typeof createModbusLine>[0]['framing']
}

/** The Modbus lines of a configuration by id: meters, relays and gateways of other buses share them. */
export function modbusLines(
  lines: readonly ModbusLineConfig[],
  parts: Pick<DriverParts, 'serial' | 'tcp'> & { readonly wall: Clock; readonly refusals: Refusals },
): ReadonlyMap<string, ModbusBus> {
  return new Map(
    lines.map((line) => {
      const refused = (problem: Parameters<Refusals['note']>[0]) => parts.refusals.note(problem, line.id)
      const way = wayTo(line, parts)
      return [line.id, createModbusLine({ ...way, answerMs: line.answer_ms, clock: parts.wall, refused })]
    }),
  )
}

function wayTo({ id, serial, tcp }: ModbusLineConfig, parts: Pick<DriverParts, 'serial' | 'tcp'>): Way {
  if (serial !== undefined)
    return { stream: parts.serial(serial), framing: { kind: 'rtu', baud: serial.baud } }
  if (tcp === undefined)
    throw new Error(`the Modbus line ${id} leads nowhere: its configuration was not checked`)
  const baud = tcp.rtu_baud
  return { stream: parts.tcp(tcp), framing: baud === undefined ? { kind: 'tcp' } : { kind: 'rtu', baud } }
}
