import type { Result } from '../../core/result.ts'
import type { ModbusTable } from '../../devices/define.ts'

export interface ModbusRead {
  /** 1 to 247; 255 is what many TCP devices call themselves. */
  readonly unit: number
  readonly table: ModbusTable
  readonly address: number
  /** At most 125 registers or 2000 bits. */
  readonly count: number
  /** Goes before all that is not. */
  readonly urgent?: boolean
}

export interface ModbusWriteAsk {
  readonly unit: number
  readonly table: 'coil' | 'holding'
  readonly address: number
  /** Words of 16 bits, at most 123; or 0 and 1 for coils, at most 1968. One alone goes as a single write. */
  readonly values: readonly number[]
  readonly urgent?: boolean
}

/**
 * One Modbus line, RTU over a serial port or TCP: one question at a time, whoever asks. Several drivers may share it.
 * Faults of every question: MODBUS_TIMEOUT, MODBUS_CRC (only broken answers came), MODBUS_LINE_DOWN,
 * MODBUS_QUEUE_FULL, and one code per exception that a unit may answer with (`exceptionFault`).
 */
export interface ModbusBus {
  readonly where: string
  /** Opens the line, and again whenever it is lost. Whoever starts it stops it; the last one closes it. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Whether the line is open. Units may be silent all the same. */
  working(): boolean
  /** Raw words of 16 bits, or 0 and 1 for coils and discrete inputs. */
  read(ask: ModbusRead): Promise<Result<readonly number[]>>
  /** Resolves when the unit has said that it did so. */
  write(ask: ModbusWriteAsk): Promise<Result<void>>
}
