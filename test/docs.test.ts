import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../core/config-file.ts'
import { NODE_POINTS, SUPPLY_POINTS } from '../core/documents/node-points.ts'
import { REFUSED_PREFIX } from '../core/documents/points.ts'
import { explain, fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import { unitSymbol } from '../core/units.ts'
import { loadEdgeConfig } from '../edge/load-config.ts'
import { HubConfig, hubConfigFaults } from '../hub/config.ts'
import { root, sourceFiles } from './source-files.ts'

/** What the documents show is what the product takes: examples load, commands exist, links lead somewhere. */

const pages = sourceFiles('.md')

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  )
}

/** YAML examples by the file name in their first line. */
const examples = new Map(
  pages.flatMap((page) =>
    blocks(page.text, 'yaml').flatMap((text) => {
      const name = /^# (\S+\.yaml)/.exec(text)?.[1]
      return name === undefined ? [] : [[name, text] as const]
    }),
  ),
)

const example = (file: string): Result<string> => {
  const text = examples.get(basename(file))
  return text === undefined
    ? err(fault('CONFIG_UNREADABLE', { file, reason: 'not in the documents' }))
    : ok(text)
}

const refusal = (result: Result<unknown>) => (result.ok ? '' : explain(result.error, 'en'))

describe('the examples of docs/operations.md', () => {
  test('hub.yaml is a sound configuration of a hub', () => {
    const parsed = parseConfig(HubConfig, examples.get('hub.yaml') ?? '', 'hub.yaml')
    expect(refusal(parsed)).toBe('')
    expect(parsed.ok && hubConfigFaults(parsed.value)).toEqual([])
  })

  test('edge.yaml is a sound configuration of a node, with its station', () => {
    const loaded = loadEdgeConfig('edge.yaml', example)
    expect(refusal(loaded)).toBe('')
    expect(loaded.ok && loaded.value.stations.map(({ id }) => id)).toEqual(['dong-ha'])
  })

  test('edge-relay.yaml is a sound configuration of a node', () => {
    expect(refusal(loadEdgeConfig('edge-relay.yaml', example))).toBe('')
  })

  test('edge-chirpstack.yaml is a sound configuration of a node', () => {
    expect(refusal(loadEdgeConfig('edge-chirpstack.yaml', example))).toBe('')
  })
})

test("the table of the node's points in docs/operations.md names them all, and no other", () => {
  const text = pages.find(({ path }) => path === 'docs/operations.md')?.text ?? ''
  const table = text.slice(text.indexOf('| point | unit |'))
  const listed = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| `([^`]+)` \| (\S*) ?\|/gm)].map(
    ([, name = '', unit = '']) => `${name} ${unit}`,
  )
  const known = [
    ...Object.entries(NODE_POINTS),
    ...Object.entries(SUPPLY_POINTS).map(([name, point]) => [`supply/…/${name}`, point] as const),
  ].map(([name, { unit }]) => `${name} ${unitSymbol(unit)}`)
  expect(listed).toEqual([...known, `${REFUSED_PREFIX}… `])
})

const commands = [
  ...new Set(
    pages
      .flatMap((page) => blocks(page.text, 'sh'))
      .flatMap((text) => text.split('\n'))
      .flatMap(
        (line) =>
          /^npx tram ([a-z][a-z-]*(?: (?:flood|list|get|put|kill|start|stop|status|fault))?)/.exec(
            line,
          )?.[1] ?? [],
      ),
  ),
]

describe('the commands of the documents', () => {
  test.each(commands)('tram %s exists', (command) => {
    const tram = join(root, 'dist/provisioning/main.js')
    const help = execFileSync(process.execPath, [tram, ...command.split(' '), '--help'], { encoding: 'utf8' })
    expect(help).toContain(`Usage: tram ${command}`)
  })

  const scripts = pages.flatMap((page) =>
    [...page.text.matchAll(/`?npm run ([a-z:]+)/g)].map((match) => match[1] ?? ''),
  )
  test.each([...new Set(scripts)])('npm run %s exists', (name) => {
    const listed = execFileSync('npm', ['pkg', 'get', `scripts.${name}`], { cwd: root, encoding: 'utf8' })
    expect(listed.trim()).not.toBe('{}')
  })
})

test.each(pages.map((page) => [page.path, page] as const))('links in %s lead somewhere', (_path, page) => {
  const targets = [...page.text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] ?? '')
  const broken = targets.filter((target) => !existsSync(join(root, dirname(page.path), target)))
  expect(broken).toEqual([])
})
