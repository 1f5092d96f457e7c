import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { explain, FaultError, fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { err, ok } from '../../../core/result.ts'
import { configuredDrivers } from '../../../edge/configured-drivers.ts'
import { loadEdgeConfig } from '../../../edge/load-config.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { definedUnit } from '../../../sim/modbus/defined-unit.ts'
import { serveRtu } from '../../../sim/modbus/serve.ts'
import { known } from './site.ts'

/** From edge.yaml to what is told: everything but the port itself is the product's. */
function load(modbus: readonly object[]) {
  const text = stringify({
    site: 'quang-tri',
    edge: 'hung-vuong',
    name: { vi: 'Hùng Vương', en: 'Hung Vuong' },
    dataDir: 'data',
    hub: { url: 'mqtts://hub.example.vn:8883', keyFile: 'hung-vuong.key' },
    modbus,
  })
  const loaded = loadEdgeConfig('/etc/tram/edge.yaml', (file) =>
    file === '/etc/tram/edge.yaml' ? ok(text) : err(fault('CONFIG_UNREADABLE', { file, reason: 'ENOENT' })),
  )
  if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
  return loaded.value
}

const LINE = {
  id: 'cabinet',
  serial: { path: '/dev/serial/by-id/usb-rs485', baud: 19_200, parity: 'even' },
  devices: [
    { id: 'hv-meter', model: 'eastron-sdm630', unit: 1 },
    { id: 'hv-cabinet', model: 'waveshare-relay-d', unit: 2 },
  ],
}

function build(modbus: readonly object[]) {
  const clock = fakeClock()
  const line = memoryLine(clock)
  const opened: object[] = []
  const told = new Map<string, Readonly<Record<string, number>>>()
  const drivers = configuredDrivers(load(modbus), {
    sink: {
      telemetry: ({ device, telemetry }) => void told.set(device, telemetry),
      refused: () => {},
      output: () => {},
      health: () => {},
    },
    clock,
    wall: clock,
    random: seededRandom(1),
    log: silentLog,
    store: openSqlite(':memory:'),
    network: memoryNetwork({ clock, random: seededRandom(1) }),
    dial: () => memoryBroker(clock).client('nobody'),
    serial(port) {
      opened.push(port)
      return line.near
    },
    tcp: () => line.near,
    readSecret: () => ok('secret'),
    refusals: createRefusals({ clock, log: silentLog }),
  })
  return { clock, line, opened, told, drivers }
}

test('a line of the configuration is opened as it says, and its units are read', async () => {
  const { clock, line, opened, told, drivers } = build([LINE])
  await serveRtu(line.far, {
    units: new Map([
      [1, definedUnit(known('eastron-sdm630'), { channel: (name) => (name === 'voltage_l1' ? 231 : 0) })],
      [2, definedUnit(known('waveshare-relay-d'), { channel: () => 1 })],
    ]),
    clock,
  })
  for (const { driver } of drivers) await driver.start()
  await clock.advance(1_000)
  expect(opened).toEqual([{ ...LINE.serial, stopBits: 1 }])
  expect(drivers.flatMap(({ devices }) => devices)).toEqual(['hv-meter', 'hv-cabinet'])
  expect([told.get('hv-meter')?.voltage_l1, told.get('hv-cabinet')?.relay1]).toEqual([231, 1])
})

test('a device that does not speak Modbus is refused by its model', () => {
  const devices = [{ id: 'lamp', model: 'milesight-ws558', unit: 1 }]
  const refused = () => build([{ ...LINE, devices }])
  expect(refused).toThrow(FaultError)
  expect(refused).toThrow('milesight-ws558')
})
