import { type ErrorCode, type Fault, fault } from '../../core/errors.ts'

/** What a unit means by an exception ("MODBUS application protocol" 1.1b3, 7). */
const CODES: Readonly<Record<number, ErrorCode>> = {
  1: 'MODBUS_ILLEGAL_FUNCTION',
  2: 'MODBUS_ILLEGAL_ADDRESS',
  3: 'MODBUS_ILLEGAL_VALUE',
  4: 'MODBUS_UNIT_FAILED',
  5: 'MODBUS_UNIT_BUSY',
  6: 'MODBUS_UNIT_BUSY',
  8: 'MODBUS_UNIT_FAILED',
  10: 'MODBUS_GATEWAY',
  11: 'MODBUS_GATEWAY',
}

export function exceptionFault(
  exception: number,
  where: { readonly where: string; readonly unit: number; readonly address: number },
): Fault {
  return fault(CODES[exception] ?? 'MODBUS_EXCEPTION', { ...where, exception })
}
