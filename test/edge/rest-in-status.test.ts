import { expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { withEquipment } from '../../edge/equipment.ts'
import { nodeControl } from '../../edge/node-control.ts'
import { definition, disk, node } from './node.ts'

const VALVE = { kind: 'zone-valve', device: 'valve-k1', output: 'valve1' } as const
const REST_S = 600

test('the answer to status says until when an output rests, also as JSON', async () => {
  const home = disk()
  const plain = new Map([['valve-k1', definition('milesight-uc511')]])
  const limits = { longest_run_s: 3_600, rest_s: REST_S, after_pump_s: 2, most_s: 45 }
  const equipped = withEquipment(plain, [{ ...VALVE, ...limits }])
  if (!equipped.ok) throw new Error(equipped.error.code)
  const one = node({ disk: home, devices: equipped.value })
  await one.start()
  const identity = () => ({
    ...({ site: 's', edge: 'e', software: 't', at: one.clock.now(), clock: 'synced' } as const),
    ...{ known: undefined, bounds: one.clock.bounds(), uptime_s: 0, memory_MB: 0 },
    hub: { url: 'mqtt://hub', state: 'offline', ready: false } as const,
  })
  const control = nodeControl({ ...one, random: seededRandom(1), identity })
  const heldNow = () => {
    const told: unknown = JSON.parse(JSON.stringify(control.status().outputs))
    return Array.isArray(told) ? told.find(({ device }) => device === VALVE.device)?.held : undefined
  }
  await one.clock.advance(1_000)
  const rest = heldNow()
  expect(rest).toMatchObject({ event: 'held', until: expect.any(Number) })
  const left_s = (rest.until - one.clock.now()) / 1000
  expect(left_s).toBeGreaterThan(30)
  expect(left_s).toBeLessThanOrEqual(REST_S)
  await one.clock.advance(left_s * 1000 + 1_000)
  expect(heldNow()).toBeNull()
  await one.stop()
  home.remove()
})
