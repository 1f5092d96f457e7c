import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DOCUMENTS_PER_EDGE_MAX } from '../../../core/documents/check-document.ts'
import { successor } from '../../../core/documents/revision.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { integer, type Random } from '../../../core/random.ts'
import { revisionFrom } from '../../../hub/documents/couch-wire.ts'
import { serve, station, write } from './couch.ts'

/** What a stranger, or a node gone wrong, can ask of the hub's database. */

const store = memoryDocuments()
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve(store)
  await write(store, 'edge-1/flood-station:a', station('a', 2))
  await write(store, 'edge-2/flood-station:b', station('b', 2))
})
afterAll(() => server.close())
afterEach(() => {
  server.refused.length = 0
})

const rev = `1-${'a'.repeat(32)}`
const sound = { _id: 'edge-1/flood-station:a', _rev: rev, ...station('a', 2) }
const bulk = (...docs: unknown[]) => server.ask('POST', '/_bulk_docs', { docs, new_edits: false })

test('nobody gets in without a key, or with that of another', async () => {
  for (const authorization of [
    '',
    'Basic',
    `Basic ${Buffer.from('edge-1:key of edge-2').toString('base64')}`,
  ]) {
    const answer = await fetch(`${server.url}/_changes`, { headers: { authorization } })
    expect(answer.status).toBe(401)
  }
})

describe('documents of another node', () => {
  const foreign = 'edge-2/flood-station:b'
  test('stand in no list of changes', async () => {
    const { body } = await server.ask('GET', '/_changes?style=all_docs')
    expect(body.results.map((change: { id: string }) => change.id)).toEqual(['edge-1/flood-station:a'])
  })

  test.each([
    ['read', 'GET', `/${encodeURIComponent(foreign)}?open_revs=all`, undefined],
    ['fetched in bulk', 'POST', '/_bulk_get', { docs: [{ id: foreign }] }],
    ['compared', 'POST', '/_revs_diff', { [foreign]: [rev] }],
    [
      'found by a longer name of one’s own',
      'POST',
      '/_bulk_get',
      { docs: [{ id: 'edge-10/flood-station:b' }] },
    ],
    ['reached by a path', 'GET', `/${encodeURIComponent('edge-1/../edge-2/flood-station:b')}x`, undefined],
  ])('are not %s', async (_name, method, path, body) => {
    const answer = await server.ask(method, path, body)
    expect([403, 404]).toContain(answer.status)
    expect(JSON.stringify(answer.body)).not.toContain('Hiếu')
  })

  test('are not written, and what stands beside them in the request is', async () => {
    const before = await store.leaves(foreign)
    const other = { ...sound, _id: 'edge-1/flood-station:c', ...station('c', 2) }
    const { body } = await bulk({ ...sound, _id: foreign, ...station('b', 1) }, other)
    expect(body).toMatchObject([{ id: foreign, error: 'forbidden' }])
    expect(await store.leaves(foreign)).toEqual(before)
    expect(await store.get('edge-1/flood-station:c')).toBeDefined()
    expect(server.refused).toEqual(['DOCUMENT_FOREIGN'])
  })
})

describe('a document that is refused by itself', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { x: deep(levels - 1) })
  test.each([
    ['without a revision', { ...sound, _rev: undefined }],
    ['with a revision that is none', { ...sound, _rev: 'x' }],
    ['with a history that belongs to another', { ...sound, _revisions: { start: 9, ids: ['b'] } }],
    ['with attachments', { ...sound, _attachments: { a: { data: 'eA==' } } }],
    ['that does not say whose edit it is', { ...sound, $edit: undefined }],
    ['of an unknown kind', { ...sound, _id: 'edge-1/unheard-of:a' }],
    ['under another name than its own', { ...sound, _id: 'edge-1/flood-station:other' }],
    ['with levels that fall', { ...sound, levels: [...(station('a', 2).levels as unknown[])].reverse() }],
    ['nested without end', { ...sound, extra: deep(40) }],
    ['of a hundred kilobytes', { ...sound, name: { vi: 'x'.repeat(100_000), en: 'x' } }],
  ])('%s', async (_name, document) => {
    const { status, body } = await bulk(document)
    expect([status, body.length]).toEqual([201, 1])
    expect(body[0].error).toBe('forbidden')
    expect(server.refused).toHaveLength(1)
  })
})

describe('a request that is refused whole', () => {
  test.each([
    ['edits of the hub’s making', 'POST', '/_bulk_docs', { docs: [sound], new_edits: true }, 400],
    ['no documents', 'POST', '/_bulk_docs', { new_edits: false }, 400],
    ['too many documents', 'POST', '/_bulk_docs', { docs: Array(300).fill({}), new_edits: false }, 400],
    ['half a JSON', 'POST', '/_bulk_docs', '{"docs": [', 400],
    [
      'a poisoned prototype',
      'POST',
      '/_bulk_docs',
      '{"__proto__": {"x": 1}, "docs": [], "new_edits": false}',
      400,
    ],
    ['a filter of one’s own', 'GET', '/_changes?filter=_view', undefined, 400],
    ['a feed that stays open', 'GET', '/_changes?feed=continuous', undefined, 400],
    ['changes since nonsense', 'GET', '/_changes?since=abc', undefined, 400],
    ['revisions that are none', 'GET', '/edge-1%2Fflood-station:a?open_revs=%5B%22x%22%5D', undefined, 400],
    ['another database', 'GET', '/../other/', undefined, 404],
    ['a checkpoint of a hundred kilobytes', 'PUT', '/_local/big', { x: 'y'.repeat(100_000) }, 413],
    ['deleting the database', 'DELETE', '/', undefined, 404],
  ])('%s', async (_name, method, path, body, status) => {
    const answer = await server.ask(method, path, body)
    expect(answer.status).toBe(status)
  })
})

test('checkpoints are each node’s own, and few', async () => {
  for (let n = 0; n < 50; n++) await server.ask('PUT', `/_local/c${n}`, { last_seq: n })
  expect((await server.ask('GET', '/_local/c49')).body).toMatchObject({ last_seq: 49 })
  expect((await server.ask('GET', '/_local/c49', undefined, 'edge-2')).status).toBe(404)
  expect((await server.ask('GET', '/_local/c1')).status).toBe(404)
  expect(Object.keys((await store.local('checkpoints edge-1')) ?? {}).length).toBeLessThan(10)
})

test('a node that makes documents without end is stopped', async () => {
  const full = memoryDocuments()
  const many = Array.from({ length: DOCUMENTS_PER_EDGE_MAX - 1 }, (_, n) =>
    successor(`edge-1/x:${n}`, undefined, {}),
  )
  await full.append(many)
  const other = await serve(full)
  const docs = ['a', 'b', 'c'].map((name) => ({
    ...sound,
    _id: `edge-1/flood-station:${name}`,
    ...station(name, 2),
  }))
  const { body } = await other.ask('POST', '/_bulk_docs', { docs, new_edits: false })
  expect(body.map(({ id }: { id: string }) => id)).toEqual([
    'edge-1/flood-station:b',
    'edge-1/flood-station:c',
  ])
  await other.close()
})

test('a node that makes leaves of one document without end is stopped', async () => {
  const leaf = (n: number) => ({ ...sound, _rev: `1-${n.toString(16).padStart(32, '0')}` })
  const first = await bulk(...Array.from({ length: 20 }, (_, n) => leaf(n)))
  const more = await bulk(...Array.from({ length: 40 }, (_, n) => leaf(20 + n)))
  expect([first.body.length, more.body.length]).toEqual([0, 1])
  expect((await store.leaves(sound._id)).length).toBeLessThanOrEqual(32)
})

test('a document with as many leaves as it may have is still merged', async () => {
  const name = (n: number) => ({
    ...sound,
    _rev: `1-${n.toString(16).padStart(32, 'e')}`,
    _id: 'edge-1/flood-station:m',
    ...station('m', 2),
  })
  const many = Array.from({ length: 32 }, (_, n) => name(n))
  expect((await bulk(...many)).body).toEqual([])
  const after = (first: { readonly _rev: string }, digest: string, deleted: boolean) => ({
    ...name(0),
    _rev: `2-${digest}`,
    _revisions: { start: 2, ids: [digest, first._rev.slice(2)] },
    ...(deleted ? { _deleted: true } : {}),
  })
  const merged = many.map((one, n) => after(one, n.toString(16).padStart(32, 'f'), n > 0))
  expect((await bulk(...merged)).body).toEqual([])
  expect((await store.leaves('edge-1/flood-station:m')).filter(({ deleted }) => !deleted)).toHaveLength(1)
})

test('a request for the same document a thousand times over is cut short', async () => {
  const big = { vi: 'x'.repeat(50_000), en: 'x' }
  const document = { ...sound, _id: 'edge-1/flood-station:w', ...station('w', 2), name: big }
  await bulk(...Array.from({ length: 10 }, (_, n) => ({ ...document, _rev: `1-${n}` })))
  const docs = Array(200).fill({ id: 'edge-1/flood-station:w' })
  expect((await server.ask('POST', '/_bulk_get', { docs })).status).toBe(413)
  expect((await server.ask('POST', '/_bulk_get', { docs: docs.slice(0, 2) })).status).toBe(200)
})

test('a feed goes on after whatever was refused', async () => {
  await bulk({ _id: 5 }, sound, { _id: null })
  expect((await server.ask('GET', '/_changes?style=all_docs')).status).toBe(200)
})

test('a hundred thousand documents of no sense are each refused or sound, and none is a fault of ours', () => {
  const random = seededRandom(8)
  const oneOf = <T>(list: readonly T[]) => list[integer(random, 0, list.length - 1)]
  let sounds = 0
  for (let round = 0; round < 100_000; round++) {
    const given: Record<string, unknown> = random.next() < 0.5 ? { ...sound } : {}
    for (let left = integer(random, 0, 10); left > 0; left--)
      given[oneOf(KEYS) ?? ''] = oneOf(VALUES)?.(random)
    const read = revisionFrom(given, 'edge-1/')
    if (read.ok) sounds++
    const right = read.ok
      ? read.value.id.startsWith('edge-1/') && read.value.history[0] === read.value.rev
      : /^(DOCUMENT|STATION)_/.test(read.error.code)
    if (!right) expect.fail(`round ${round}: ${JSON.stringify(given)}`)
  }
  expect(sounds).toBeGreaterThan(100)
}, 60_000)

const KEYS = '_id _rev _deleted _revisions _x $edit kind id levels device of lost'.split(' ')
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  2 ** 53,
  '',
  'x',
  { toString: 1, valueOf: 1 },
  [],
  [null],
  {},
]
const IDS = ['edge-1/flood-station:a', 'edge-1/hold:a/b', 'edge-1/conflict:a:1-a', 'edge-1/', '1-a', '2-0b']
const KINDS = ['flood-station', 'hold', 'conflict']
const DIGITS = ['a', '0', 'z']
/** What may stand under any key: nonsense, and what would make sense under some key. */
const VALUES: readonly ((random: Random) => unknown)[] = [
  ...[...ODD, ...IDS, ...KINDS, rev, { at: 1, by: 'x', side: 'edge', clock: 'synced' }].map(
    (value) => () => value,
  ),
  (random) => Buffer.from(random.bytes(integer(random, 0, 5))).toString('latin1'),
  (random) => integer(random, -(2 ** 31), 2 ** 31),
  (random) => ({
    start: integer(random, -2, 9),
    ids: Array.from({ length: integer(random, 0, 9) }, () => DIGITS[integer(random, 0, 2)]),
  }),
  (random) => [ODD[integer(random, 0, ODD.length - 1)], ODD[integer(random, 0, ODD.length - 1)]],
]
