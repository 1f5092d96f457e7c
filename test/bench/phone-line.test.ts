import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openPhoneLine, type Pace, type PhoneLine } from '../../bench/panel/phone-line.ts'

/** What a page's loading times rest on: the line takes the time that its rate and its delay say, and loses nothing. */

const endings: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A node that answers anything with so many bytes and hangs up. */
async function lineTo(bytes: number, pace?: Pace): Promise<PhoneLine> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.alloc(bytes, 7)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  const line = await openPhoneLine(typeof address === 'object' ? (address?.port ?? 0) : 0, pace)
  endings.push(line.close)
  return line
}

function ask(port: number): Promise<{ readonly bytes: number; readonly ms: number }> {
  const since = performance.now()
  return new Promise((resolve, reject) => {
    let bytes = 0
    const socket: Socket = connect({ port, host: '127.0.0.1' }, () => socket.write('?'))
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    socket.on('end', () => {
      socket.end()
      resolve({ bytes, ms: performance.now() - since })
    })
    socket.on('error', reject)
  })
}

test('a short answer takes a handshake, a question and its answer', async () => {
  const line = await lineTo(10, { bitsPerSecond: 8_000_000, roundTrip_ms: 100 })
  const { bytes, ms } = await ask(line.port)
  expect(bytes).toBe(10)
  expect(ms).toBeGreaterThanOrEqual(199)
})

test('a long answer takes the time of its bytes as well, and every byte is counted', async () => {
  const line = await lineTo(100_000, { bitsPerSecond: 4_000_000, roundTrip_ms: 20 })
  const { bytes, ms } = await ask(line.port)
  expect([bytes, line.arrived()]).toEqual([100_000, 100_000])
  expect(ms).toBeGreaterThanOrEqual(239)
})

test('two connections share the rate', async () => {
  const line = await lineTo(50_000, { bitsPerSecond: 4_000_000, roundTrip_ms: 20 })
  const both = await Promise.all([ask(line.port), ask(line.port)])
  expect(Math.max(...both.map(({ ms }) => ms))).toBeGreaterThanOrEqual(239)
})

test('of itself it hinders nothing, and counts all the same', async () => {
  const line = await lineTo(1_000_000)
  const { bytes, ms } = await ask(line.port)
  expect([bytes, line.arrived()]).toEqual([1_000_000, 1_000_000])
  expect(ms).toBeLessThan(5_000)
})
