import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conflictId } from '../../../core/documents/conflict.ts'
import { withEdit } from '../../../core/documents/edit.ts'
import { successor } from '../../../core/documents/revision.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { pouchDocuments } from '../../../core/node/pouch-documents.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import { hashSecret } from '../../../core/scrypt.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { folder, station } from './couch.ts'

/** Documents as people at the hub see and edit them, over HTTP, on a whole hub. */

const store = memoryDocuments()
let running: RunningHub
const ID = 'flood-station:a'
const DOCUMENT = `/api/v1/documents/edge-1/${ID}`
const { $edit: _edit, ...content } = station('a', 2)

beforeAll(async () => {
  running = await startHub({}, { documents: store })
})
afterAll(() => running.close())

const ask = async (method: 'GET' | 'PUT' | 'POST', url: string, body?: object, rev?: string) => {
  const answer = await running.hub.inject({
    method,
    url,
    headers: { host: 'localhost', ...(rev === undefined ? {} : { 'if-match': `"${rev}"` }) },
    ...(body === undefined ? {} : { payload: body }),
  })
  return {
    status: answer.statusCode,
    body: answer.body === '' ? null : answer.json(),
    etag: answer.headers.etag,
  }
}
const heard = async (work: () => Promise<unknown>) => {
  const client = await running.connect('edge-1', 'key-1')
  let nudges = 0
  await client.subscribeAsync('tram/v1/dong-ha/edge-1/docs', { qos: 1 })
  client.on('message', () => nudges++)
  await work()
  await until(() => nudges > 0)
  await client.endAsync()
}

describe('a document', () => {
  test('is written, listed and read, and its node is nudged', async () => {
    await heard(async () => {
      const put = await ask('PUT', DOCUMENT, content)
      expect(put).toMatchObject({
        status: 200,
        body: { edge: 'edge-1', id: ID, edit: { side: 'hub', by: 'demo' } },
      })
    })
    expect((await ask('GET', '/api/v1/documents?edge=edge-1')).body).toMatchObject([
      { id: ID, conflicted: false },
    ])
    expect((await ask('GET', '/api/v1/documents?edge=edge-2')).body).toEqual([])
    const read = await ask('GET', DOCUMENT)
    expect(read.body.content).toMatchObject({ id: 'a' })
    expect(read.etag).toBe(`"${read.body.rev}"`)
  })

  test('is not written over an edit that the editor has not seen', async () => {
    const { rev } = (await ask('GET', DOCUMENT)).body
    const first = await ask('PUT', DOCUMENT, { ...content, provenWithin_h: 12 }, rev)
    expect(first.status).toBe(200)
    const stale = await ask('PUT', DOCUMENT, { ...content, provenWithin_h: 13 }, rev)
    expect(stale).toMatchObject({ status: 409, body: { code: 'DOCUMENT_CONFLICT' } })
    expect((await ask('PUT', DOCUMENT, content)).status).toBe(409)
  })

  test.each([
    [
      'levels that fall',
      `${DOCUMENT}`,
      { ...content, levels: [...(content.levels as unknown[])].reverse() },
      400,
    ],
    ['another name than its own', '/api/v1/documents/edge-1/flood-station:b', content, 400],
    ['an unknown kind', '/api/v1/documents/edge-1/unheard-of:a', content, 400],
    ['a node that is not the hub’s', '/api/v1/documents/edge-9/flood-station:a', content, 404],
    ['a conflict of one’s own making', '/api/v1/documents/edge-1/conflict:flood-station:a:1-a', {}, 404],
    ['a revision that is none', DOCUMENT, content, 400],
  ])('is refused with %s', async (name, url, body, status) => {
    const { rev } = (await ask('GET', DOCUMENT)).body
    const put = await ask(
      'PUT',
      url,
      body,
      name.startsWith('a revision') ? 'x"' : url === DOCUMENT ? rev : undefined,
    )
    expect(put.status).toBe(status)
    expect(put.body.what.vi.length).toBeGreaterThan(3)
  })

  test('that is not there is not found', async () => {
    expect((await ask('GET', '/api/v1/documents/edge-1/flood-station:none')).status).toBe(404)
  })
})

describe('a conflict', () => {
  const open = async (rev: string) => {
    const id = conflictId(ID, rev)
    const lost = [{ path: ['provenWithin_h'], kept: 24, lost: 36 }]
    const edit = { at: 5, by: 'node', side: 'edge', clock: 'synced' } as const
    const conflict = { kind: 'conflict', of: ID, rev, at: 5, lost, edit }
    await store.append([successor(`edge-1/${id}`, undefined, withEdit(conflict, edit))])
    return `edge-1/${id}`
  }

  test('is listed, and restored in one step', async () => {
    const id = await open('2-a1')
    expect((await ask('GET', '/api/v1/conflicts?edge=edge-1')).body).toMatchObject([
      { id, edge: 'edge-1', of: ID, lost: [{ lost: 36 }], edit: { by: 'node' }, reason: null },
    ])
    await heard(async () => {
      expect((await ask('POST', `/api/v1/conflicts/${encodeURIComponent(id)}/restore`)).status).toBe(204)
    })
    expect((await ask('GET', DOCUMENT)).body.content.provenWithin_h).toBe(36)
    expect((await ask('GET', '/api/v1/conflicts')).body).toEqual([])
  })

  test('is dismissed in one step, and cannot be restored afterwards', async () => {
    const id = encodeURIComponent(await open('2-a2'))
    expect((await ask('POST', `/api/v1/conflicts/${id}/dismiss`)).status).toBe(204)
    expect((await ask('POST', `/api/v1/conflicts/${id}/restore`)).status).toBe(404)
    expect((await ask('GET', '/api/v1/conflicts')).body).toEqual([])
  })
})

test('documents of many nodes come in pages, by node and id', async () => {
  const { kind: _kind, ...rest } = station('x', 2)
  for (const edge of ['edge-2', 'edge-1'])
    for (const name of ['pa', 'pb', 'pc']) {
      const body = { ...rest, kind: 'flood-station', id: name }
      await store.append([successor(`${edge}/flood-station:${name}`, undefined, body)])
    }
  const seen: string[] = []
  for (let after = ''; ; ) {
    const { body } = await ask('GET', `/api/v1/documents?limit=2&after=${encodeURIComponent(after)}`)
    if (body.length === 0) break
    expect(body.length).toBeLessThanOrEqual(2)
    seen.push(...body.map((head: { edge: string; id: string }) => `${head.edge}/${head.id}`))
    after = seen.at(-1) ?? ''
  }
  expect(seen).toEqual([...new Set(seen)].sort())
  for (const edge of ['edge-1', 'edge-2']) expect(seen).toContain(`${edge}/flood-station:pc`)
})

test('whoever is not an operator reads and does not write', async () => {
  const users = [{ name: 'xem', role: 'viewer', passwordHash: await hashSecret('mat khau', systemRandom) }]
  const other = await startHub({ users }, { documents: memoryDocuments() })
  const login = await other.hub.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { name: 'xem', password: 'mat khau' },
  })
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
  const status = async (method: 'GET' | 'PUT' | 'POST', url: string, headers = { cookie }) =>
    (await other.hub.inject({ method, url, headers, ...(method === 'PUT' ? { payload: content } : {}) }))
      .statusCode
  expect(await status('GET', '/api/v1/documents')).toBe(200)
  expect(await status('PUT', DOCUMENT)).toBe(403)
  expect(await status('POST', '/api/v1/conflicts/edge-1%2Fconflict:a:1-a/restore')).toBe(403)
  expect(await status('GET', '/api/v1/documents', { cookie: '' })).toBe(401)
  await other.close()
})

test('a page is told of documents and conflicts as they come', async () => {
  const abort = new AbortController()
  const stream = await fetch(`${running.addresses.http}/api/v1/stream`, { signal: abort.signal })
  const reader = stream.body?.getReader()
  let text = ''
  const reading = (async () => {
    for (;;) {
      const next = await reader?.read().catch(() => undefined)
      if (next === undefined || next.done) return
      text += new TextDecoder().decode(next.value)
    }
  })()
  const { rev } = (await ask('GET', DOCUMENT)).body
  await ask('PUT', DOCUMENT, content, rev)
  await until(() => text.includes(`event: document\ndata: ${JSON.stringify({ edge: 'edge-1', id: ID })}`))
  abort.abort()
  await reading
})

test('a node replicates with the whole hub, over HTTP with its own key', async () => {
  const place = folder()
  const node = await pouchDocuments(place.path)
  const remote = {
    url: `${running.addresses.http}/db/dong-ha`,
    username: 'edge-1',
    password: 'key-1',
    fromStart: false,
  }
  expect(await node.replicate(remote, 'edge-1/')).toMatchObject({ ok: true })
  expect(await node.get(`edge-1/${ID}`)).toBeDefined()
  await node.close()
  place.remove()
})
