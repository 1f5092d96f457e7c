import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A process of its own, with its memory read from /proc. */
export interface Child {
  readonly pid: number
  /** The first line of its output, already written or to come, that matches. */
  line(wanted: RegExp, within_ms: number): Promise<string>
  /** Throws with its last words when it has ended. */
  assertRunning(): void
  /** Resident set in millions of bytes. */
  rss_MB(): number
  /** Processor time of all its threads since it began, in seconds. */
  cpu_s(): number
  /** Ends it and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const LINES_KEPT = 2_000
/** proc(5): Linux counts a process's time in hundredths of a second, whatever the machine. */
const TICKS_PER_S = 100
const END_WITHIN_MS = 5_000

export function startChild({ command, args, cwd, env }: ChildOptions): Child {
  const child = spawn(command, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const lines: string[] = []
  const waiting = new Set<(line: string | undefined) => void>()
  let failure = ''
  const tell = (line: string | undefined) => {
    for (const waiter of [...waiting]) waiter(line)
  }
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        if (lines.length > LINES_KEPT) lines.shift()
        tell(line)
      }
    })
  }
  const lastWords = (what: string) => new Error(`${command} ${what}: ${lines.slice(-12).join(' | ')}`)
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      failure = reason
      tell(undefined)
      resolve()
    }
    child.once('error', (cause) => end(cause.message))
    child.once('exit', (code, signal) => end(`ended with ${signal ?? code}`))
  })

  return {
    pid: child.pid ?? 0,
    line(wanted, within_ms) {
      const written = lines.find((line) => wanted.test(line))
      if (written !== undefined) return Promise.resolve(written)
      return new Promise((resolve, reject) => {
        const done = (line: string | undefined) => {
          if (line !== undefined && !wanted.test(line)) return
          clearTimeout(timer)
          waiting.delete(done)
          if (line === undefined) reject(lastWords(failure))
          else resolve(line)
        }
        const timer = setTimeout(() => {
          waiting.delete(done)
          reject(lastWords(`said no ${wanted} within ${within_ms} ms`))
        }, within_ms)
        waiting.add(done)
        if (failure !== '') done(undefined)
      })
    },
    assertRunning() {
      if (failure !== '') throw lastWords(failure)
    },
    rss_MB() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024) / 1e6
    },
    cpu_s() {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      // Fields 14 and 15; the second, a name in brackets, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
    },
    async kill(signal = 'SIGKILL') {
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
