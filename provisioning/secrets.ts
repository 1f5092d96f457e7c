import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fault } from '../core/errors.ts'
import { edgeId } from '../core/ids.ts'
import { refuse } from '../core/node/refuse.ts'
import { systemRandom } from '../core/node/system-random.ts'
import type { Random } from '../core/random.ts'
import { hex } from '../core/random.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashSecret } from '../core/scrypt.ts'
import { print } from './terminal.ts'

const KEY_BYTES = 32

/** Makes a node's key: the key goes into a file that only its owner reads, the hash into the hub's configuration. */
export async function makeEdgeKey(
  file: string,
  random: Random,
): Promise<Result<{ readonly keyHash: string }>> {
  const made = makeKeyFile(file, random)
  return made.ok ? ok({ keyHash: await hashSecret(made.value, random) }) : made
}

/** A new key in hexadecimal, in a new file that only its owner reads. */
function makeKeyFile(file: string, random: Random): Result<string> {
  const key = hex(random.bytes(KEY_BYTES))
  try {
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
    return ok(key)
  } catch (cause) {
    return err(
      fault('SECRET_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }),
    )
  }
}

/** The one line of standard input or of a file that holds a password; never taken from the command line. */
export function passwordFrom(file: string): Result<string> {
  try {
    if (file !== '-' && statSync(file).size > 4096)
      return err(fault('SECRET_UNREADABLE', { file, reason: 'too long' }))
    const [line] = readFileSync(file === '-' ? 0 : file, 'utf8').split('\n')
    if (line === undefined || line.length < 10) return err(fault('PASSWORD_SHORT', { least: 10 }))
    return ok(line)
  } catch (cause) {
    return err(
      fault('SECRET_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : 'unknown' }),
    )
  }
}

/** `tram key EDGE --out FILE`: writes the key and prints what belongs into the hub's configuration. */
export async function keyCommand(edge: string, file: string): Promise<number> {
  const id = edgeId(edge)
  if (!id.ok) return refuse(id.error)
  const made = await makeEdgeKey(file, systemRandom)
  if (!made.ok) return refuse(made.error)
  print(`# ${file}: khóa của nút, giữ kín / the node's key, keep it secret`)
  print('# thêm vào hub.yaml / add to hub.yaml:')
  print(`edges:\n  - id: ${id.value}\n    keyHash: ${made.value.keyHash}`)
  return 0
}

/** `tram key EDGE --relay --out FILE`: the secret of the radio path, for both node and hub; nothing of it is printed. */
export function relayKeyCommand(edge: string, file: string): number {
  const id = edgeId(edge)
  if (!id.ok) return refuse(id.error)
  const made = makeKeyFile(file, systemRandom)
  if (!made.ok) return refuse(made.error)
  print(`# ${file}: chép cho cả nút và trung tâm, giữ kín / give it to both node and hub, keep it secret`)
  print('# edge.yaml:')
  print(`relay:\n  keyFile: ${file}`)
  print('# hub.yaml:')
  print(`edges:\n  - id: ${id.value}\n    relayKeyFile: ${file}`)
  return 0
}

/** `tram password FILE`: prints the hash of a password that stands alone in a file or on standard input. */
export async function passwordCommand(file: string): Promise<number> {
  const password = passwordFrom(file)
  if (!password.ok) return refuse(password.error)
  print(`passwordHash: ${await hashSecret(password.value, systemRandom)}`)
  return 0
}
