import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer } from '../../../core/random.ts'
import { createFramer } from '../../../devices/codecs/serial-frames.ts'
import { createAtPort, MODEM_LINES } from '../../../edge/relay/at-port.ts'
import { receivedIn } from '../../../edge/relay/modem.ts'

/** Whatever a modem says, or a bad cable makes of it, a command ends with an answer or a fault. */

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const linesOf = (...parts: (string | number[])[]) => {
  const heard: string[] = []
  const lines = createFramer(MODEM_LINES, { frame: (line) => heard.push(text(line)) })
  for (const part of parts) lines.take(typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))
  return heard
}

describe('lines', () => {
  test('come whole, however they were cut', () => {
    expect(linesOf('\r\nO', 'K\r', '\n+EVT:JO', 'INED\r\n')).toEqual(['OK', '+EVT:JOINED'])
  })
  test('with noise in them are left out, and the next is heard', () => {
    expect(linesOf('\r\nO', [0xff, 0x00], 'K\r\nAT_ERROR\r\n')).toEqual(['AT_ERROR'])
  })
  test('without an end are given up, and the next is heard', () => {
    expect(linesOf('x'.repeat(5_000), '\r\nOK\r\n')).toEqual(['OK'])
  })
  test('of 100,000 pieces of noise never throw nor grow', () => {
    const random = seededRandom(21)
    let longest = 0
    const lines = createFramer(MODEM_LINES, {
      frame(line) {
        longest = Math.max(longest, line.length)
      },
    })
    for (let turn = 0; turn < 100_000; turn++) lines.take(random.bytes(integer(random, 0, 12)))
    expect(longest).toBeLessThanOrEqual(1_024)
  })
})

async function createScene() {
  const clock = fakeClock()
  const line = memoryLine(clock)
  await line.near.open()
  await line.far.open()
  const asked: string[] = []
  line.far.onBytes((bytes) => asked.push(text(bytes)))
  const port = createAtPort(line.near, clock)
  const say = async (...said: string[]) => {
    for (const one of said) void line.far.write(Buffer.from(`\r\n${one}\r\n`))
    await clock.advance(5)
  }
  return { clock, line, port, asked, say }
}

describe('a command', () => {
  test('is one line, answered by OK', async () => {
    const { port, asked, say, clock } = await createScene()
    const done = port.command('+DR=3')
    await clock.advance(5)
    await say('OK')
    expect([asked, await done]).toEqual([['AT+DR=3\r\n'], { ok: true, value: '' }])
  })

  test('that asks for a value takes no OK of an earlier one for its answer', async () => {
    const { port, say, clock } = await createScene()
    const done = port.command('+NJS=?', { value: 'AT+NJS=' })
    await clock.advance(5)
    await say('OK', 'AT+NJS=1', 'OK')
    expect(await done).toEqual({ ok: true, value: '1' })
  })

  test('waits for the one before it', async () => {
    const { port, asked, say, clock } = await createScene()
    void port.command('+A')
    void port.command('+B')
    await clock.advance(5)
    const first = [...asked]
    await say('OK')
    expect([first, asked]).toEqual([['AT+A\r\n'], ['AT+A\r\n', 'AT+B\r\n']])
  })

  test('that is refused says so, and never what was set', async () => {
    const { port, say, clock } = await createScene()
    const done = port.command('+APPKEY=00112233445566778899aabbccddeeff')
    await clock.advance(5)
    await say('AT_PARAM_ERROR')
    const result = await done
    expect(result).toMatchObject({
      error: { code: 'MODEM_REFUSED', details: { command: 'AT+APPKEY', answer: 'AT_PARAM_ERROR' } },
    })
    expect(JSON.stringify(result)).not.toContain('0011')
  })

  test('without an answer ends in time', async () => {
    const { port, clock } = await createScene()
    const done = port.command('')
    await clock.advance(3_001)
    expect(await done).toMatchObject({ error: { code: 'MODEM_SILENT' } })
  })

  test('ends when the line is lost', async () => {
    const { port, line, clock } = await createScene()
    const done = port.command('')
    await clock.advance(5)
    line.unplug()
    expect(await done).toMatchObject({ error: { code: 'STREAM_LOST' } })
  })

  test('on a closed line is refused at once', async () => {
    const { port, line } = await createScene()
    await line.near.close()
    expect(await port.command('')).toMatchObject({ error: { code: 'STREAM_CLOSED' } })
  })

  test('is not ended by an event', async () => {
    const { port, say, clock } = await createScene()
    const events: string[] = []
    port.onEvent((event) => events.push(event))
    const done = port.command('+DR=3')
    await clock.advance(5)
    await say('+EVT:TX_DONE', 'OK')
    expect([events, (await done).ok]).toEqual([['TX_DONE'], true])
  })
})

describe('a received frame', () => {
  test.each([
    ['RX_1:-70:8:UNICAST:77:0a1B', { fPort: 77, bytes: Uint8Array.of(10, 27) }],
    ['RX_C:-110:-12:UNICAST:2:ff', { fPort: 2, bytes: Uint8Array.of(255) }],
  ])('%s', (event, expected) => expect(receivedIn(event)).toMatchObject(expected))

  test.each(['RX_1:-70:8:UNICAST:77:0', 'RX_1:-70:8:MULTICAST:77:00', 'RX_1:-70:8:UNICAST::00', 'TX_DONE'])(
    '%s is none',
    (event) => expect(receivedIn(event)).toBeUndefined(),
  )
})

test('a line that never takes what is written ends a command in time, and does not hold up the next', async () => {
  const clock = fakeClock()
  const line = memoryLine(clock)
  await line.near.open()
  const port = createAtPort({ ...line.near, write: () => new Promise(() => {}) }, clock)
  const both = Promise.all([port.command('+DR=3'), port.command('+DR=4')])
  await clock.advance(10_000)
  expect((await both).map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual([
    'MODEM_SILENT',
    'MODEM_SILENT',
  ])
})
