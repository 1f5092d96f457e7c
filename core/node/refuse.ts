import { explain, type Fault } from '../errors.ts'

/** How a program tells its user that something was refused: Vietnamese first, then English; exit code 1. */
export function refuse(...problems: readonly Fault[]): number {
  for (const problem of problems)
    process.stderr.write(`${explain(problem, 'vi')}\n${explain(problem, 'en')}\n`)
  return 1
}
