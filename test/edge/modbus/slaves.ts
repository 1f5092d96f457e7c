import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../../core/clock.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { serialStream } from '../../../core/node/serial-stream.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { tcpStream } from '../../../core/node/tcp-stream.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import type { ModbusBus } from '../../../edge/modbus/bus.ts'
import { createModbusLine } from '../../../edge/modbus/line.ts'
import { type ModbusSlaves, serveRtu, serveTcp } from '../../../sim/modbus/serve.ts'
import { type ModbusUnit, registerUnit } from '../../../sim/modbus/unit.ts'
import { freePort } from '../../e2e/free-port.ts'
import { openPtyPair, socatMissing } from '../../pty-pair.ts'

/** A line with units 1 and 2 on it, each with the same registers; nobody has another number. */
export interface Subject {
  readonly bus: ModbusBus
  /** Lets time pass until the promise is settled. */
  settle<T>(promise: Promise<T>): Promise<T>
  readonly slaves?: ModbusSlaves
  dispose(): Promise<void>
}

export interface Implementation {
  readonly name: string
  open(): Promise<Subject>
  readonly missing: string | undefined
}

/** Long enough for a machine that is busy with other tests. */
const ANSWER_MS = 3_000
const BAUD = 115_200

function numbered(count: number, value: (address: number) => number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, address) => [address, value(address)]))
}

/** As pymodbus-slave.py has them. */
export function testUnit(): ModbusUnit {
  return registerUnit({
    coil: numbered(20, (address) => address % 2),
    discrete: numbered(20, (address) => (address % 3 === 0 ? 1 : 0)),
    holding: numbered(200, (address) => 3 * address),
    input: numbered(200, (address) => 1000 + address),
  })
}

export function twoUnits(): ReadonlyMap<number, ModbusUnit> {
  return new Map([
    [1, testUnit()],
    [2, testUnit()],
  ])
}

async function inMemory(): Promise<Subject> {
  const clock = fakeClock()
  const line = memoryLine(clock)
  const slaves = await serveRtu(line.far, { units: twoUnits(), clock, turnRoundMs: 5 })
  const bus = createModbusLine({
    stream: line.near,
    framing: { kind: 'rtu', baud: 9_600 },
    answerMs: ANSWER_MS,
    clock,
    refused: () => {},
  })
  await bus.start()
  return {
    bus,
    slaves,
    async settle(promise) {
      let done = false
      const end = () => {
        done = true
      }
      promise.then(end, end)
      for (let ms = 0; !done && ms < 60_000; ms++) await clock.advance(1)
      return promise
    },
    dispose: () => bus.stop(),
  }
}

const really = <T>(promise: Promise<T>) => promise

export function lineTo(stream: ByteStream, kind: 'tcp' | 'rtu'): ModbusBus {
  const clock: Clock = systemClock()
  const framing = kind === 'rtu' ? ({ kind, baud: BAUD } as const) : ({ kind } as const)
  return createModbusLine({ stream, framing, answerMs: ANSWER_MS, clock, refused: () => {} })
}

async function overTcp(): Promise<Subject> {
  const slaves = await serveTcp(0, { units: twoUnits(), clock: systemClock() })
  const bus = lineTo(tcpStream({ host: '127.0.0.1', port: slaves.port }), 'tcp')
  await bus.start()
  return {
    bus,
    slaves,
    settle: really,
    async dispose() {
      await bus.stop()
      await slaves.close()
    },
  }
}

async function overPtys(): Promise<Subject> {
  const pair = await openPtyPair()
  const far = serialStream({ path: pair.far, baud: BAUD })
  const slaves = await serveRtu(far, { units: twoUnits(), clock: systemClock() })
  const bus = lineTo(serialStream({ path: pair.near, baud: BAUD }), 'rtu')
  await bus.start()
  return {
    bus,
    slaves,
    settle: really,
    async dispose() {
      await bus.stop()
      await slaves.close()
      pair.close()
    },
  }
}

async function pymodbusTcp(): Promise<Subject> {
  const port = await freePort('tcp')
  const peer = await startPeer(['tcp', String(port)])
  const bus = lineTo(tcpStream({ host: '127.0.0.1', port }), 'tcp')
  await bus.start()
  return {
    bus,
    settle: really,
    async dispose() {
      await bus.stop()
      peer.kill()
    },
  }
}

async function pymodbusRtu(): Promise<Subject> {
  const pair = await openPtyPair()
  const peer = await startPeer(['rtu', pair.far, String(BAUD)])
  const bus = lineTo(serialStream({ path: pair.near, baud: BAUD }), 'rtu')
  await bus.start()
  return {
    bus,
    settle: really,
    async dispose() {
      await bus.stop()
      peer.kill()
      pair.close()
    },
  }
}

export function startPeer(args: readonly string[]): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('pymodbus-slave.py', import.meta.url))
  const peer = spawn(PYTHON, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let said = ''
    peer.stdout.on('data', (bytes: Buffer) => {
      if (bytes.toString().includes('READY')) resolve(peer)
    })
    peer.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString()
    })
    peer.once('exit', () => reject(new Error(`pymodbus ended: ${said}`)))
  })
}

/** Debian's own, which has Debian's packages. */
const PYTHON = '/usr/bin/python3'
export const pymodbusMissing =
  spawnSync(PYTHON, ['-c', 'import pymodbus.server, serial_asyncio']).status === 0
    ? undefined
    : 'python3-pymodbus, python3-serial and python3-serial-asyncio are not installed'
const socat = socatMissing ? 'socat is not installed' : undefined

export const implementations: readonly Implementation[] = [
  { name: 'RTU in memory, our units', open: inMemory, missing: undefined },
  { name: 'TCP, our units', open: overTcp, missing: undefined },
  { name: 'RTU over a pair of ptys, our units', open: overPtys, missing: socat },
  { name: 'TCP, units of pymodbus', open: pymodbusTcp, missing: pymodbusMissing },
  {
    name: 'RTU over a pair of ptys, units of pymodbus',
    open: pymodbusRtu,
    missing: socat ?? pymodbusMissing,
  },
]
