import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { explain, fault } from '../../core/errors.ts'
import { err, ok } from '../../core/result.ts'
import { loadEdgeConfig } from '../../edge/load-config.ts'
import { STATION } from './node.ts'
import { streetOf } from './street.ts'

const device = (id: string, model: string, n: number) => ({
  id,
  model,
  activation: {
    otaa: { devEui: `24e124000001000${n}`, joinEui: '24e124c0002a0001', appKey: '01'.repeat(16) },
  },
})
const CONFIG = {
  site: 'quang-tri',
  edge: 'dong-ha',
  name: { vi: 'Đông Hà', en: 'Dong Ha' },
  dataDir: 'data',
  hub: { url: 'mqtts://hub.example.vn:8883', keyFile: 'dong-ha.key' },
  lorawan: {
    bind: { host: '127.0.0.1', port: 1700 },
    gateways: [{ eui: 'aa555a0000000001' }],
    devices: [
      device('dh-level', 'milesight-em500-udl', 1),
      device('dh-siren', 'milesight-ws558', 2),
      device('dh-button', 'milesight-uc300', 3),
    ],
  },
  stations: ['station.yaml'],
}

const STREET = streetOf({}, 2)
const WITH_STREET = {
  ...CONFIG,
  stations: [],
  streets: ['street.yaml'],
  lorawan: {
    ...CONFIG.lorawan,
    devices: [
      ...CONFIG.lorawan.devices,
      device('lamp-1', 'nas-ul20xx', 4),
      device('lamp-2', 'nas-ul20xx', 5),
    ],
  },
}

/** Loads a configuration out of files that the test makes up; the fault as its reader sees it. */
function load(edge: object, station: object | string = STATION, street: object | string = STREET) {
  const files = new Map([
    ['/etc/tram/edge.yaml', stringify(edge)],
    ['/etc/tram/station.yaml', typeof station === 'string' ? station : stringify(station)],
    ['/etc/tram/street.yaml', typeof street === 'string' ? street : stringify(street)],
    ['/etc/tram/other.yaml', stringify(STATION)],
  ])
  const loaded = loadEdgeConfig('/etc/tram/edge.yaml', (file) => {
    const text = files.get(file)
    return text === undefined ? err(fault('CONFIG_UNREADABLE', { file, reason: 'ENOENT' })) : ok(text)
  })
  return loaded
}

function refusal(edge: object, station?: object | string, street?: object | string): string {
  const loaded = load(edge, station, street)
  return loaded.ok ? 'accepted' : explain(loaded.error, 'en')
}

const withHub = (hub: object) => ({ ...CONFIG, hub: { ...CONFIG.hub, ...hub } })

describe('the configuration of a node', () => {
  test('is loaded whole: paths beside the file, devices looked up, stations checked', () => {
    const loaded = load(CONFIG)
    if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
    expect(loaded.value.dataDir).toBe(join('/etc/tram', 'data'))
    expect([...loaded.value.definitions.keys()]).toEqual(['dh-level', 'dh-siren', 'dh-button'])
    expect(loaded.value.stations).toEqual([STATION])
  })

  test('with a typo in a station file names that file, the line and the key', () => {
    const text = stringify(STATION).replace('datum_m:', 'datum:')
    const line = text.split('\n').findIndex((row) => row.includes('datum:')) + 1
    const told = refusal(CONFIG, text)
    expect(told).toContain(`/etc/tram/station.yaml line ${line}: key "level.datum"`)
    expect(told).toContain('Did you mean "datum_m"?')
  })

  test('with a station that contradicts itself is refused', () => {
    expect(refusal(CONFIG, { ...STATION, raise: { need: 5, of: 3 } })).toContain('STATION_RAISE_IMPOSSIBLE')
  })

  test('with a station whose sensor the node does not have is refused', () => {
    const level = { ...STATION.level, device: 'dh-radar' }
    expect(refusal(CONFIG, { ...STATION, level })).toContain('STATION_CHANNEL_UNKNOWN')
  })

  test('with a station file that is not there is refused with its name', () => {
    expect(refusal({ ...CONFIG, stations: ['lost.yaml'] })).toContain('/etc/tram/lost.yaml')
  })

  test('with the same station in two files is refused', () => {
    expect(refusal({ ...CONFIG, stations: ['station.yaml', 'other.yaml'] })).toContain('CONFIG_DUPLICATE')
  })

  test('with a street takes it beside the flood stations', () => {
    const loaded = load({ ...WITH_STREET, stations: ['station.yaml'] })
    if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
    expect(loaded.value.stations).toEqual([STATION, STREET])
  })

  test('with a typo in a street file names that file, the line and the key', () => {
    const text = stringify(STREET).replace('spacing_m:', 'spacing:')
    const line = text.split('\n').findIndex((row) => row.includes('spacing:')) + 1
    expect(refusal(WITH_STREET, STATION, text)).toContain(
      `/etc/tram/street.yaml line ${line}: key "road.spacing"`,
    )
  })

  test('with a street whose lamp the node does not have is refused', () => {
    const [lamp] = STREET.lamps
    const lamps = [{ ...lamp, device: 'lamp-9' }]
    expect(refusal(WITH_STREET, STATION, { ...STREET, lamps, groups: [] })).toContain('lamp-9')
  })

  test('with a street that has the id of a flood station is refused', () => {
    const edge = { ...WITH_STREET, stations: ['station.yaml'] }
    expect(refusal(edge, STATION, { ...STREET, id: STATION.id })).toContain('CONFIG_DUPLICATE')
  })

  test('with a time zone that does not exist is refused', () => {
    expect(refusal({ ...CONFIG, timeZone: 'Asia/Dong_Ha' })).toContain('CONFIG_TIME_ZONE')
  })

  test('with two devices of one id is refused', () => {
    const devices = [...CONFIG.lorawan.devices, device('dh-level', 'milesight-em500-udl', 4)]
    expect(refusal({ ...CONFIG, lorawan: { ...CONFIG.lorawan, devices } })).toContain('CONFIG_DUPLICATE')
  })

  test('with a neighbour that is given twice, is a device, or is this node itself is refused', () => {
    const modem = { devEui: 'ac1f09fffe000001', joinEui: 'ac1f09fff8000001', appKeyFile: 'modem.key' }
    const devices = CONFIG.lorawan.devices.slice(0, 1)
    const named = (...edges: readonly string[]) =>
      refusal({
        ...CONFIG,
        stations: [],
        lorawan: { ...CONFIG.lorawan, devices, relays: edges.map((edge) => ({ edge, ...modem })) },
      })
    for (const edges of [['ben-canh', 'ben-canh'], [devices[0]?.id ?? ''], [CONFIG.edge]])
      expect(named(...edges)).toContain('CONFIG_DUPLICATE')
  })

  test('with a model that nobody knows is refused', () => {
    const devices = [device('dh-level', 'milesight-em999', 1)]
    expect(refusal({ ...CONFIG, lorawan: { ...CONFIG.lorawan, devices } })).toContain('DEVICE_UNKNOWN_MODEL')
  })
})

describe('the link to the hub', () => {
  test.each(['mqtt://hub.example.vn', 'ws://10.0.0.5:9001', 'mqtt://127.0.0.1.example.vn'])(
    'in the clear over a network is refused: %s',
    (url) => expect(refusal(withHub({ url }))).toContain('HUB_LINK_PLAIN'),
  )

  test.each(['mqtt://127.0.0.1:1883', 'mqtt://localhost', 'mqtt://[::1]:1883', 'wss://hub.example.vn/mqtt'])(
    'encrypted or on this machine is taken: %s',
    (url) => expect(refusal(withHub({ url }))).toBe('accepted'),
  )

  test('in the clear is taken where somebody has said so', () => {
    expect(refusal(withHub({ url: 'mqtt://10.0.0.5', allowPlain: true }))).toBe('accepted')
  })

  test.each(['mqtts://', 'mqtts://hub example', 'mqtts://hub:99999'])(
    'that is no address is refused: %s',
    (url) => expect(refusal(withHub({ url }))).toContain('HUB_LINK_MALFORMED'),
  )
})

describe('Modbus lines', () => {
  const serial = { path: '/dev/serial/by-id/usb-rs485', baud: 9600 }
  const meter = { id: 'cabinet-meter', model: 'eastron-sdm630', unit: 1 }
  const withLines = (...modbus: readonly object[]) => ({ ...CONFIG, modbus })

  test('bring their devices along', () => {
    const loaded = load(withLines({ id: 'cabinet', serial, devices: [meter] }))
    if (!loaded.ok) throw new Error(explain(loaded.error, 'en'))
    expect(loaded.value.definitions.get('cabinet-meter')?.kind).toBe('meter')
    expect(loaded.value.config.modbus[0]?.serial).toEqual({ ...serial, parity: 'none', stopBits: 1 })
  })

  test('may carry gateways alone', () => {
    expect(load(withLines({ id: 'cabinet', tcp: { host: '10.0.0.7' } })).ok).toBe(true)
  })

  test('need one way, and one alone', () => {
    const both = { id: 'cabinet', serial, tcp: { host: '10.0.0.7' } }
    expect(refusal(withLines(both))).toContain(
      'MODBUS_LINE_CHOICE: The Modbus line "cabinet" needs exactly one',
    )
  })

  test('have one device to a number', () => {
    const devices = [meter, { ...meter, id: 'other-meter' }]
    expect(refusal(withLines({ id: 'cabinet', serial, devices }))).toContain('Two devices have the number 1')
  })

  test('have names of their own', () => {
    expect(refusal(withLines({ id: 'cabinet', serial }, { id: 'cabinet', serial }))).toContain(
      'CONFIG_DUPLICATE',
    )
  })

  test('take no unit number that no unit can have', () => {
    const devices = [{ ...meter, unit: 0 }]
    expect(refusal(withLines({ id: 'cabinet', serial, devices }))).toContain('"modbus.0.devices.0.unit"')
  })
})
