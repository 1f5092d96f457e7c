import { checkDocument, documentKind } from '../../core/documents/check-document.ts'
import type { Body } from '../../core/documents/edit.ts'
import { Hold } from '../../core/documents/hold.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { valueFault } from '../control/arbiter.ts'
import { longestRun } from '../control/interlocks.ts'
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
    const problem = holdFault(hold.value, definitions)
    return problem === undefined ? ok(checked.value) : err(problem)
  }
}

/** Whatever lets water run is held by hand no longer than its interlocks let it run. */
function holdFault(
  { device, output, value, for_s }: Hold,
  definitions: ReadonlyMap<string, DeviceDefinition>,
): Fault | undefined {
  const known = definitions.get(device)?.outputs[output]
  if (known === undefined) return fault('ACTION_UNSUPPORTED', { model: device, output })
  const problem = valueFault(known, value)
  if (problem !== undefined) return problem
  const most_s = longestRun(known)
  if (value === known.safe || for_s <= most_s) return undefined
  return fault('HOLD_TOO_LONG', { device, output, most_min: Math.floor(most_s / 6) / 10 })
}
