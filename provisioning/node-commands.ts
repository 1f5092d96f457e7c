import { join } from 'node:path'
import { CONTROL_SOCKET, callControl } from '../core/node/control-socket.ts'
import { readText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import type { Result } from '../core/result.ts'
import { loadEdgeConfig } from '../edge/load-config.ts'
import type { NodeStatus } from '../edge/node-control.ts'
import { nodeStatusText } from './node-status.ts'
import { print, printJson } from './terminal.ts'

/** Commands that speak with the running node of a configuration file, over its control socket. */

export async function statusCommand(config: string, json: boolean): Promise<number> {
  const answer = await callNode(config, 'status')
  if (!answer.ok) return refuse(answer.error)
  if (json) printJson(answer.value)
  else print(nodeStatusText(answer.value as NodeStatus))
  return 0
}

/** `minutes` 0 ends a silence. */
export async function silenceCommand(
  config: string,
  station: string,
  who: string,
  minutes: number,
): Promise<number> {
  return report(await callNode(config, minutes > 0 ? 'silence' : 'unsilence', { station, who, minutes }))
}

export async function selfTestCommand(config: string, station: string): Promise<number> {
  return report(await callNode(config, 'self-test', { station }))
}

/** A person has looked after what latched an output. */
export async function resetCommand(
  config: string,
  device: string,
  output: string,
  who: string,
): Promise<number> {
  return report(await callNode(config, 'reset', { device, output, who }))
}

/** Asks the running node of a configuration file. */
export async function callNode(config: string, command: string, args = {}): Promise<Result<unknown>> {
  const loaded = loadEdgeConfig(config, readText)
  if (!loaded.ok) return loaded
  return callControl(join(loaded.value.dataDir, CONTROL_SOCKET), command, args)
}

/** Prints that it is done, or why not; the exit code. */
export function report(answer: Result<unknown>): number {
  if (!answer.ok) return refuse(answer.error)
  print('đã nhận / done')
  return 0
}
