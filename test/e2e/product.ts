import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../source-files.ts'
import { until } from './until.ts'

/** The built product, run as a person runs it: each command a process of its own. */
const TRAM = join(root, 'dist', 'provisioning', 'main.js')
const READY_MS = 60_000
const COMMAND_MS = 30_000
const LINES_KEPT = 20_000

const alive = new Set<ChildProcess>()
// Whatever happens to the test, no process outlives its runner.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

export interface Running {
  readonly pid: number
  /** Lines of standard output so far. */
  readonly lines: readonly string[]
  /** Lines of standard error so far. */
  readonly errors: readonly string[]
  /** Resolves when the line that says `ready` came; rejects when the process ends before. */
  ready(): Promise<void>
  /** Sends a signal and resolves, when the process has ended, with its exit code: null where a signal killed it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  ended(): boolean
}

/** Starts `tram ARGS` and leaves it running. */
export function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [TRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  alive.add(child)
  const lines: string[] = []
  const errors: string[] = []
  const keep = (list: string[]) => (line: string) => {
    if (list.length < LINES_KEPT) list.push(line)
  }
  createInterface({ input: child.stdout }).on('line', keep(lines))
  createInterface({ input: child.stderr }).on('line', keep(errors))
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      alive.delete(child)
      resolve()
    })
  })
  const ended = () => child.exitCode !== null || child.signalCode !== null
  return {
    pid: child.pid ?? 0,
    lines,
    errors,
    ended,
    async ready() {
      await until(
        `tram ${args[0]} is ready`,
        READY_MS,
        () => ended() || lines.some((line) => line.includes('"event":"ready"')),
        () => errors.slice(-5),
      )
      if (ended()) throw new Error(`tram ${args.join(' ')} ended: ${errors.slice(-10).join('\n')}`)
    },
    async end(signal) {
      child.kill(signal)
      await closed
      return child.exitCode
    },
  }
}

export interface Answer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs `tram ARGS` to its end; throws where that does not come. */
export async function tram(...args: readonly string[]): Promise<Answer> {
  const running = start(...args)
  let late = false
  const limit = setTimeout(() => {
    late = true
    void running.end('SIGKILL')
  }, COMMAND_MS)
  const code = await exitCode(running)
  clearTimeout(limit)
  if (late) throw new Error(`tram ${args.join(' ')} had not ended after ${COMMAND_MS} ms`)
  return { code, out: running.lines.join('\n'), err: running.errors.join('\n') }
}

async function exitCode(running: Running): Promise<number | null> {
  const child = [...alive].find(({ pid }) => pid === running.pid)
  if (child === undefined) throw new Error('the process is not among the running')
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}

export interface Folder {
  readonly path: string
  remove(): void
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'tram-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Ends what a test left running; for `afterEach`. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...alive].map((child) => {
      const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
      child.kill('SIGKILL')
      return closed
    }),
  )
}
