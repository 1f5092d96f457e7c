import { readFile } from 'node:fs/promises'
import { runTryFlood, type TryFloodExit } from './flood.ts'

/** `tram try flood` on the files and the terminal of this machine; options as the command line has read them. */
export function tryFloodCommand(options: Readonly<Record<string, unknown>>): Promise<TryFloodExit> {
  // A reader that has seen enough (`| head`) closes the pipe: that is the end of the log, not a failure.
  process.stdout.on('error', (cause) => {
    if (!('code' in cause && cause.code === 'EPIPE')) throw cause
  })
  const said = (name: string) => (options[name] === undefined ? undefined : String(options[name]))
  return runTryFlood(
    {
      record: said('record') ?? '',
      levels: said('levels') ?? '',
      clearBelow: said('clearBelow'),
      holdMin: said('holdMin'),
      need: said('need'),
      of: said('of'),
      timeZone: said('timeZone'),
      lang: said('lang'),
      json: options.json === true,
    },
    {
      readFile: (path) => readFile(path, 'utf8'),
      out: (line) => void process.stdout.write(`${line}\n`),
      err: (line) => void process.stderr.write(`${line}\n`),
    },
  )
}
