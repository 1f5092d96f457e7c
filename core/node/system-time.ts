import { execFile } from 'node:child_process'
import type { SystemTime } from '../ports/system-time.ts'

/** Runs a program and resolves with what it printed; undefined when it is missing, fails, or takes too long. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | undefined>

/** chrony's leap status in `chronyc -c tracking`: the last column; 3 is "not synchronised". */
const CHRONY_COLUMNS = 14
const CHRONY_NOT_SYNCHRONIZED = 'Not synchronised'

const ANSWER_MS_MAX = 5_000
const ANSWER_BYTES_MAX = 16 * 1024

/**
 * Asks systemd and, where there is none, chrony. systemd passes on the kernel's own flag, which ntpd and chrony set as
 * well, and which falls when somebody sets the clock by hand; the file that timesyncd leaves behind stays.
 */
export function systemTime(run: RunProgram = runProgram): SystemTime {
  return {
    async synchronized() {
      const told = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
      if (told !== undefined) return told.trim() === 'yes'
      const columns = (await run('chronyc', ['-n', '-c', 'tracking']))?.trim().split(',') ?? []
      return columns.length === CHRONY_COLUMNS && columns.at(-1) !== CHRONY_NOT_SYNCHRONIZED
    },
  }
}

function runProgram(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      timeout: ANSWER_MS_MAX,
      maxBuffer: ANSWER_BYTES_MAX,
      killSignal: 'SIGKILL',
      env: { ...process.env, LC_ALL: 'C' },
    } as const
    execFile(program, [...args], options, (failure, output) => {
      resolve(failure === null ? output : undefined)
    })
  })
}
