import { resolve } from 'node:path'
import type { Child } from '../child.ts'
import type { Workplace } from '../workplace.ts'

/** As the build leaves it. */
const PROGRAM = resolve('dist', 'bench', 'peers', 'bare-valves-process.js')
const READY_WITHIN_MS = 15_000

export async function startBareValves(
  workplace: Workplace,
  { httpPort, modbusPort }: { readonly httpPort: number; readonly modbusPort: number },
): Promise<Child> {
  const child = workplace.startNode([PROGRAM, String(httpPort), String(modbusPort)])
  await child.line(/ready/, READY_WITHIN_MS)
  return child
}
