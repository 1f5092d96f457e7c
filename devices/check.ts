import { CHANNEL_PATTERN, ID_PATTERN } from '../core/ids.ts'
import type { Text } from '../core/text.ts'
import { isUnitCode } from '../core/units.ts'
import { firmataProblems } from './check-firmata.ts'
import { modbusProblems } from './check-modbus.ts'
import type { Channel, DeviceDefinition, Interlock, Output } from './define.ts'
import { exampleFault } from './examples.ts'

const modelExpression = new RegExp(ID_PATTERN)
const channelExpression = new RegExp(CHANNEL_PATTERN)

/**
 * Everything that is wrong with a definition, as sentences for its author; empty when it may be used.
 * The same checks serve the definitions in this folder (one test each) and those that a site adds.
 */
export function checkDefinition(definition: DeviceDefinition): readonly string[] {
  const { model, telemetry, outputs, via } = definition
  const map = [...modbusProblems(definition), ...firmataProblems(definition)]
  return [
    ...complaint(!modelExpression.test(model), `model "${model}" is not an id`),
    ...complaint(definition.source.trim() === '', 'source is empty'),
    ...labelProblems('the device', definition.label),
    ...Object.entries(telemetry).flatMap(([name, channel]) => channelProblems(name, channel)),
    ...Object.entries(outputs).flatMap(([name, output]) => outputProblems(name, output, telemetry)),
    ...complaint(Object.keys(via).length === 0, 'it is reached by nothing: via is empty'),
    ...complaint(
      Object.keys(outputs).length > 0 && via.lorawan !== undefined && via.lorawan.encode === undefined,
      'it has outputs and no encode',
    ),
    // Examples of a map that leads nowhere say nothing more.
    ...(map.length > 0 ? map : exampleProblems(definition)),
  ]
}

function complaint(wrong: boolean, text: string): readonly string[] {
  return wrong ? [text] : []
}

function labelProblems(owner: string, label: Text): readonly string[] {
  return [
    ...complaint(label.vi.trim() === '', `${owner} has no Vietnamese label`),
    ...complaint(label.en.trim() === '', `${owner} has no English label`),
  ]
}

function channelProblems(name: string, channel: Channel): readonly string[] {
  const { unit, min, max, resolution, report, kind, states = {} } = channel
  const values = Object.keys(states).map(Number)
  return [
    ...complaint(!channelExpression.test(name), `channel "${name}" is not a channel name`),
    ...labelProblems(`channel ${name}`, channel.label),
    ...values.flatMap((value) =>
      labelProblems(`state ${value} of ${name}`, states[value] ?? { vi: '', en: '' }),
    ),
    ...complaint(!isUnitCode(unit), `channel ${name}: unit "${unit}" is not known`),
    ...complaint(!(min < max), `channel ${name}: min ${min} is not below max ${max}`),
    ...complaint(!(resolution > 0), `channel ${name}: resolution ${resolution} is not above 0`),
    ...complaint(
      (max - min) / resolution > Number.MAX_SAFE_INTEGER,
      `channel ${name}: range / resolution does not fit an exact integer`,
    ),
    ...complaint(!(report.deadBand >= 0), `channel ${name}: dead band ${report.deadBand} is below 0`),
    ...complaint(!(report.silenceS > 0), `channel ${name}: silence ${report.silenceS} s is not above 0`),
    ...complaint(kind === 'counter' && min !== 0, `channel ${name}: a counter starts at 0, not ${min}`),
    ...complaint(
      (kind === 'state') !== values.length > 0,
      `channel ${name}: states belong to kind "state", and to it alone`,
    ),
    ...complaint(
      values.some((value) => value < min || value > max),
      `channel ${name}: a named state lies outside ${min} to ${max}`,
    ),
  ]
}

function outputProblems(
  name: string,
  output: Output,
  telemetry: Readonly<Record<string, Channel>>,
): readonly string[] {
  const { min, max, safe, powerUp, deadManS, timedS = 1, readBack, interlocks = [] } = output
  const inside = (value: number) => value >= min && value <= max
  return [
    ...complaint(!channelExpression.test(name), `output "${name}" is not a channel name`),
    ...labelProblems(`output ${name}`, output.label),
    ...complaint(!(min < max), `output ${name}: min ${min} is not below max ${max}`),
    ...complaint(!inside(safe), `output ${name}: safe value ${safe} lies outside ${min} to ${max}`),
    ...complaint(!inside(powerUp), `output ${name}: power-up value ${powerUp} lies outside ${min} to ${max}`),
    ...complaint(!(deadManS >= 0), `output ${name}: dead-man time ${deadManS} s is below 0`),
    ...complaint(!(timedS > 0), `output ${name}: longest time of its own ${timedS} s is not above 0`),
    ...complaint(
      readBack !== undefined && telemetry[readBack] === undefined,
      `output ${name}: it is read back on "${readBack}", which is no channel`,
    ),
    ...interlocks.flatMap((interlock) =>
      complaint(!isPossible(interlock), `output ${name}: interlock ${interlock.kind} has no possible times`),
    ),
  ]
}

function isPossible(interlock: Interlock): boolean {
  switch (interlock.kind) {
    case 'longest-run':
      return interlock.run_s > 0 && interlock.rest_s >= 0
    case 'minimum-rest':
      return interlock.rest_s >= 0
    case 'switching-limit':
    case 'starts-limit':
      return interlock.most >= 1 && interlock.per_s > 0
    case 'run-budget':
      return interlock.run_s > 0 && interlock.per_s > interlock.run_s
    case 'needs':
      return interlock.after_s >= 0 && interlock.for_s >= 0
    case 'outlasts':
      return interlock.for_s >= 0 && interlock.most_s >= interlock.for_s
  }
}

function exampleProblems(definition: DeviceDefinition): readonly string[] {
  const { examples } = definition
  const encodes = Object.keys(definition.outputs).length > 0
  return [
    ...complaint(!examples.some((example) => 'error' in example), 'no example is refused'),
    ...complaint(
      !examples.some((example) => 'telemetry' in example || 'arc' in example),
      'no example is decoded',
    ),
    ...complaint(
      encodes && !examples.some((example) => 'requests' in example || 'arc' in example),
      'it has outputs and no example of a downlink',
    ),
    ...examples.flatMap((example, index) => {
      const problem = exampleFault(definition, example)
      return problem === null ? [] : [`example ${index + 1}: ${problem}`]
    }),
  ]
}
