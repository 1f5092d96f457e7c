import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static, type TSchema } from 'typebox'
import { callControl } from '../../core/node/control-socket.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import { checker } from '../../core/schema.ts'
import type { CommandAction } from '../../core/wire/commands.ts'
import { CommandView } from '../../hub/api/schema.ts'
import { cityLayout } from '../../provisioning/city/layout.ts'
import { createCityLines } from '../../provisioning/city/lines.ts'
import { writeCity } from '../../provisioning/city/write-city.ts'
import { freePort } from './free-port.ts'
import { type Running, start, temporaryFolder } from './product.ts'

/**
 * The demonstration city, written at a time and a pace of the test's choice, of which a test starts only the part that
 * it is about: the hub, a node, and its equipment, each a process.
 */

export interface Pace {
  readonly speed: number
  /** The city's time as its processes start, UTC. */
  readonly from: number
}

export async function writePart({ speed, from }: Pace) {
  const folder = temporaryFolder()
  const layout = cityLayout(join(folder.path, 'city'))
  const [http, mqtt] = [await freePort('tcp'), await freePort('tcp')]
  const lines = createCityLines({ mqtt, http })
  const street = {
    gateway: await freePort('udp'),
    modbus: await freePort('tcp'),
    dali: await freePort('tcp'),
    mqtt: await freePort('tcp'),
  }
  const greenhouse = {
    gateway: await freePort('udp'),
    modbus: await freePort('tcp'),
    board: await freePort('tcp'),
    panel: await freePort('tcp'),
  }
  const scale = { speed, origin: Date.now(), from }
  const { panel } = await writeCity(
    {
      ...{ layout, site: 'quang-tri', http, mqtt, line: lines.open },
      ...{ gatewayPort: street.gateway, street, greenhouse, scale },
    },
    systemRandom,
  )
  const sim = async (command: string, args: Readonly<Record<string, unknown>> = {}) => {
    const answer = await callControl(layout.simControl, command, args)
    if (!answer.ok) throw new Error(`${command} ${JSON.stringify(args)}: ${answer.error.code}`)
    return answer.value
  }
  return {
    layout,
    lines,
    panel,
    clock: systemClock(scale),
    hub: hubApi(`http://127.0.0.1:${http}`),
    sim,
    /** `tram city fault WHERE NAME`. */
    async fault(where: string, name: string) {
      await sim('fault', { device: where, fault: name })
    },
    /** After every process has ended. */
    async remove() {
      await lines.close()
      folder.remove()
    },
  }
}

/** A process of the product that has said that it is ready. */
export async function ready(args: readonly string[]): Promise<Running> {
  const running = start(...args)
  await running.ready()
  return running
}

export function rewrite<S extends TSchema>(
  file: string,
  read: (text: string) => unknown,
  write: (value: unknown) => string,
  schema: S,
  change: (value: Static<S>) => unknown,
): void {
  writeFileSync(file, write(change(checked(schema, read(readFileSync(file, 'utf8'))))))
}

export function checked<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const result = checker(schema)(value)
  if (!result.ok) throw new Error(`${result.problem.path} ${result.problem.message}`)
  return result.value
}

/** A body as JSON, for `fetch`. */
export function sent(method: string, body: unknown) {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** What people ask of the hub, under /api/v1; throws while nobody answers, or what comes is of another shape. */
function hubApi(url: string) {
  const at = `${url}/api/v1`
  const answer = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${at}${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const get = async <S extends TSchema>(path: string, schema: S) =>
    checked(schema, await (await answer(path)).json())
  return {
    url,
    get,
    async text(path: string) {
      return (await answer(path)).text()
    },
    /** Gives an edge a command; its id. */
    async command(
      edge: string,
      action: CommandAction,
      {
        class: urgency = 'momentary',
        why = 'thử',
        ...when
      }: { readonly class?: string; readonly why?: string; readonly notBefore?: number } = {},
    ) {
      const wish = { class: urgency, action, why, ...when }
      const given = await answer(`/edges/${edge}/commands`, sent('POST', wish))
      return checked(CommandView, await given.json()).id
    },
    async document<S extends TSchema>(edge: string, id: string, schema: S) {
      return checked(schema, (await get(pathOf(edge, id), Present)).content)
    },
    /** Edits a document; resolves when the hub has taken it. */
    async edit<S extends TSchema>(
      edge: string,
      id: string,
      schema: S,
      change: (content: Static<S>) => unknown,
    ) {
      const path = pathOf(edge, id)
      const { rev, content } = await get(path, Present)
      const { headers, ...put } = sent('PUT', change(checked(schema, content)))
      await answer(path, { ...put, headers: { ...headers, 'if-match': rev } })
    },
  }
}

const pathOf = (edge: string, id: string) => `/documents/${edge}/${encodeURIComponent(id)}`
const Present = Type.Object({ rev: Type.String(), content: Type.Unknown() })
