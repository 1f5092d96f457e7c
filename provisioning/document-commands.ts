import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { Conflict } from '../core/documents/conflict.ts'
import { type ErrorCode, explain, fault, isErrorCode } from '../core/errors.ts'
import { refuse } from '../core/node/refuse.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { OpenConflict } from '../edge/node-control.ts'
import { callNode, report } from './node-commands.ts'
import { print } from './terminal.ts'

/** `tram doc`, `tram hold` and `tram unhold`: what a node is set to, and who holds which output by hand. */

export async function listDocuments(config: string): Promise<number> {
  return show(await callNode(config, 'documents'))
}

export async function getDocument(config: string, id: string): Promise<number> {
  return show(await callNode(config, 'document', { id }))
}

/**
 * One document under its id; or several files at once, each with a kind and what it is called in it, as one unit:
 * all in force, or none.
 */
export async function putDocuments(config: string, given: readonly string[], who: string): Promise<number> {
  const [first = '', ...rest] = given
  if (rest.length === 1 && /^[a-z][a-z0-9-]*:/.test(first)) {
    const body = readYaml(rest[0] ?? '')
    return body.ok
      ? report(await callNode(config, 'put-document', { id: first, body: body.value, who }))
      : refuse(body.error)
  }
  const documents = []
  for (const file of given) {
    const body = readYaml(file)
    if (!body.ok) return refuse(body.error)
    documents.push({ id: idOf(body.value), body: body.value })
  }
  return report(await callNode(config, 'put-documents', { documents, who }))
}

export async function listConflicts(config: string, json: boolean): Promise<number> {
  const answer = await callNode(config, 'conflicts')
  if (!answer.ok) return refuse(answer.error)
  if (json) print(JSON.stringify(answer.value))
  else print(conflictsText(answer.value as readonly OpenConflict[]))
  return 0
}

export async function settleConflict(
  config: string,
  action: 'restore' | 'dismiss',
  id: string,
  who: string,
): Promise<number> {
  return report(await callNode(config, action, { id, who }))
}

export interface HoldOptions {
  readonly config: string
  readonly for: number
  readonly why: string
  readonly who: string
}

export async function holdCommand(
  device: string,
  output: string,
  value: number,
  options: HoldOptions,
): Promise<number> {
  const { config, for: for_s, why, who } = options
  return report(await callNode(config, 'hold', { device, output, value, for_s, why, who }))
}

export async function unholdCommand(
  config: string,
  device: string,
  output: string,
  who: string,
): Promise<number> {
  return report(await callNode(config, 'unhold', { device, output, who }))
}

function show(answer: Result<unknown>): number {
  if (!answer.ok) return refuse(answer.error)
  print(stringify(answer.value).trimEnd())
  return 0
}

function readYaml(file: string): Result<unknown> {
  try {
    return ok(parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    return err(fault('CONFIG_UNREADABLE', { file, reason }))
  }
}

/** The id that a document's own content gives it; what is no document is left for the node to refuse. */
function idOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('kind' in body)) return '?'
  const { kind, id, device, output } = { id: undefined, device: undefined, output: undefined, ...body }
  return `${kind}:${kind === 'hold' ? `${device}/${output}` : id}`
}

function conflictsText(conflicts: readonly OpenConflict[]): string {
  if (conflicts.length === 0) return 'không có xung đột / no conflicts'
  return conflicts.map(conflictText).join('\n\n')
}

function conflictText({ id, at, edit, lost, reason }: OpenConflict): string {
  const who = edit === undefined ? '?' : `${edit.by} (${edit.side})`
  const fields = lost.map((entry) => `  ${fieldText(entry)}`)
  return [
    id,
    `  ${new Date(at).toISOString()}  ${who}`,
    ...fields,
    ...(reason === undefined ? [] : [`  ${reasonText(reason)}`]),
  ].join('\n')
}

function fieldText({ path, kept, lost }: Conflict['lost'][number]): string {
  const said = (value: unknown) => (value === undefined ? '—' : JSON.stringify(value))
  return `${path.join(' / ') || '(all)'}: ${said(lost)} → ${said(kept)}`
}

function reasonText({ code, details }: NonNullable<Conflict['reason']>): string {
  return isErrorCode(code) ? explain(fault(code satisfies ErrorCode, details), 'vi') : code
}
