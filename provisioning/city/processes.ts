import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface ProcessPlan {
  readonly name: string
  /** Arguments of node: the program and its own. */
  readonly args: readonly string[]
  readonly logFile: string
}

export interface ProcessState {
  readonly name: string
  readonly pid: number | undefined
  readonly running: boolean
}

export interface Processes {
  start(name: string): boolean
  /** Resolves when the process has said that it is ready, has ended, or has had time enough. */
  ready(name: string): Promise<void>
  /** Asks it to end (SIGTERM), or kills it at once (SIGKILL); resolves when it has ended. */
  stop(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>
  stopAll(): Promise<void>
  states(): ProcessState[]
}

const STOP_MS = 8_000
const READY_MS = 30_000
/** The line that hub, node and simulator print for whoever waits for them. */
const READY = '{"event":"ready"'

/**
 * The processes of a demonstration city: each its own, so that any one can be stopped while the others go on. Their
 * standard input stays open for as long as this process lives: `--with-parent` ends them when it closes, so that none
 * is left behind by a terminal that was killed.
 */
export function createProcesses(
  plans: readonly ProcessPlan[],
  events: {
    line(name: string, text: string): void
    ended(name: string, how: string, expected: boolean): void
  },
): Processes {
  const running = new Map<string, ChildProcess>()
  const readiness = new Map<string, Promise<void>>()
  const stopping = new Set<string>()

  const start = (name: string): boolean => {
    const plan = plans.find((candidate) => candidate.name === name)
    if (plan === undefined || running.has(name)) return false
    const child = spawn(process.execPath, plan.args, { stdio: ['pipe', 'pipe', 'pipe'] })
    running.set(name, child)
    const log = createWriteStream(plan.logFile, { flags: 'a' })
    child.stderr.pipe(log)
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (text) => events.line(name, text))
    readiness.set(
      name,
      new Promise((resolve) => {
        lines.on('line', (text) => text.startsWith(READY) && resolve())
        child.once('exit', () => resolve())
        setTimeout(resolve, READY_MS).unref()
      }),
    )
    child.on('exit', (code, signal) => {
      running.delete(name)
      events.ended(name, signal ?? `code ${code}`, stopping.delete(name))
    })
    return true
  }

  const stop = async (name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> => {
    const child = running.get(name)
    if (child === undefined) return false
    stopping.add(name)
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(hard)
    return true
  }

  return {
    start,
    ready: (name) => readiness.get(name) ?? Promise.resolve(),
    stop,
    async stopAll() {
      // Ctrl-C reaches every process of the terminal: whatever ends from now on was asked to.
      for (const name of running.keys()) stopping.add(name)
      // The hub, started first, goes last: the nodes can say goodbye.
      const [first, ...others] = plans.map(({ name }) => name)
      await Promise.all(others.map((name) => stop(name, 'SIGTERM')))
      if (first !== undefined) await stop(first, 'SIGTERM')
    },
    states: () =>
      plans.map(({ name }) => ({ name, pid: running.get(name)?.pid, running: running.has(name) })),
  }
}
