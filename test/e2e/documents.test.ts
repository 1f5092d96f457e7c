import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { contentOf } from '../../core/documents/edit.ts'
import { pouchDocuments } from '../../core/node/pouch-documents.ts'
import { folder, serve, station } from '../hub/documents/couch.ts'
import { WRITER } from './documents-writer.ts'
import { until } from './until.ts'

/** The power goes while a node edits and replicates: once and again. */

const ROUNDS = 6
const ID = 'edge-1/flood-station:a'

/** Lets a node's process edit from number `from` for so long, and kills it; the last edit that it told as written. */
async function killed(given: object, from: number, after_ms: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', WRITER, '--', JSON.stringify({ ...given, from })],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let told = ''
  let said = ''
  child.stdout.on('data', (text) => {
    told += text
  })
  child.stderr.on('data', (text) => {
    said += text
  })
  // Once it has closed, all that it told has been read.
  const closed = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal))
  })
  try {
    await until(
      'the node has told its first edit',
      30_000,
      () => told !== '',
      () => said,
    )
    await pause(after_ms)
  } finally {
    child.kill('SIGKILL')
  }
  if ((await closed) !== 'SIGKILL') throw new Error(said)
  return Number(told.trimEnd().split('\n').at(-1))
}

test('killed in mid-edit and mid-replication, a node keeps every edit that it told, and both sides end alike', async () => {
  const place = folder()
  const hub = await pouchDocuments(join(place.path, 'hub'))
  const server = await serve(hub)
  const { $edit: _edit, ...content } = station('a', 2)
  const given = { folder: join(place.path, 'node'), remote: server.remote(), station: content }
  let told = 0
  for (let round = 0; round < ROUNDS; round++) {
    told = await killed(given, told + 1, 40 + round * 37)
    const node = await pouchDocuments(given.folder)
    const kept = await node.get(ID)
    expect(Number(contentOf(kept?.body ?? {}).provenWithin_h)).toBeGreaterThanOrEqual(told)
    // What is in force is what was written last, whole.
    const force = await node.get('force:flood-station:a')
    expect(force?.body.rev).toBe(kept?.rev)
    told = Number(contentOf(kept?.body ?? {}).provenWithin_h)
    await node.close()
  }
  const node = await pouchDocuments(given.folder)
  expect(await node.replicate(server.remote(), 'edge-1/')).toMatchObject({ ok: true })
  expect(await hub.leaves(ID)).toEqual(await node.leaves(ID))
  expect(await hub.get(ID)).toEqual(await node.get(ID))
  await node.close()
  await server.close()
  await hub.close()
  place.remove()
}, 240_000)
