import { fault } from '../../core/errors.ts'
import { err, ok } from '../../core/result.ts'
import type { Field } from './fields.ts'
import { noFindings } from './findings.ts'
import type { ReadPayload } from './lorawan-codec.ts'

const TAG_BYTES = 2

/**
 * Frames of two-byte tags, each followed by the data that the tag calls for. The length of the data is known from the
 * tag alone, so a tag that is not in the table ends the reading: nothing after it can be trusted, and nothing before it
 * is worth a guess. The whole frame is refused, with PAYLOAD_UNKNOWN_FIELD or PAYLOAD_TRUNCATED.
 */
export function taggedFields(model: string, fields: ReadonlyMap<number, Field>): ReadPayload {
  return (view) => {
    const findings = noFindings()
    const end = view.byteLength
    let at = 0
    while (at < end) {
      if (at + TAG_BYTES > end) return err(fault('PAYLOAD_TRUNCATED', { model, at: end }))
      const tag = view.getUint16(at)
      const field = fields.get(tag)
      if (field === undefined)
        return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: tag.toString(16).padStart(4, '0'), at }))
      if (at + TAG_BYTES + field.size > end) return err(fault('PAYLOAD_TRUNCATED', { model, at: end }))
      field.read(view, at + TAG_BYTES, findings)
      if (field.toEnd === true) break
      at += TAG_BYTES + field.size
    }
    return ok(findings)
  }
}
