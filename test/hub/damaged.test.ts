import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { runHub } from '../../hub/main.ts'
import { temporary } from './world.ts'

test('a hub with a damaged database does not start, says why, and leaves the file alone', async () => {
  const folder = temporary()
  const database = join(folder.path, 'hub.sqlite')
  writeFileSync(database, 'this was a database once '.repeat(1_000))
  const before = readFileSync(database)
  writeFileSync(join(folder.path, 'hub.yaml'), `site: dong-ha\ndataDir: ${folder.path}\n`)
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const code = await runHub(join(folder.path, 'hub.yaml'))
  const words = said.mock.calls.map(([text]) => String(text)).join('')
  said.mockRestore()
  expect(code).toBe(1)
  expect(words).toContain('HUB_STORE_CORRUPT')
  expect(readFileSync(database)).toEqual(before)
  folder.dispose()
})
