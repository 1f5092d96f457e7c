import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import type { Child } from '../child.ts'
import { until } from '../rounds.ts'
import { freePort, type Workplace } from '../workplace.ts'

const MOSQUITTO_PATHS = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto']
const LISTENS_WITHIN_MS = 10_000

/** Debian's package, where it is installed. */
export function findMosquitto(): string | undefined {
  return MOSQUITTO_PATHS.find((path) => existsSync(path))
}

/** A broker of its own for each contender, all alike: Mosquitto, or Aedes in the bench's process where there is none. */
export async function plainBroker(
  workplace: Workplace,
): Promise<{ readonly name: string; readonly port: number }> {
  const port = await freePort()
  const mosquitto = findMosquitto()
  if (mosquitto !== undefined) {
    await startMosquitto(workplace, mosquitto, port)
    return { name: 'Mosquitto', port }
  }
  const aedes = await Aedes.createBroker()
  const server = createServer({ noDelay: true }, aedes.handle)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  workplace.atEnd(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve))
    server.close()
  })
  return { name: 'Aedes', port }
}

/** TCP_NODELAY and no limits of its own on what is under way; `lines` are added to its configuration. */
export async function startMosquitto(
  workplace: Workplace,
  mosquitto: string,
  port: number,
  lines: readonly string[] = [],
): Promise<Child> {
  const file = join(workplace.folder('mosquitto'), 'mosquitto.conf')
  const config = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'set_tcp_nodelay true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'max_queued_bytes 0',
    ...lines,
  ]
  writeFileSync(file, `${config.join('\n')}\n`)
  const child = workplace.start({ command: mosquitto, args: ['-c', file] })
  await until('mosquitto', LISTENS_WITHIN_MS, () => listens(port))
  return child
}

export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}
