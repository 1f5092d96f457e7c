import { expect, test } from 'vitest'
import { houseOf, local, worldOf } from './house.ts'

/** Who took it on himself is told, with the machine that he means. */

test('whoever frees a latched valve is named', () => {
  const world = worldOf(houseOf(), local('08:00'))
  const { valve } = world.state().house.zones[0] ?? { valve: { device: '', output: '' } }
  world.give({ type: 'interlock-reset', ...valve, who: 'Minh' })
  const [note] = world.events
  expect([note?.event, note?.text.vi]).toEqual([
    'note',
    expect.stringMatching(/^Minh đã kiểm tra và mở khóa: Van/),
  ])
})

test('what another station of the node drives is none of its', () => {
  const world = worldOf(houseOf(), local('08:00'))
  world.give({ type: 'interlock-reset', device: 'siren', output: 'horn', who: 'Minh' })
  expect(world.events).toEqual([])
})
