import { parseConfig } from '../core/config-file.ts'
import { readText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { loadEdgeConfig } from '../edge/load-config.ts'
import { HubConfig, hubConfigFaults } from '../hub/config.ts'
import { print } from './terminal.ts'

/** `tram check hub|edge FILE`: everything that starting would refuse, without starting. */
export async function checkConfig(kind: string, file: string): Promise<number> {
  if (kind === 'edge') {
    const loaded = loadEdgeConfig(file, readText)
    if (!loaded.ok) return refuse(loaded.error)
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
