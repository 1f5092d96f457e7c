#!/usr/bin/env node
// What `npx tram` starts: plain JavaScript that is there before the first build, and says so when there was none.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const program = new URL('../dist/provisioning/main.js', import.meta.url)
if (existsSync(fileURLToPath(program))) {
  await import(program.href)
} else {
  process.stderr.write('Chưa biên dịch. Chạy: npm run build\nNot built yet. Run: npm run build\n')
  process.exitCode = 1
}
