import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import {
  type ControlServer,
  callControl,
  claimControl,
  serveControl,
} from '../../../core/node/control-socket.ts'

let folder = ''
let path = ''
let server: ControlServer | undefined
/** Resolves when a question has come that is never answered. */
let asked: Promise<void>

beforeEach(async () => {
  let ask = () => {}
  asked = new Promise((resolve) => {
    ask = resolve
  })
  folder = mkdtempSync(join(tmpdir(), 'tram-control-'))
  path = join(folder, 'tram.sock')
  server = await serveControl(path, {
    echo: (args) => args,
    nothing: () => undefined,
    never: () => {
      ask()
      return new Promise(() => {})
    },
    slow: async ({ n }) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return n
    },
    refuse: () => {
      throw new FaultError(fault('STATION_UNKNOWN', { station: 'hue', known: 'dong-ha' }))
    },
  })
})
afterEach(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends bytes as they are; what came back until the server closed, as it does after its answer. */
function raw(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path, () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), 10_000)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
  })
}

describe('a question over the control socket', () => {
  test('is answered with what the handler returns', async () => {
    expect(await callControl(path, 'echo', { station: 'Đông Hà' })).toEqual({
      ok: true,
      value: { station: 'Đông Hà' },
    })
  })

  test('whose handler returns nothing is answered with null', async () => {
    expect(await callControl(path, 'nothing')).toEqual({ ok: true, value: null })
  })

  test('that is refused brings the fault with its code and details', async () => {
    expect(await callControl(path, 'refuse')).toEqual({
      ok: false,
      error: fault('STATION_UNKNOWN', { station: 'hue', known: 'dong-ha' }),
    })
  })

  test.each(['fly', '__proto__', 'constructor', 'toString'])(
    'for the command %s that there is not is refused',
    async (command) => {
      const answer = await callControl(path, command)
      expect(answer.ok ? 'answered' : answer.error.code).toBe('CONTROL_REFUSED')
    },
  )

  test('gets its own answer among fifty at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => callControl(path, 'slow', { n })))
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => ({ ok: true, value: n })))
  })
})

describe('what is no question', () => {
  test.each(['', '{', '[]', 'null', '{"command":7}', '"status"'])('such as %j is refused', async (line) => {
    expect(JSON.parse(await raw(`${line}\n`))).toMatchObject({
      ok: false,
      error: { code: 'CONTROL_REFUSED' },
    })
  })

  test('a line without end is cut off', async () => {
    expect(await raw('x'.repeat(1_100_000))).toBe('')
    expect((await callControl(path, 'nothing')).ok).toBe(true)
  })

  test('any line is answered with one line of JSON, and the next caller is served', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (line) => {
        const answer = await raw(`${line.replaceAll('\n', ' ')}\n`)
        expect(JSON.parse(answer)).toHaveProperty('ok')
      }),
      { numRuns: 100 },
    )
    expect((await callControl(path, 'nothing')).ok).toBe(true)
  })
})

describe('the socket', () => {
  test('is for its owner alone', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is not taken from a process that lives', async () => {
    await expect(claimControl(path)).rejects.toMatchObject({ fault: { code: 'ALREADY_RUNNING' } })
    await expect(serveControl(path, {})).rejects.toMatchObject({ fault: { code: 'ALREADY_RUNNING' } })
  })

  test('that a dead process left behind is taken over', async () => {
    await server?.close()
    writeFileSync(path, '')
    server = await serveControl(path, { nothing: () => null })
    expect((await callControl(path, 'nothing')).ok).toBe(true)
  })

  test('cannot be where there is no folder', async () => {
    const nowhere = join(folder, 'no', 'such', 'tram.sock')
    await expect(serveControl(nowhere, {})).rejects.toMatchObject({ fault: { code: 'CONTROL_UNAVAILABLE' } })
  })

  test('is gone when the server has closed, callers hanging or not', async () => {
    const hanging = connect(path)
    hanging.on('error', () => {})
    await new Promise((resolve) => hanging.once('connect', resolve))
    await server?.close()
    expect(existsSync(path)).toBe(false)
    const answer = await callControl(path, 'nothing')
    expect(answer.ok ? 'answered' : answer.error.code).toBe('CONTROL_UNAVAILABLE')
  })

  test('that closes without an answer does not keep its caller waiting', async () => {
    const answer = callControl(path, 'never')
    await asked
    await server?.close()
    const given = await answer
    expect(given.ok ? 'answered' : given.error.code).toBe('CONTROL_UNAVAILABLE')
  })
})
