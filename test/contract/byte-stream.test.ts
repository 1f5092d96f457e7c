import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../core/fakes/memory-byte-stream.ts'
import { serialStream } from '../../core/node/serial-stream.ts'
import { tcpStream } from '../../core/node/tcp-stream.ts'
import { type ByteStream, STREAM_WAITING_BYTES_MAX } from '../../core/ports/byte-stream.ts'

/** A line with a far end that the test holds in its hand. */
interface Subject {
  readonly stream: ByteStream
  /** What the far end has heard. */
  heard(): Buffer
  say(bytes: Uint8Array): void
  unplug(): Promise<void>
  plug(): Promise<void>
  until(done: () => boolean): Promise<void>
  dispose(): Promise<void>
}

async function inMemory(): Promise<Subject> {
  const clock = fakeClock()
  const line = memoryLine(clock)
  await line.far.open()
  const parts: Uint8Array[] = []
  line.far.onBytes((bytes) => parts.push(bytes))
  return {
    stream: line.near,
    heard: () => Buffer.concat(parts),
    say: (bytes) => void line.far.write(bytes),
    unplug: async () => line.unplug(),
    async plug() {
      line.plug()
      await line.far.open()
    },
    until: () => clock.advance(10),
    dispose: () => Promise.resolve(),
  }
}

async function untilReal(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 300 && !done(); turn++) await new Promise((go) => setTimeout(go, 10))
}

async function overTcp(): Promise<Subject> {
  const parts: Uint8Array[] = []
  let port = 0
  let server: Server | undefined
  let peer: Socket | undefined
  const plug = async () => {
    server = createServer((socket) => {
      peer = socket
      socket.on('data', (bytes) => parts.push(bytes))
      socket.on('error', () => {})
    })
    await new Promise<void>((ready) => server?.listen(port, '127.0.0.1', ready))
    port = (server.address() as AddressInfo).port
  }
  const unplug = async () => {
    peer?.destroy()
    await new Promise((done) => server?.close(done))
  }
  await plug()
  const stream = tcpStream({ host: '127.0.0.1', port })
  return {
    stream,
    heard: () => Buffer.concat(parts),
    // Who connects may know it before who is connected to.
    say: (bytes) => void untilReal(() => peer !== undefined).then(() => peer?.write(bytes)),
    unplug,
    plug,
    until: untilReal,
    async dispose() {
      await stream.close()
      await unplug()
    },
  }
}

/** A pair of pseudo-terminals: `socat` holds one end of each, and the test speaks through its standard streams. */
async function overSerial(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'tram-pty-'))
  const path = join(folder, 'modem')
  const parts: Uint8Array[] = []
  let socat: ChildProcess | undefined
  const plug = async () => {
    socat = spawn('socat', ['-', `PTY,link=${path},raw,echo=0,b115200`])
    socat.stdout?.on('data', (bytes: Uint8Array) => parts.push(bytes))
    await untilReal(() => existsSync(path))
  }
  const unplug = async () => {
    const running = socat
    socat = undefined
    if (running === undefined) return
    const ended = new Promise((done) => running.once('exit', done))
    running.kill()
    await ended
  }
  await plug()
  const stream = serialStream({ path, baud: 115_200 })
  return {
    stream,
    heard: () => Buffer.concat(parts),
    say: (bytes) => void socat?.stdin?.write(bytes),
    unplug,
    plug,
    until: untilReal,
    async dispose() {
      await stream.close()
      await unplug()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const socatMissing = spawnSync('socat', ['-V']).error !== undefined
const implementations: readonly [string, () => Promise<Subject>, string | undefined][] = [
  ['in memory', inMemory, undefined],
  ['over TCP', overTcp, undefined],
  ['over a pair of ptys', overSerial, socatMissing ? 'socat is not installed' : undefined],
]

describe.each(implementations)('a byte stream %s', (_name, make, missing) => {
  const subjects: Subject[] = []
  const begin = async (context: { skip(note: string): void }) => {
    if (missing !== undefined) context.skip(missing)
    const subject = await make()
    subjects.push(subject)
    return subject
  }
  afterEach(async () => {
    for (const subject of subjects.splice(0)) await subject.dispose()
  })

  test('is closed at first, and refuses to write', async (context) => {
    const { stream } = await begin(context)
    expect(stream.isOpen()).toBe(false)
    expect(await stream.write(Uint8Array.of(1))).toMatchObject({ error: { code: 'STREAM_CLOSED' } })
  })

  test('carries bytes to the far end, all 256 of them unchanged', async (context) => {
    const { stream, heard, until } = await begin(context)
    expect(await stream.open()).toEqual({ ok: true, value: undefined })
    const all = Uint8Array.from({ length: 256 }, (_, value) => value)
    expect((await stream.write(all)).ok).toBe(true)
    await until(() => heard().length >= 256)
    expect([...heard()]).toEqual([...all])
  })

  test('carries bytes from the far end', async (context) => {
    const { stream, say, until } = await begin(context)
    await stream.open()
    const parts: Uint8Array[] = []
    stream.onBytes((bytes) => parts.push(bytes))
    say(Buffer.from('OK\r\n'))
    await until(() => Buffer.concat(parts).length >= 4)
    expect(Buffer.concat(parts).toString()).toBe('OK\r\n')
  })

  test('opening twice is opening once', async (context) => {
    const { stream, heard, until } = await begin(context)
    await Promise.all([stream.open(), stream.open()])
    await stream.write(Uint8Array.of(7))
    await until(() => heard().length > 0)
    expect([...heard()]).toEqual([7])
  })

  test('says once that the far end was unplugged', async (context) => {
    const { stream, unplug, until } = await begin(context)
    await stream.open()
    const lost: string[] = []
    stream.onLost((problem) => lost.push(problem.code))
    await unplug()
    await until(() => lost.length > 0)
    expect([lost, stream.isOpen()]).toEqual([['STREAM_LOST'], false])
  })

  test('cannot be opened while nothing is plugged in', async (context) => {
    const { stream, unplug } = await begin(context)
    await unplug()
    expect(await stream.open()).toMatchObject({ error: { code: 'STREAM_UNAVAILABLE' } })
  })

  test('can be opened again after it was unplugged and plugged in', async (context) => {
    const { stream, heard, unplug, plug, until } = await begin(context)
    await stream.open()
    await unplug()
    await until(() => !stream.isOpen())
    await plug()
    expect((await stream.open()).ok).toBe(true)
    await stream.write(Buffer.from('again'))
    await until(() => heard().toString().includes('again'))
    expect(heard().toString()).toContain('again')
  })

  test('closing is no loss, and it can be opened again', async (context) => {
    const { stream, heard, until } = await begin(context)
    await stream.open()
    const lost: string[] = []
    stream.onLost((problem) => lost.push(problem.code))
    await stream.close()
    await stream.close()
    await stream.open()
    await stream.write(Uint8Array.of(9))
    await until(() => heard().length > 0)
    expect([lost, [...heard()]]).toEqual([[], [9]])
  })

  test('refuses more than may wait', async (context) => {
    const { stream } = await begin(context)
    await stream.open()
    const refused = await stream.write(new Uint8Array(STREAM_WAITING_BYTES_MAX + 1))
    expect(refused).toMatchObject({ error: { code: 'STREAM_OVERFLOW' } })
  })
})

test('a serial port that is not there is refused in words', async () => {
  const opened = await serialStream({ path: '/dev/serial/by-id/none', baud: 9600 }).open()
  expect(opened).toMatchObject({ error: { code: 'STREAM_UNAVAILABLE' } })
})
