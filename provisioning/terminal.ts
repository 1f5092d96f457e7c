import { explain, type Fault } from '../core/errors.ts'

/** How a command line tells its user that something was refused: Vietnamese first, then English; exit code 1. */
export function refuse(problem: Fault): number {
  process.stderr.write(`${explain(problem, 'vi')}\n${explain(problem, 'en')}\n`)
  return 1
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}
