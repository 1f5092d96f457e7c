import { checkDocument, documentKind } from '../../core/documents/check-document.ts'
import type { Body } from '../../core/documents/edit.ts'
import { Hold } from '../../core/documents/hold.ts'
import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { isStationId, type NodeDevices, stationCheck } from './stations.ts'

/** Whether a document can be in force at this node: what is true of every document, and what its devices offer. */
export type NodeCheck = (id: string, content: Body) => Result<Body>

const checkHold = checker(Hold)

export function nodeCheck(
  devices: NodeDevices,
  definitions: ReadonlyMap<string, DeviceDefinition>,
): NodeCheck {
  const station = stationCheck(devices)
  return (id, content) => {
    const checked = checkDocument(id, content)
    if (!checked.ok) return checked
    if (isStationId(id)) return station(checked.value)
    const hold = checkHold(checked.value)
    if (documentKind(id) !== 'hold' || !hold.ok) return checked
    const { device, output, value } = hold.value
    const known = definitions.get(device)?.outputs[output]
    if (known === undefined) return err(fault('ACTION_UNSUPPORTED', { model: device, output }))
    const { min, max } = known
    return value >= min && value <= max
      ? ok(checked.value)
      : err(fault('OUTPUT_CLAIM_INVALID', { value, min, max }))
  }
}
