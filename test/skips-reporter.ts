import type { Reporter, TestModule } from 'vitest/node'

/** Names every skipped test at the end, and fails the run for them where skips are forbidden. */
export default class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped: string[] = []
    let passed = 0
    let failed = 0
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'skipped') skipped.push(`${module.moduleId}: ${test.fullName}`)
        else if (state === 'passed') passed++
        else failed++
      }
    }
    for (const name of skipped) console.log(`skipped: ${name}`)
    if (skipped.length > 0 && process.env.TRAM_NO_SKIPS === '1') {
      console.error(`${skipped.length} tests were skipped, and this run allows none`)
      process.exitCode = 1
    }
    console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
  }
}
