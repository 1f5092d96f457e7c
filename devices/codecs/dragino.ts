import { fault } from '../../core/errors.ts'
import { err, ok } from '../../core/result.ts'
import type { LorawanBinding } from '../define.ts'
import type { Field } from './fields.ts'
import { noFindings } from './findings.ts'
import { assertDeclared, type CodecDevice, lorawanCodec } from './lorawan-codec.ts'

/**
 * Dragino frames: big-endian, without ids, on port 2. Some models choose between several layouts by a byte in the
 * frame itself. A frame must be exactly as long as its layout: a longer one is another model or firmware.
 */
export const DRAGINO_PORT = 2

/** A layout, or the name of what the frame claims to be when we do not know it. */
export type ChooseLayout = (view: DataView) => Field | { readonly unknown: string; readonly at: number }

export interface DraginoDevice extends CodecDevice {
  /** Every layout's length. */
  readonly size: number
  /** All layouts, so that their channels are checked when the definition is made. */
  readonly layouts: readonly Field[]
  choose?: ChooseLayout
}

/** PAYLOAD_TRUNCATED, PAYLOAD_UNKNOWN_FIELD, PAYLOAD_OUT_OF_RANGE, PAYLOAD_WRONG_PORT. */
export function dragino(device: DraginoDevice): LorawanBinding {
  const { model, size, layouts } = device
  const [only] = layouts
  const choose = device.choose ?? (() => only ?? { unknown: 'layout', at: 0 })
  assertDeclared(device, layouts)
  for (const layout of layouts)
    if (layout.size !== size)
      throw new Error(`${model}: a layout of ${layout.size} bytes in frames of ${size}`)
  return lorawanCodec(device, DRAGINO_PORT, (view) => {
    if (view.byteLength < size) return err(fault('PAYLOAD_TRUNCATED', { model, at: view.byteLength }))
    if (view.byteLength > size)
      return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: `${view.byteLength} bytes`, at: size }))
    const layout = choose(view)
    if ('unknown' in layout)
      return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: layout.unknown, at: layout.at }))
    const findings = noFindings()
    layout.read(view, 0, findings)
    return ok(findings)
  })
}
