import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { explain } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { ok } from '../../../core/result.ts'
import { configuredDrivers } from '../../../edge/configured-drivers.ts'
import { loadEdgeConfig } from '../../../edge/load-config.ts'
import { createRefusals } from '../../../edge/refusals.ts'

test('keys of devices are read from files beside the configuration', async () => {
  const clock = fakeClock()
  const otaa = { devEui: '24E1240000000001', joinEui: '24E124C0002A0001', appKeyFile: 'lamp.key' }
  const text = stringify({
    site: 'quang-tri',
    edge: 'hung-vuong',
    name: { vi: 'Hùng Vương', en: 'Hung Vuong' },
    dataDir: 'data',
    hub: { url: 'mqtts://hub.example.vn:8883', keyFile: 'hung-vuong.key' },
    lorawan: {
      bind: { host: '127.0.0.1', port: 1_700 },
      gateways: [{ eui: 'aa555a0000000009' }],
      devices: [{ id: 'lamp', model: 'nas-ul20xx', activation: { otaa } }],
    },
  })
  const loaded = loadEdgeConfig('/etc/tram/edge.yaml', () => ok(text))
  if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
  const asked: string[] = []
  const line = memoryLine(clock)
  const [serving] = configuredDrivers(loaded.value, {
    sink: { telemetry: () => {}, refused: () => {}, output: () => {}, health: () => {} },
    ...{ clock, wall: clock, random: seededRandom(1), log: silentLog, store: openSqlite(':memory:') },
    network: memoryNetwork({ clock, random: seededRandom(1) }),
    dial: () => memoryBroker(clock).client('nobody'),
    serial: () => line.near,
    tcp: () => line.near,
    readSecret(file) {
      asked.push(file)
      return ok('00112233445566778899AABBCCDDEEFF')
    },
    refusals: createRefusals({ clock, log: silentLog }),
  })
  await serving?.driver.start()
  expect([serving?.devices, asked]).toEqual([['lamp'], ['/etc/tram/lamp.key']])
})
