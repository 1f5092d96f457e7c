import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseConfig } from '../core/config-file.ts'
import { type Fault, FaultError, fault } from '../core/errors.ts'
import { processLog } from '../core/node/log.ts'
import { makeFolder } from '../core/node/make-folder.ts'
import { pouchDocuments } from '../core/node/pouch-documents.ts'
import { readText, requireText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { readRelayKey } from '../core/node/relay-key.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { untilTold } from '../core/node/until-told.ts'
import type { PeerSecrets } from './broker/listen.ts'
import { HubConfig, hubConfigFaults } from './config.ts'
import { createHub, type HubAddresses } from './hub.ts'
import type { Disk } from './store/room.ts'

const DATABASE = 'hub.sqlite'
const DOCUMENTS = 'documents'
const MEGABYTE = 1024 * 1024
/** Compiled to dist/hub/main.js, beside which Vite puts the page. */
const PAGE = fileURLToPath(new URL('./web', import.meta.url))

/** Runs a hub until it is told to stop; the process's exit code. */
export async function runHub(configFile: string): Promise<number> {
  const source = readText(configFile)
  if (!source.ok) return refuse(source.error)
  const parsed = parseConfig(HubConfig, source.value, configFile)
  if (!parsed.ok) return refuse(parsed.error)
  const faults = hubConfigFaults(parsed.value)
  if (faults.length > 0) return refuse(...faults)
  try {
    return await serve(parsed.value)
  } catch (cause) {
    if (cause instanceof FaultError) return refuse(hubFault(cause.fault))
    throw cause
  }
}

/** A node puts a damaged database aside and goes on; a hub must not begin anew without being told to. */
function hubFault(problem: Fault): Fault {
  return problem.code === 'STORE_CORRUPT' ? fault('HUB_STORE_CORRUPT', problem.details) : problem
}

async function serve(config: HubConfig): Promise<number> {
  const log = processLog('hub', config.logLevel)
  makeFolder(config.dataDir)
  const sql = openSqlite(join(config.dataDir, DATABASE), { maxBytes: config.storeMegabytes * MEGABYTE })
  const secrets = config.broker.tls === undefined ? {} : { secrets: readSecrets(config.broker.tls) }
  const wall = systemClock()
  const clock = config.demo === undefined ? wall : systemClock(config.demo)
  const documents = await pouchDocuments(join(config.dataDir, DOCUMENTS))
  const disk = () => diskOf(config.dataDir)
  const parts = {
    clock,
    wall,
    random: systemRandom,
    log,
    config,
    sql,
    disk,
    documents,
    page: PAGE,
    ...secrets,
  }
  const hub = await createHub({ ...parts, relayKeys: readRelayKeys(config) })
  // It answers before all of it has started: from then on it ends in good order.
  const stopped = untilTold()
  try {
    const addresses = await hub.start()
    announce(addresses)
    log.info('hub is running', { ...addresses })
    await stopped
  } finally {
    await hub.stop()
    await documents.close()
    sql.close()
  }
  return 0
}

/** A disk that fails may tell nothing of itself. */
function diskOf(folder: string): Disk | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return undefined
  }
}

/** One line that a supervisor or a script can wait for. */
function announce(addresses: HubAddresses): void {
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...addresses })}\n`)
}

/** Throws a FaultError for a key that cannot be read: alarms by radio would be refused without a word. */
function readRelayKeys({ edges }: HubConfig): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>()
  for (const { id, relayKeyFile } of edges) {
    if (relayKeyFile === undefined) continue
    const key = readRelayKey(relayKeyFile)
    if (!key.ok) throw new FaultError(key.error)
    keys.set(id, key.value)
  }
  return keys
}

function readSecrets(tls: NonNullable<HubConfig['broker']['tls']>): PeerSecrets {
  return {
    cert: requireText(tls.cert),
    key: requireText(tls.key),
    ca: tls.ca === undefined ? undefined : requireText(tls.ca),
  }
}
