import { describe, expect, test } from 'vitest'
import { errors } from '../core/errors.ts'
import { ownImports, root, type SourceFile, sourceFiles } from './source-files.ts'

/** The rules of the house that a compiler does not know: who may import whom, and what may not be written. */

const code = sourceFiles('.ts').filter((file) => !file.path.endsWith('.d.ts'))
const product = code.filter((file) => !file.path.startsWith('test/'))

/** room → what it may import besides itself. A more exact room comes first. */
const rooms: readonly { readonly room: string; readonly may: readonly string[] }[] = [
  { room: 'core/node/', may: ['core/'] },
  { room: 'core/http/', may: ['core/'] },
  { room: 'core/', may: [] },
  { room: 'devices/', may: ['core/'] },
  { room: 'firmware-config/', may: ['core/', 'devices/'] },
  // What the pages of the hub and of the panel share; it runs in a browser.
  { room: 'page/', may: ['core/'] },
  { room: 'edge/panel/web/', may: ['core/', 'page/', 'edge/panel/api-types.ts'] },
  { room: 'hub/web/', may: ['core/', 'page/', 'hub/api/', 'hub/fleet/gap-reasons.ts'] },
  { room: 'edge/main.ts', may: ['core/', 'core/node/', 'devices/', 'edge/'] },
  // The one part of a node that speaks HTTP; the rest does not know of it.
  { room: 'edge/panel/', may: ['core/', 'core/http/', 'devices/', 'edge/'] },
  { room: 'edge/', may: ['core/', 'devices/'] },
  { room: 'hub/main.ts', may: ['core/', 'core/node/', 'devices/', 'hub/'] },
  { room: 'hub/', may: ['core/', 'core/http/', 'devices/'] },
  { room: 'sim/main.ts', may: ['core/', 'core/node/', 'devices/', 'sim/'] },
  { room: 'sim/', may: ['core/', 'devices/'] },
  { room: 'flows/', may: ['core/', 'devices/'] },
  // The command line starts the processes, writes their configuration, and tries controllers, which are pure.
  {
    room: 'provisioning/',
    may: [
      'core/',
      'core/node/',
      'devices/',
      'firmware-config/',
      'edge/config.ts',
      'edge/load-config.ts',
      'edge/node-control.ts',
      'edge/panel/api-types.ts',
      'edge/main.ts',
      'edge/control/',
      'edge/drivers/lorawan/config.ts',
      'hub/config.ts',
      'hub/main.ts',
      'sim/',
    ],
  },
  { room: 'bench/', may: ['core/', 'core/node/', 'devices/', 'edge/', 'hub/', 'sim/', 'provisioning/'] },
]

/** What of core reaches the machine: only for who names it. */
const RIM = ['core/node/', 'core/http/']

function roomOf(path: string): string {
  return (
    rooms.find(({ room }) => path === room || (room.endsWith('/') && path.startsWith(room)))?.room ?? 'none'
  )
}

function forbiddenImports(file: SourceFile): string[] {
  const room = rooms.find((entry) => entry.room === roomOf(file.path))
  if (room === undefined) return file.path.includes('/') ? [`${file.path} lies in no room`] : []
  return ownImports(file)
    .filter((target) => {
      const inner = roomOf(target)
      const allowed = room.may.some((may) => (may.endsWith('/') ? target.startsWith(may) : target === may))
      const rimOnly = RIM.includes(inner) && !room.may.includes(inner) && room.room !== inner
      const same =
        inner === room.room ||
        (room.room.endsWith('main.ts') && target.startsWith(room.room.replace('main.ts', '')))
      return !(same || allowed) || rimOnly
    })
    .map((target) => `${file.path} imports ${target}`)
}

/** Files on a way of imports that leads back to where it began. */
function circles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, ownImports(file)]))
  // Whoever imports nothing of what is left, or is imported by nothing of it, is on no circle.
  for (let before = -1; before !== imports.size; ) {
    before = imports.size
    for (const [path, targets] of imports)
      if (!targets.some((target) => target !== path && imports.has(target))) imports.delete(path)
    const imported = new Set([...imports.values()].flat())
    for (const path of imports.keys()) if (!imported.has(path)) imports.delete(path)
  }
  return [...imports.keys()]
}

describe('imports run one way', () => {
  test('no room imports what it may not', () => {
    expect(product.flatMap(forbiddenImports)).toEqual([])
  })

  test('no file imports, by whatever way, one that imports it', () => {
    expect(circles(product)).toEqual([])
  })

  test('drivers never import each other, the outbox or control', () => {
    const wrong = product.flatMap((file) => {
      const driver = /^edge\/drivers\/([^/]+)\//.exec(file.path)?.[1]
      if (driver === undefined) return []
      return (
        ownImports(file)
          .filter((target) => target.startsWith('edge/') && !target.startsWith(`edge/drivers/${driver}/`))
          // The wires themselves, which several kinds of driver may share.
          .filter((target) => !['edge/drivers/driver.ts', 'edge/modbus/bus.ts'].includes(target))
          .filter((target) => !target.startsWith('edge/lines/'))
          .map((target) => `${file.path} imports ${target}`)
      )
    })
    expect(wrong).toEqual([])
  })

  test('control imports nothing but core, devices and itself', () => {
    const wrong = product
      .filter((file) => file.path.startsWith('edge/control/'))
      .flatMap((file) =>
        ownImports(file).filter(
          (target) => target.startsWith('edge/') && !target.startsWith('edge/control/'),
        ),
      )
    expect(wrong).toEqual([])
  })

  test('a node has an HTTP server in its panel alone', () => {
    const wrong = product
      .filter((file) => /^edge\/(?!panel\/)/.test(file.path) && /from '@?fastify/.test(file.text))
      .map((file) => file.path)
    expect(wrong).toEqual([])
  })

  test('core, devices and control do no input or output', () => {
    const wrong = product
      .filter((file) => /^(core\/(?!node\/|http\/)|devices\/|edge\/control\/)/.test(file.path))
      .filter((file) =>
        /from '(node:(fs|net|dgram|http|https|child_process|os|tls|worker_threads)|mqtt|aedes|pouchdb|better-sqlite3|fastify)/.test(
          file.text,
        ),
      )
    expect(wrong.map((file) => file.path)).toEqual([])
  })
})

describe('time, chance and environment come from outside', () => {
  const rim = /^(core\/node\/|hub\/web\/|edge\/panel\/web\/sw\.ts$|bench\/|.*\/main\.ts$|provisioning\/)/
  const inner = product.filter((file) => !rim.test(file.path))
  const bans: readonly [string, RegExp][] = [
    ['Date.now or a bare new Date()', /\bDate\.now\(|new Date\(\)/],
    ['timers of the platform', /\b(setTimeout|setInterval|setImmediate)\(/],
    ['Math.random', /\bMath\.random\(/],
    ['process.env', /\bprocess\.env\b/],
  ]
  test.each(bans)('%s only at the rim', (_name, pattern) => {
    expect(inner.filter((file) => pattern.test(file.text)).map((file) => file.path)).toEqual([])
  })
})

describe('files and names', () => {
  test('no file holds more than 500 lines', () => {
    const long = code.map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
    expect(long.filter((file) => file.lines > 501)).toEqual([])
  })

  test('a file is named after its concept', () => {
    const vague = /(^|\/)(utils?|helpers?|common|manager|misc|index)\.ts$/
    expect(code.filter((file) => vague.test(file.path)).map((file) => file.path)).toEqual([])
  })

  test('nothing is left for later', () => {
    const later = new RegExp(
      `\\b(${['TO', 'FIX', 'X'].map((word, index) => word + ['DO', 'ME', 'XX'][index]).join('|')})\\b`,
    )
    expect(code.filter((file) => later.test(file.text)).map((file) => file.path)).toEqual([])
  })

  test('no test is skipped for good or singled out', () => {
    const marks = /\b(test|describe|it)\.(only|skip|todo)\(/
    expect(
      code
        .filter((file) => file.path !== 'test/tidy.test.ts' && marks.test(file.text))
        .map((file) => file.path),
    ).toEqual([])
  })

  test('no type is forced', () => {
    const forced = / as any\b|: any\b|@ts-(ignore|nocheck|expect-error)|JSON\.parse\([^\n]*\) as /
    expect(product.filter((file) => forced.test(file.text)).map((file) => file.path)).toEqual([])
  })
})

describe('the table of errors', () => {
  const document = sourceFiles('docs/errors.md')[0]?.text ?? ''

  test('is listed whole, and alone, in docs/errors.md', () => {
    const listed = [...document.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1])
    expect(listed).toEqual(Object.keys(errors).sort())
  })

  test.each(Object.entries(errors))('%s speaks both languages and says what to do next', (_code, entry) => {
    for (const text of [entry.what, entry.next]) {
      expect(text.vi.length).toBeGreaterThan(3)
      expect(text.en.length).toBeGreaterThan(3)
    }
  })

  test('has no code that nothing uses', () => {
    const used = product
      .filter((file) => !file.path.startsWith('core/errors/'))
      .map((file) => file.text)
      .join('\n')
    expect(Object.keys(errors).filter((name) => !used.includes(`'${name}'`))).toEqual([])
  })
})

test('the project names no package registry', () => {
  const files = sourceFiles('.ts', '.md', '.json', '.yaml', '.yml', '.npmrc', '.html', '.css')
  const host = new RegExp(['registry', 'npmjs', 'org'].join('\\.'))
  expect(files.filter((file) => host.test(file.text)).map((file) => file.path)).toEqual([])
  expect(root.length).toBeGreaterThan(0)
})
