import { spawn, spawnSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { serialStream } from '../../../core/node/serial-stream.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { type ModbusSlaves, serveRtu, serveTcp } from '../../../sim/modbus/serve.ts'
import { openPtyPair, type PtyPair, socatMissing } from '../../pty-pair.ts'
import { twoUnits } from './slaves.ts'

/** The virtual units, asked by an independent master: mbpoll (Debian, on libmodbus). Its registers count from 1. */
const mbpollMissing = spawnSync('mbpoll', ['-V']).error === undefined ? undefined : 'mbpoll is not installed'

function mbpoll(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const master = spawn('mbpoll', [...args])
    let said = ''
    const hear = (bytes: Buffer) => {
      said += bytes.toString()
    }
    master.stdout.on('data', hear)
    master.stderr.on('data', hear)
    master.once('close', () => resolve(said))
  })
}

/** The longest that it can wait for an answer, in seconds: the units live in a process busy with other tests. */
const PATIENT = ['-o', '10']

/** `[7]:  \t18` → 18. */
function values(said: string): readonly number[] {
  return [...said.matchAll(/^\[\d+\]:\s+(-?\d+)/gm)].map(([, value]) => Number(value))
}

const ways = [
  { name: 'TCP', missing: mbpollMissing },
  {
    name: 'RTU over a pair of ptys',
    missing: mbpollMissing ?? (socatMissing ? 'socat is not installed' : undefined),
  },
]

describe.each(ways)('mbpoll over $name', ({ name, missing }) => {
  let slaves: ModbusSlaves | undefined
  let ptys: PtyPair | undefined
  const begin = async (context: { skip(note: string): void }) => {
    if (missing !== undefined) context.skip(missing)
    const parts = { units: twoUnits(), clock: systemClock() }
    if (name === 'TCP') {
      const served = await serveTcp(0, parts)
      slaves = served
      return (args: readonly string[], written: readonly string[] = []) =>
        mbpoll(['-m', 'tcp', '-p', String(served.port), ...PATIENT, '-1', ...args, '127.0.0.1', ...written])
    }
    const pair = await openPtyPair()
    ptys = pair
    slaves = await serveRtu(serialStream({ path: pair.far, baud: 115_200 }), parts)
    return (args: readonly string[], written: readonly string[] = []) =>
      mbpoll(['-m', 'rtu', '-b', '115200', '-P', 'none', ...PATIENT, '-1', ...args, pair.near, ...written])
  }
  afterEach(async () => {
    await slaves?.close()
    ptys?.close()
    slaves = undefined
    ptys = undefined
  })

  test('reads holding registers', async (context) => {
    const ask = await begin(context)
    expect(values(await ask(['-a', '1', '-t', '4', '-r', '11', '-c', '3']))).toEqual([30, 33, 36])
  })

  test('reads input registers, the most at once', async (context) => {
    const ask = await begin(context)
    const read = values(await ask(['-a', '2', '-t', '3', '-r', '6', '-c', '125']))
    expect([read.length, read[0], read.at(-1)]).toEqual([125, 1005, 1129])
  })

  test('reads coils', async (context) => {
    const ask = await begin(context)
    expect(values(await ask(['-a', '1', '-t', '0', '-r', '2', '-c', '5']))).toEqual([1, 0, 1, 0, 1])
  })

  test('reads discrete inputs', async (context) => {
    const ask = await begin(context)
    expect(values(await ask(['-a', '1', '-t', '1', '-r', '1', '-c', '4']))).toEqual([1, 0, 0, 1])
  })

  test('writes registers and reads them', async (context) => {
    const ask = await begin(context)
    await ask(['-a', '1', '-t', '4', '-r', '8'], ['4321', '99'])
    expect(values(await ask(['-a', '1', '-t', '4', '-r', '7', '-c', '4']))).toEqual([18, 4321, 99, 27])
  })

  test('writes coils and reads them', async (context) => {
    const ask = await begin(context)
    await ask(['-a', '2', '-t', '0', '-r', '1'], ['1', '0', '0'])
    expect(values(await ask(['-a', '2', '-t', '0', '-r', '1', '-c', '4']))).toEqual([1, 0, 0, 1])
  })

  test('is told which address is illegal', async (context) => {
    const ask = await begin(context)
    expect(await ask(['-a', '1', '-t', '4', '-r', '5001', '-c', '1'])).toContain('Illegal data address')
  })

  test('gets no answer from a unit that is not there', async (context) => {
    const ask = await begin(context)
    expect(await ask(['-a', '9', '-t', '4', '-r', '1', '-c', '1', '-o', '0.3'])).toMatch(/timed out/i)
  })
})
