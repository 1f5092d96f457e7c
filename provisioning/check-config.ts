import { parseConfig } from '../core/config-file.ts'
import { designWarnings } from '../core/documents/check-lighting-street.ts'
import { explain } from '../core/errors.ts'
import { readText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { type LoadedEdge, loadEdgeConfig } from '../edge/load-config.ts'
import { HubConfig, hubConfigFaults } from '../hub/config.ts'
import { print } from './terminal.ts'

/** `tram check hub|edge FILE`: everything that starting would refuse, without starting. */
export async function checkConfig(kind: string, file: string): Promise<number> {
  if (kind === 'edge') {
    const loaded = loadEdgeConfig(file, readText)
    if (!loaded.ok) return refuse(loaded.error)
    for (const warning of warnings(loaded.value)) print(warning)
  } else {
    const text = readText(file)
    if (!text.ok) return refuse(text.error)
    const read = parseConfig(HubConfig, text.value, file)
    if (!read.ok) return refuse(read.error)
    const [problem] = hubConfigFaults(read.value)
    if (problem !== undefined) return refuse(problem)
  }
  print(`${file}: tốt / good`)
  return 0
}

/** What starts all the same, and is not as it should be: a street whose lamps do not give what its class needs. */
export function warnings({ stations }: Pick<LoadedEdge, 'stations'>): readonly string[] {
  return stations
    .filter((station) => station.kind === 'lighting-street')
    .flatMap(designWarnings)
    .map((warning) => `! ${explain(warning, 'vi')}\n  ${explain(warning, 'en')}`)
}
