import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseConfig } from '../core/config-file.ts'
import { FaultError, fault } from '../core/errors.ts'
import { processLog } from '../core/node/log.ts'
import { readText } from '../core/node/read-text.ts'
import { refuse } from '../core/node/refuse.ts'
import { openSqlite } from '../core/node/sqlite.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { untilTold } from '../core/node/until-told.ts'
import type { PeerSecrets } from './broker/listen.ts'
import { HubConfig, hubConfigFaults } from './config.ts'
import { createHub, type HubAddresses } from './hub.ts'

const DATABASE = 'hub.sqlite'
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
    if (cause instanceof FaultError) return refuse(cause.fault)
    throw cause
  }
}

async function serve(config: HubConfig): Promise<number> {
  const log = processLog('hub', process.env.TRAM_LOG ?? 'info')
  makeDirectory(config.dataDir)
  const sql = openSqlite(join(config.dataDir, DATABASE), { maxBytes: config.storeMegabytes * MEGABYTE })
  const secrets = config.broker.tls === undefined ? {} : { secrets: readSecrets(config.broker.tls) }
  const wall = systemClock()
  const clock = config.demo === undefined ? wall : systemClock(config.demo)
  const hub = await createHub({ clock, wall, random: systemRandom, log, config, sql, page: PAGE, ...secrets })
  try {
    const addresses = await hub.start()
    const stopped = untilTold()
    announce(addresses)
    log.info('hub is running', { ...addresses })
    await stopped
  } finally {
    await hub.stop()
    sql.close()
  }
  return 0
}

/** One line that a supervisor or a script can wait for. */
function announce(addresses: HubAddresses): void {
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...addresses })}\n`)
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    throw new FaultError(fault('STORE_UNWRITABLE', { file: directory, reason }), { cause })
  }
}

function readSecrets(tls: NonNullable<HubConfig['broker']['tls']>): PeerSecrets {
  const pem = (file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown'
      throw new FaultError(fault('CONFIG_UNREADABLE', { file, reason }), { cause })
    }
  }
  return { cert: pem(tls.cert), key: pem(tls.key), ca: tls.ca === undefined ? undefined : pem(tls.ca) }
}
