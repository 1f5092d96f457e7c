import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UtcBounds } from '../../../core/clock.ts'
import { httpFetch, keptConnections } from '../../../core/node/http-fetch.ts'
import { authority, hasOpenssl } from './authority.ts'

const THEN = { from: '20200101000000Z', to: '20210101000000Z' }
const IN_2020: UtcBounds = { earliest: Date.UTC(2020, 5, 1), latest: Date.UTC(2020, 5, 1) + 1_000 }

describe.skipIf(!hasOpenssl())(
  'requests over https on a node that knows the time better (needs openssl)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tram-https-'))
    const ca = authority(folder)
    const asked: string[] = []
    let handshakes = 0
    let url = ''
    let close = () => {}
    beforeAll(async () => {
      ca.issue('ca', 'authority', 'ca', { ca: true, from: '20190101000000Z', to: '20390101000000Z' })
      ca.issue('hub', 'hub', 'ca', { san: 'IP:127.0.0.1', ...THEN })
      const server = createServer(
        { cert: ca.pem('hub.crt'), key: ca.pem('hub.key') },
        (request, response) => {
          asked.push(`${request.method} ${request.headers.authorization}`)
          request.pipe(response)
        },
      )
      server.on('secureConnection', () => handshakes++)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/db`
      close = () => void server.close()
    }, 30_000)
    afterAll(() => {
      close()
      rmSync(folder, { recursive: true, force: true })
    })
    const post = (bounds: UtcBounds | undefined) => {
      asked.length = 0
      const send = httpFetch({
        tls: { ca: ca.pem('ca.crt') },
        ...(bounds === undefined ? {} : { bounds: () => bounds }),
      })
      return send(url, { method: 'POST', headers: new Headers({ authorization: 'secret' }), body: '{"a":1}' })
    }

    test('reach a hub whose certificate only the system calls out of date', async () => {
      const answer = await post(IN_2020)
      expect(await answer.json()).toEqual({ a: 1 })
      expect(asked).toEqual(['POST secret'])
    })

    test('tell a hub with a certificate that has run out nothing', async () => {
      const present: UtcBounds = { earliest: Date.now(), latest: Date.now() + 1_000 }
      await expect(post(present)).rejects.toThrow('CERTIFICATE_OUT_OF_DATE')
      expect(asked).toEqual([])
    })

    const postKept = async (bounds: UtcBounds, times: number) => {
      asked.length = 0
      handshakes = 0
      const options = { tls: { ca: ca.pem('ca.crt') }, bounds: () => bounds }
      const connections = keptConnections(url, options)
      const send = httpFetch(options, connections)
      const headers = new Headers({ authorization: 'secret' })
      try {
        for (let n = 0; n < times; n++)
          await (await send(url, { method: 'POST', headers, body: `{"n":${n}}` })).json()
      } finally {
        connections.destroy()
      }
    }

    test('share one connection, judged once, where it is kept', async () => {
      await postKept(IN_2020, 5)
      expect([asked.length, handshakes]).toEqual([5, 1])
    })

    test('tell nothing over a kept connection either where the certificate has run out', async () => {
      const present: UtcBounds = { earliest: Date.now(), latest: Date.now() + 1_000 }
      await expect(postKept(present, 1)).rejects.toThrow('CERTIFICATE_OUT_OF_DATE')
      expect(asked).toEqual([])
    })

    test('are judged by the system where no better time is given', async () => {
      await expect(post(undefined)).rejects.toThrow('certificate has expired')
      expect(asked).toEqual([])
    })
  },
)
