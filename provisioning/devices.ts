import { refuse } from '../core/node/refuse.ts'
import { unitSymbol } from '../core/units.ts'
import { deviceDefinitions, findDefinition } from '../devices/registry.ts'
import { print } from './terminal.ts'

/** `tram devices [MODEL]`: the models that can be named in a configuration, or what one of them measures and drives. */
export function devicesCommand(model: string | undefined): number {
  if (model === undefined) {
    for (const definition of deviceDefinitions.values()) {
      print(`${definition.model.padEnd(24)} ${definition.label.vi} · ${definition.label.en}`)
    }
    return 0
  }
  const found = findDefinition(model)
  if (!found.ok) return refuse(found.error)
  const { label, telemetry, outputs, source } = found.value
  print(`${found.value.model}: ${label.vi} · ${label.en}`)
  print('đo / measures:')
  for (const [name, channel] of Object.entries(telemetry)) {
    print(
      `  ${name.padEnd(20)} ${channel.min} … ${channel.max} ${unitSymbol(channel.unit)}  ${channel.label.vi} · ${channel.label.en}`,
    )
  }
  if (Object.keys(outputs).length > 0) print('điều khiển / drives:')
  for (const [name, output] of Object.entries(outputs)) {
    print(`  ${name.padEnd(20)} ${output.min} … ${output.max}  ${output.label.vi} · ${output.label.en}`)
  }
  print(`nguồn / source: ${source}`)
  return 0
}
