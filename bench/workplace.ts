import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Child, type ChildOptions, startChild } from './child.ts'

/** Where a measurement keeps its files and processes; whatever it started ends with it. */
export interface Workplace {
  /** A fresh folder. */
  folder(name: string): string
  start(options: ChildOptions): Child
  /** Node itself, profiled where the bench was told so. */
  startNode(args: readonly string[], options?: Pick<ChildOptions, 'cwd' | 'env'>): Child
  /** Run when the workplace closes, last first. */
  atEnd(work: () => void | Promise<void>): void
  close(): Promise<void>
}

/** `profiles`: a folder for V8's CPU profiles of the processes under measurement, which slow them down a little. */
export function openWorkplace(base: string, profiles?: string): Workplace {
  mkdirSync(base, { recursive: true })
  const root = mkdtempSync(join(base, 'bench-'))
  const endings: (() => void | Promise<void>)[] = []
  let folders = 0
  const start = (options: ChildOptions): Child => {
    const child = startChild(options)
    endings.push(() => child.kill('SIGTERM'))
    return child
  }
  const nodeArgs = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  return {
    folder(name) {
      const folder = join(root, `${++folders}-${name}`)
      mkdirSync(folder, { mode: 0o700 })
      return folder
    },
    start,
    startNode: (args, options) =>
      start({ command: process.execPath, args: [...nodeArgs, ...args], ...options }),
    atEnd: (work) => void endings.push(work),
    async close() {
      for (const end of endings.reverse()) await end()
      endings.length = 0
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** A TCP port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** Writes a configuration; JSON is YAML as well. */
export function writeConfig(file: string, config: unknown): string {
  writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 })
  return file
}
