import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

const each = {
  ...{ pool: 'forks', testTimeout: 20_000, hookTimeout: 60_000 },
  // Left alone it is a second, which a busy machine may take for one answer.
  expect: { poll: { timeout: 10_000 } },
} as const

export default defineConfig({
  test: {
    // Once for both: projects inherit nothing of it.
    globalSetup: ['test/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/skips-reporter.ts'],
    projects: [
      {
        test: {
          ...{ ...each, name: 'rooms', maxWorkers: 2, sequence: { groupOrder: 0 } },
          ...{ include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'] },
        },
      },
      {
        test: {
          // Whole cities, which mostly wait for their radios.
          ...{ ...each, name: 'e2e', maxWorkers: 3, sequence: { groupOrder: 1 } },
          // Longer than the waits within, each of which names what it waited for in vain.
          ...{ testTimeout: 120_000, hookTimeout: 240_000 },
          include: ['test/e2e/**/*.test.ts'],
        },
      },
    ],
  },
})
