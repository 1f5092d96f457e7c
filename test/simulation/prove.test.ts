import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { root } from '../source-files.ts'

/**
 * The proof as a user runs it: a short season holds all its promises, the same seed is the same run, and a bug on
 * purpose is noticed. The long season is `npm run prove`.
 */

const PROVE = join(root, 'dist/test/simulation/prove.js')
const SHORT = ['--days', '2', '--nodes', '5', '--json']
const TIMEOUT_MS = 120_000

interface Told {
  readonly code: number
  readonly outcome: Readonly<Record<string, unknown>>
}

async function prove(...args: string[]): Promise<Told> {
  const run = promisify(execFile)(process.execPath, [PROVE, ...SHORT, ...args], { cwd: root })
  const { stdout, code } = await run.then(
    ({ stdout: text }) => ({ stdout: text, code: 0 }),
    (failed: { readonly stdout: string; readonly code: number }) => failed,
  )
  return { code, outcome: JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') }
}

const ZERO = { lost: 0, duplicated: 0, misordered: 0, late_commands: 0, broken_interlocks: 0 }

describe('a short season', () => {
  test.each([1, 2, 3])(
    'of seed %i keeps every promise',
    async (seed) => {
      const { code, outcome } = await prove('--seed', String(seed))
      expect(outcome, `seed ${seed}`).toMatchObject(ZERO)
      expect(
        Object.values(outcome.others ?? {}).every((count) => count === 0),
        JSON.stringify(outcome.others),
      ).toBe(true)
      expect(outcome.readings).toBeGreaterThan(500)
      expect(Object.values(outcome.faults ?? {}).filter((count) => count > 0).length).toBeGreaterThan(20)
      expect(code).toBe(0)
    },
    TIMEOUT_MS,
  )

  test(
    'of one seed is the same run twice, row by row at the hub',
    async () => {
      const [one, other] = await Promise.all([prove('--seed', '4'), prove('--seed', '4')])
      expect(one.outcome).toEqual(other.outcome)
      expect(one.outcome.digest).toMatch(/^[0-9a-f]{64}$/)
    },
    TIMEOUT_MS,
  )
})

/** So many findings that a small change of the program, which makes another season of the seed, does not hide them all. */
describe('a bug on purpose is noticed', () => {
  test.each([
    ['ack-before-commit', 'lost', 100],
    ['no-dedup', 'duplicated', 100],
    ['ignore-expiry', 'late_commands', 4],
    ['false-outcome', 'command_without_outcome', 4],
  ] as const)(
    '%s: %s',
    async (plant, column, least) => {
      const { code, outcome } = await prove('--seed', '6', '--days', '3', '--nodes', '6', '--plant', plant)
      expect({ ...outcome, ...Object(outcome.others) }[column]).toBeGreaterThan(least)
      expect(code).toBe(1)
    },
    TIMEOUT_MS,
  )
})
