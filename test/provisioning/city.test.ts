import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../core/config-file.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { readText } from '../../core/node/read-text.ts'
import { parseHash, verifySecret } from '../../core/scrypt.ts'
import { loadEdgeConfig } from '../../edge/load-config.ts'
import { pinFault } from '../../edge/panel/accounts.ts'
import { cityLayout } from '../../provisioning/city/layout.ts'
import { type WrittenCity, writeCity } from '../../provisioning/city/write-city.ts'
import { CitySpec } from '../../sim/spec.ts'

/** The demonstration city as it is written to disk, before anything runs. */

const NODES = ['dong-ha', 'suoi-khe-lau', 'ho-dong-mai', 'hung-vuong', 'gh-01']
const BEGIN = Date.UTC(2026, 6, 1, 9, 30)

describe.each([1, 60, 120, 300, 600])('the demonstration city at %d times real time', (speed) => {
  const folder = mkdtempSync(join(tmpdir(), 'tram-city-'))
  const layout = cityLayout(join(folder, 'city'))
  let city: WrittenCity
  beforeAll(async () => {
    city = await writeCity(
      {
        ...{ layout, site: 'quang-tri', http: 8080, mqtt: 1883, gatewayPort: 1700 },
        line: async () => ({ mqtt: 1883, http: 8080 }),
        street: { gateway: 1703, modbus: 15_020, dali: 15_021, mqtt: 18_830 },
        greenhouse: { gateway: 1704, modbus: 15_022, board: 13_030, panel: 8_088 },
        scale: { speed, origin: 0, from: BEGIN },
      },
      seededRandom(speed),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('has these nodes', () => {
    expect(city.edges).toEqual(NODES)
  })

  test.each(NODES)('tells its node %s nothing that the node would refuse', (id) => {
    const loaded = loadEdgeConfig(layout.edge(id), readText)
    expect(loaded.ok ? [] : loaded.error).toEqual([])
  })

  test('guards everything in the greenhouse that waters, doses or mists', () => {
    const loaded = loadEdgeConfig(layout.edge('gh-01'), readText)
    if (!loaded.ok) throw new Error(loaded.error.code)
    const [house] = loaded.value.stations
    if (house?.kind !== 'greenhouse') throw new Error('no greenhouse')
    const places = [
      ...house.zones.map(({ valve }) => valve),
      ...(house.fertiliser?.channels ?? []).map(({ pump }) => pump),
      ...(house.climate.misting === undefined ? [] : [house.climate.misting]),
    ]
    expect(places).toHaveLength(8)
    for (const { device, output } of places)
      expect(loaded.value.definitions.get(device)?.outputs[output]?.interlocks?.length).toBeGreaterThan(0)
  })

  test('describes its equipment in words that the simulator takes', () => {
    const spec = parseConfig(CitySpec, readFileSync(layout.spec, 'utf8'), layout.spec)
    expect(spec.ok ? spec.value.greenhouses[0]?.zones.map(({ id }) => id) : spec.error).toEqual([
      ...['k1', 'k2', 'k3', 'k4'],
    ])
  })

  test('keeps the panel’s PIN as a hash alone, and it is none that a panel would refuse', async () => {
    const { pin } = city.panel
    expect(pinFault(pin, 'owner')).toBeUndefined()
    const text = readFileSync(layout.edge('gh-01'), 'utf8')
    expect(text).not.toContain(pin)
    expect(statSync(layout.edge('gh-01')).mode & 0o077).toBe(0)
    const hash = parseHash(/scrypt\$\S+/.exec(text)?.[0] ?? '')
    expect(hash !== undefined && (await verifySecret(pin, hash))).toBe(true)
  })
})
