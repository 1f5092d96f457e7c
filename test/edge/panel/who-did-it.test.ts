import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Disk, disk } from '../node.ts'
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
