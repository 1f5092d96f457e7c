import { execFileSync } from 'node:child_process'

/** End-to-end tests run the built product, as a user would: build it once before any test. */
export default function setup(): void {
  if (process.env.TRAM_SKIP_BUILD === '1') return
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
