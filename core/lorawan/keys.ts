import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'

export interface SessionKeys {
  readonly nwkSKey: Uint8Array
  readonly appSKey: Uint8Array
}

const hexExpression = /^[0-9a-fA-F]*$/

/** Reads exactly `bytes` bytes of hexadecimal; blanks, colons and hyphens between them are allowed. The text is never repeated in the fault. */
export function parseHex(name: string, text: string, bytes: number): Result<Uint8Array> {
  const digits = text.replaceAll(/[\s:-]/g, '')
  if (digits.length !== bytes * 2 || !hexExpression.test(digits)) {
    return err(fault('LORAWAN_HEX_MALFORMED', { name, digits: bytes * 2 }))
  }
  return ok(Uint8Array.from(Buffer.from(digits, 'hex')))
}

export const parseKey = (name: string, text: string): Result<Uint8Array> => parseHex(name, text, 16)

/** An EUI as 16 lower-case hexadecimal digits, most significant byte first, as printed on labels. */
export function parseEui(name: string, text: string): Result<string> {
  const bytes = parseHex(name, text, 8)
  return bytes.ok ? ok(Buffer.from(bytes.value).toString('hex')) : bytes
}

/** A DevAddr as an unsigned 32-bit number. */
export function parseDevAddr(name: string, text: string): Result<number> {
  const bytes = parseHex(name, text, 4)
  return bytes.ok ? ok(Buffer.from(bytes.value).readUInt32BE(0)) : bytes
}

export function devAddrText(devAddr: number): string {
  return devAddr.toString(16).padStart(8, '0')
}
