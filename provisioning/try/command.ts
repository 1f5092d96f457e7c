import { readFile } from 'node:fs/promises'
import { runTryFlood, type TryFloodArguments, type TryFloodExit } from './flood.ts'

/** `tram try flood` on the files and the terminal of this machine. */
export function tryFloodCommand(said: TryFloodArguments): Promise<TryFloodExit> {
  return runTryFlood(said, {
    readFile: (path) => readFile(path, 'utf8'),
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  })
}
