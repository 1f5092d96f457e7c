import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { fault } from '../core/errors.ts'
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
  const answer = await call(config, 'status')
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
  return report(await call(config, minutes > 0 ? 'silence' : 'unsilence', { station, who, minutes }))
}

export async function selfTestCommand(config: string, station: string): Promise<number> {
  return report(await call(config, 'self-test', { station }))
}

export async function listDocuments(config: string): Promise<number> {
  const answer = await call(config, 'documents')
  if (!answer.ok) return refuse(answer.error)
  print(stringify(answer.value).trimEnd())
  return 0
}

export async function getDocument(config: string, id: string): Promise<number> {
  const answer = await call(config, 'document', { id })
  if (!answer.ok) return refuse(answer.error)
  print(stringify(answer.value).trimEnd())
  return 0
}

export async function putDocument(config: string, id: string, file: string): Promise<number> {
  try {
    const body: unknown = parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 })
    return report(await call(config, 'put-document', { id, body }))
  } catch (cause) {
    return refuse(
      fault('CONFIG_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }),
    )
  }
}

async function call(config: string, command: string, args = {}): Promise<Result<unknown>> {
  const loaded = loadEdgeConfig(config, readText)
  if (!loaded.ok) return loaded
  return callControl(join(loaded.value.dataDir, CONTROL_SOCKET), command, args)
}

function report(answer: Result<unknown>): number {
  if (!answer.ok) return refuse(answer.error)
  print('đã nhận / done')
  return 0
}
