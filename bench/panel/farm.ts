/** Greenhouses of the bench as a person writes them: documents, and the sections of edge.yaml beside them. */

export const RELAY_MODEL = 'waveshare-relay'
export const PROBE_MODEL = 'myduino-soil-7in1'
/** Modbus unit of the first soil probe; boards begin at 1. */
export const PROBE_UNIT = 101
export const ZONES = ['k1', 'k2', 'k3', 'k4'] as const
/** Relay 1 is the pump, those after it the valves. */
export const PUMP_RELAY = 1

const PROBE_POLL_S = 5
/** As many as the interlock of a pump may be told to allow. */
const STARTS_PER_HOUR = 120

export const houseId = (house: number) => `nha-${house + 1}`
export const valveRelay = (zone: number) => PUMP_RELAY + 1 + zone

const boardId = (house: number) => `relays-${house + 1}`
const probeId = (zone: number) => `soil-${zone + 1}`
const relay = (house: number, number: number) => ({ device: boardId(house), output: `relay${number}` })

/** The first has a soil probe in each zone. The pump waits for nothing: what is measured is our own time. */
export function houses(count: number) {
  return Array.from({ length: count }, (_, house) => ({
    kind: 'greenhouse',
    id: houseId(house),
    name: { vi: `Nhà kính ${house + 1}`, en: `Greenhouse ${house + 1}` },
    location: { lat: 16.89, lon: 107.02 },
    water: { gives_Lmin: 60, pump: { ...relay(house, PUMP_RELAY), lead_s: 0 } },
    zones: ZONES.map((id, zone) => ({
      id,
      name: { vi: `Khu ${zone + 1}`, en: `Zone ${zone + 1}` },
      valve: relay(house, valveRelay(zone)),
      ...{ area_m2: 40, flow_Lmin: 12, daily_L: 5_000 },
      ...(house === 0 ? { soil: soilOf(zone), crop: CROP } : {}),
    })),
    programs: [
      {
        ...{ id: 'sang', name: 'Tưới sáng', on: false, zones: ZONES, amount: { minutes: 10 } },
        start: { by: 'clock', times: ['06:00'] },
      },
    ],
    ...{ climate: {}, weather: {} },
  }))
}

function soilOf(zone: number) {
  const point = (channel: string) => ({ device: probeId(zone), channel })
  return {
    moisture: [point('moisture')],
    ...{ temperature: point('temperature'), ec: point('conductivity'), ph: point('ph') },
  }
}

const CROP = {
  name: 'Dưa lưới',
  planted: '2026-01-01',
  stages: [{ name: 'Nuôi trái', days: 90, kc: 1, root_m: 0.15 }],
}

/** One Modbus TCP line with a board for each house and the probes of the first. */
export function farmSections(count: number, modbusPort: number) {
  const all = Array.from({ length: count }, (_, house) => house)
  const probes = ZONES.map((_, zone) => ({
    ...{ id: probeId(zone), model: PROBE_MODEL, unit: PROBE_UNIT + zone, poll_s: PROBE_POLL_S },
  }))
  const boards = all.map((house) => ({ id: boardId(house), model: RELAY_MODEL, unit: house + 1 }))
  return {
    modbus: [{ id: 'line', tcp: { host: '127.0.0.1', port: modbusPort }, devices: [...boards, ...probes] }],
    equipment: all.flatMap((house) => [
      {
        kind: 'water-pump',
        ...relay(house, PUMP_RELAY),
        valves: ZONES.map((_, zone) => relay(house, valveRelay(zone))),
        ...{ lead_s: 0, rest_s: 0, long_rest_s: 0, starts_per_hour: STARTS_PER_HOUR },
      },
      ...ZONES.map((_, zone) => ({
        kind: 'zone-valve',
        ...relay(house, valveRelay(zone)),
        ...{ rest_s: 0, after_pump_s: 0 },
      })),
    ]),
  }
}
