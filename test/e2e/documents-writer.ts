import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../source-files.ts'

/** A node's documents in a process of their own, which a test can kill: edits without end, each said once it is told. */

const from = (path: string) => JSON.stringify(pathToFileURL(join(root, 'dist', path)).href)

export const WRITER = `
import { pouchDocuments } from ${from('core/node/pouch-documents.js')}
import { systemClock } from ${from('core/node/system-clock.js')}
import { systemRandom } from ${from('core/node/system-random.js')}
import { createSiteDocuments } from ${from('edge/documents/site-documents.js')}

const { folder, remote, station, from } = JSON.parse(process.argv.at(-1))
const wall = systemClock()
const clock = { ...wall, quality: () => 'synced', bounds: () => ({ earliest: 0, latest: Infinity }), known: () => undefined, offset: () => 0, onLearnt: () => () => {} }
const store = await pouchDocuments(folder)
const refusals = { note: (problem) => console.error(JSON.stringify(problem)), counts: () => ({}), latest: () => [] }
const check = (_id, value) => ({ ok: true, value })
const documents = createSiteDocuments({ store, edge: 'edge-1', clock, wall, random: systemRandom, check, refusals })
await documents.start()
const replicating = (async () => {
  for (;;) await store.replicate({ ...remote, fromStart: false }, 'edge-1/')
})()
for (let n = from; ; n++) {
  const present = await documents.get('flood-station:' + station.id)
  const put = await documents.put('flood-station:' + station.id, { ...station, provenWithin_h: n }, present?.rev)
  if (!put.ok) throw new Error(JSON.stringify(put.error))
  process.stdout.write(n + '\\n')
  await new Promise((resolve) => setTimeout(resolve, 3))
}
`
