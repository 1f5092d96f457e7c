import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Interlock } from '../../../devices/define.ts'
import { type Disk, definition, disk } from '../node.ts'
import { housePanel } from './house-panel.ts'

/** What a person does with water reaches the hub with that person's name, whether anything ran or not. */

const HOUSE = '/api/greenhouses/nha-kinh'

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

/** The notes that name the member of the family, after each of these was asked. */
async function notesOf(...asked: readonly (readonly [path: string, body: object])[]) {
  const { call, member: cookie, site } = await housePanel(home)
  for (const [path, body] of asked) {
    expect((await call('POST', `${HOUSE}/${path}`, { cookie, body })).status).toBe(202)
    await site.clock.advance(60_000)
  }
  const named = site.events.filter(({ event, text }) => event === 'note' && text.vi.includes('Tí'))
  return named.map(({ text }) => text.vi)
}

test('a stop of all water, and letting it go on', async () => {
  expect(await notesOf(['stop', {}], ['resume', {}])).toEqual([
    'Tí đã dừng mọi việc tưới.',
    'Tí đã cho tưới tiếp.',
  ])
})

test('water for a zone', async () => {
  const [note] = await notesOf(['water', { zone: 'k1', amount: { minutes: 5 } }])
  expect(note).toMatch(/^Tí cho tưới .*k1: 5 phút\.$/)
})

test('a stop of one zone that is not watered', async () => {
  const [note] = await notesOf(['stop', { zone: 'k1' }])
  expect(note).toMatch(/^Tí đã dừng tưới .*k1/)
})

test('a program that is to be left out', async () => {
  expect(await notesOf(['skip', { program: 'sang' }])).toEqual([
    'Tí bỏ lần tới của chương trình "Tưới sáng".',
  ])
})

test('a finger that drums on the stop is one stop', async () => {
  expect(await notesOf(['stop', {}], ['stop', {}], ['stop', {}])).toHaveLength(1)
})

test('an interlock that is freed', async () => {
  const valve = definition('milesight-uc511')
  const [name, output] = Object.entries(valve.outputs)[0] ?? []
  if (name === undefined || output === undefined) throw new Error('no output')
  const dry: Interlock = {
    ...{ kind: 'needs', name: 'dry-soil', after_s: 0, for_s: 5, latch: true },
    need: { of: 'point', device: 'soil-k1', channel: 'moisture', max: 50, fresh_s: 3_600 },
    text: { vi: 'đất đã ướt', en: 'the soil is wet' },
  }
  const guarded = { ...valve, outputs: { ...valve.outputs, [name]: { ...output, interlocks: [dry] } } }
  const {
    call,
    owner: cookie,
    site,
    obey,
  } = await housePanel(home, undefined, new Map([['valve-k1', guarded]]))
  const reset = () => call('POST', `/api/outputs/valve-k1/${name}/reset`, { cookie, body: {} })
  expect((await reset()).body.code).toBe('INTERLOCK_NOT_LATCHED')
  site.hear('soil-k1', { moisture: 20 })
  await call('POST', `${HOUSE}/water`, { cookie, body: { zone: 'k1', amount: { minutes: 5 } } })
  await site.clock.advance(5_000)
  obey('k1', 1)
  site.hear('soil-k1', { moisture: 60 })
  await site.clock.advance(20_000)
  expect((await reset()).status).toBe(202)
  const freed = site.events.filter(({ text }) => text.vi.includes('mở khóa: '))
  expect(freed.map(({ event, text }) => [event, text.vi])).toEqual([
    ['note', expect.stringMatching(/^Bà Năm đã kiểm tra và mở khóa: Van/)],
  ])
})
