import type { Result } from '../../core/result.ts'
import type { Decoded, RefusedPayload, Telemetry } from '../define.ts'

/** Bytes of an example; blanks between them are allowed. A slip of the author throws. */
export function exampleBytes(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`not hexadecimal: ${text}`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** What an example says that a decoder makes of it. */
export type Expected =
  | { readonly error: RefusedPayload }
  | { readonly telemetry: Telemetry; readonly failed?: Readonly<Record<string, string>> }

/** What differs between an example and what its decoder made of it; null for nothing. */
export function decodedFault(expected: Expected, decoded: Result<Decoded>): string | null {
  if ('error' in expected) return refusalFault(expected.error, decoded)
  if (!decoded.ok)
    return `expected values, got ${decoded.error.code} ${JSON.stringify(decoded.error.details)}`
  return (
    difference(sorted(expected.telemetry), sorted(decoded.value.telemetry)) ??
    difference(sorted(expected.failed ?? {}), sorted(decoded.value.failed ?? {}))
  )
}

/** What differs where a refusal is expected. */
export function refusalFault(code: RefusedPayload, result: Result<unknown>): string | null {
  if (result.ok) return `expected ${code}, got ${JSON.stringify(result.value)}`
  return result.error.code === code ? null : `expected ${code}, got ${result.error.code}`
}

export function difference(expected: unknown, actual: unknown): string | null {
  const [want, got] = [JSON.stringify(expected), JSON.stringify(actual)]
  return want === got ? null : `expected ${want}, got ${got}`
}

export function sorted(
  record: Telemetry | Readonly<Record<string, string>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
