import type { Clock } from '../../core/clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import type { ConnectRadio, Fitting } from '../devices/equipment.ts'
import { createSoilProbe } from '../devices/soil-probe.ts'
import { createValveController } from '../devices/valve-controller.ts'
import type { FaultName, VirtualDevice } from '../devices/virtual-device.ts'
import { createWeatherMast } from '../devices/weather-mast.ts'
import type { RadioSpec } from '../lighting/street-site.ts'
import { type ModbusSlaves, serveTcp } from '../modbus/serve.ts'
import type { GreenhouseSpec } from '../spec.ts'
import { createHouseBoard } from './house-board.ts'
import { HOUSE_PLACES } from './house-faults.ts'
import { houseUnits, lineTrouble } from './house-line.ts'
import { createSky } from './sky.ts'
import { createVirtualHouse, type HouseState } from './virtual-house.ts'

export interface GreenhouseSnapshot {
  readonly id: string
  readonly house: HouseState
  /** What is broken, by place. */
  readonly faults: Readonly<Record<string, readonly string[]>>
  readonly radios: readonly { readonly id: string; readonly joined: boolean }[]
}

export interface GreenhouseParts {
  /** The city's clock; it may be accelerated. */
  readonly clock: Clock
  /** Real time, by which radio and wires go. */
  readonly wall: Clock
  readonly speed: number
  /** Of the city's clock, when the story begins. */
  readonly begin: number
  connect(radio: RadioSpec): ConnectRadio
}

/** The world moves on at least so often: of the city's clock, and no more often than this of real time. */
const STEP_S = 5
const STEPS_A_SECOND = 12

/** A greenhouse's equipment at work, behind the wires and the air that its node reaches it by. */
export function createGreenhouseSite(spec: GreenhouseSpec, parts: GreenhouseParts) {
  const { clock, wall, speed } = parts
  const random = seededRandom(spec.seed)
  const house = createVirtualHouse({
    ...{ clock, random, zones: spec.zones, tank: spec.tank, dose_mLmin: spec.dose_mLmin },
    sky: createSky({ seed: spec.seed, place: spec.location, begin: parts.begin }),
    every_s: Math.max(1, Math.min(STEP_S, speed / STEPS_A_SECOND)),
  })
  const radios = radiosOf(spec, house, parts)
  const board = createHouseBoard({ ...spec.board, wall, house })
  const stuck = new Map<string, string>()
  let line: ModbusSlaves | undefined

  return {
    async start() {
      line = await serveTcp(spec.modbus.port, {
        units: houseUnits(spec, house, (device) => stuck.get(device)),
        clock: wall,
      })
      await board.start()
      house.start()
      for (const radio of radios) radio.start()
    },
    async stop() {
      for (const radio of radios) radio.stop()
      house.stop()
      await board.stop()
      await line?.close()
      line = undefined
    },
    fault(where: string, name: FaultName): boolean {
      const radio = radios.find(({ id }) => id === where)
      if (radio !== undefined) return radio.fault(name)
      if (where === spec.board.id) return board.fault(name)
      const onLine = lineTrouble(where, name)
      if (onLine === undefined) return house.fault(where, name)
      if (name === 'none') stuck.delete(where)
      else stuck.set(where, name)
      line?.trouble(onLine.unit, onLine.trouble)
      return true
    },
    snapshot: (): GreenhouseSnapshot => ({
      id: spec.id,
      house: house.state(),
      faults: {
        ...Object.fromEntries(
          [...HOUSE_PLACES, ...spec.zones.flatMap(({ id }) => [id, `${id}-valve`])]
            .map((where) => [where, house.faults(where)] as const)
            .filter(([, names]) => names.length > 0),
        ),
        ...Object.fromEntries([...stuck].map(([where, name]) => [where, [name]])),
        ...(board.faults().length > 0 ? { [spec.board.id]: board.faults() } : {}),
      },
      radios: radios.map((radio) => ({ id: radio.id, joined: radio.snapshot().radio.joined })),
    }),
  }
}

function radiosOf(
  spec: GreenhouseSpec,
  house: ReturnType<typeof createVirtualHouse>,
  { clock, connect }: GreenhouseParts,
): readonly VirtualDevice[] {
  const random = seededRandom(spec.seed + 1)
  const fitting = (radio: RadioSpec): Fitting & { readonly serial: readonly number[] } => ({
    ...{ id: radio.id, every_s: radio.every_s, clock, random, connect: connect(radio) },
    serial: [...Buffer.from(radio.devEui, 'hex')],
  })
  const zoneOf = (id: string) => house.state().zones.find((zone) => zone.id === id)
  return [
    ...spec.valves.map(({ zones, ...radio }) =>
      createValveController({
        ...fitting(radio),
        drive: (valve, open) => house.driveValve(zones[valve - 1] ?? '', open),
        litres: (valve) => zoneOf(zones[valve - 1] ?? '')?.litres ?? 0,
        pressure_kPa: () => house.state().pressure_kPa,
      }),
    ),
    ...spec.soils.map(({ zone, model, ...radio }) =>
      createSoilProbe({
        ...fitting(radio),
        model,
        soil() {
          const bed = zoneOf(zone)
          if (bed === undefined) throw new Error(`a probe in no zone: ${zone}`)
          return { moisture: bed.probed, temperature_C: bed.temperature_C, conductivity: bed.conductivity }
        },
      }),
    ),
    createWeatherMast({ ...fitting(spec.weather), weather: () => house.state().outside }),
  ]
}
