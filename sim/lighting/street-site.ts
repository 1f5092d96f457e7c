import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import type { DialBroker } from '../../core/ports/broker.ts'
import type { Random } from '../../core/random.ts'
import type { ConnectRadio } from '../devices/equipment.ts'
import { createLuminaire } from '../devices/luminaire.ts'
import type { VirtualDevice } from '../devices/virtual-device.ts'
import type { MulticastAddress } from '../lorawan/multicast.ts'
import { type ModbusSlaves, serveTcp } from '../modbus/serve.ts'
import { createTasmotaSensor } from '../mqtt/tasmota-sensor.ts'
import { STREET_UNITS, type StreetSpec } from '../spec.ts'
import { createPassers } from './passers.ts'
import { createAnalogLevels, daliUnits, streetUnits } from './street-line.ts'
import { createVirtualStreet } from './virtual-street.ts'

/** A radio on a pole. */
export interface RadioSpec {
  readonly id: string
  readonly devEui: string
  readonly joinEui: string
  readonly appKey: string
  readonly x_m: number
  readonly y_m: number
  readonly every_s: number
}

export interface StreetSnapshot {
  readonly id: string
  readonly lamps: readonly {
    readonly id: string
    readonly level: number
    readonly power_W: number
    /** What it has used since the world began. */
    readonly energy_Wh: number
    readonly faults: readonly string[]
  }[]
  readonly feeders: readonly {
    readonly id: string
    readonly closed: boolean
    readonly faults: readonly string[]
  }[]
  readonly radios: readonly { readonly id: string; readonly joined: boolean }[]
}

export interface StreetParts {
  /** The city's clock; it may be accelerated. */
  readonly clock: Clock
  /** Real time, by which radio and wires go. */
  readonly wall: Clock
  readonly random: Random
  readonly log: Log
  readonly dial: DialBroker
  connect(radio: RadioSpec): ConnectRadio
}

/** Of real time: as the makers set them, but for a street that must come up while somebody watches. */
const NOTICE_S = 20
const BOOT_S = 10
const TELE_PERIOD_S = 300

/** A street's equipment at work, behind the wires and the air that its node reaches it by. */
export function createStreetSite(spec: StreetSpec, parts: StreetParts) {
  const { clock, wall, random, dial } = parts
  const held = createAnalogLevels()
  const street = createVirtualStreet({
    ...{ clock, cabinet: spec.cabinet, meter: spec.meter, feeders: spec.feeders },
    lamps: spec.lamps.map(({ wire, ...lamp }) => ({
      ...lamp,
      // A 0–10 V driver follows its control wire as soon as it has power.
      ...(wire.kind === 'analog' ? { powerUp: () => held.get(lamp.id) } : {}),
    })),
  })
  const radios = luminaires(spec, street, parts)
  const moving = new Set<number>()
  const sensors = spec.mqtt.motion.map(({ id, username, password }, index) => {
    const words = () => (moving.has(index) ? 'ON' : 'OFF')
    return createTasmotaSensor({
      broker: dial({
        url: `mqtt://127.0.0.1:${spec.mqtt.port}`,
        ...{ clientId: id, username, password, refused: () => {}, log: parts.log },
      }),
      ...{ topic: id, clock, every_s: TELE_PERIOD_S },
      sensor: () => ({ Switch1: words() }),
      result: () => ({ Switch1: { Action: words() } }),
    })
  })
  const passers = createPassers({
    ...{ clock, random, length_m: spec.length_m, every_s: spec.mqtt.passers_s },
    sensors_m: spec.mqtt.motion.map(({ at_m }) => at_m),
    seen(sensor, motion) {
      if (motion) moving.add(sensor)
      else moving.delete(sensor)
      sensors[sensor]?.changed()
    },
  })
  const units = streetUnits(spec, street, clock, held)
  const unitOf = new Map<string, number>([
    [spec.meter, STREET_UNITS.meter],
    [spec.cabinet, STREET_UNITS.cabinet],
  ])
  let line: ModbusSlaves | undefined
  let dali: ModbusSlaves | undefined

  return {
    async start() {
      line = await serveTcp(spec.modbus.port, { units, clock: wall })
      dali = await serveTcp(spec.dali.port, { units: daliUnits(spec, street, wall), clock: wall })
      for (const radio of radios) radio.start()
      for (const sensor of sensors) sensor.start()
      passers.start()
    },
    async stop() {
      passers.stop()
      for (const radio of radios) radio.stop()
      await Promise.all(sensors.map((sensor) => sensor.stop()))
      await line?.close()
      await dali?.close()
      line = undefined
      dali = undefined
    },
    fault(where: string, name: string): boolean {
      const done = street.fault(where, name)
      const unit = unitOf.get(where)
      if (unit !== undefined)
        line?.trouble(unit, street.faults(where).includes('silent') ? { kind: 'silent' } : undefined)
      return done
    },
    snapshot: (): StreetSnapshot => ({
      id: spec.id,
      lamps: street.lamps.map((lamp) => ({
        ...{ id: lamp.id, level: lamp.level(), power_W: lamp.power_W() },
        ...{ energy_Wh: lamp.energy_Wh(), faults: lamp.faults() },
      })),
      feeders: spec.feeders.map(({ id }) => ({ id, closed: street.isClosed(id), faults: street.faults(id) })),
      radios: radios.map((radio) => ({ id: radio.id, joined: radio.snapshot().radio.joined })),
    }),
  }
}

function luminaires(
  { lamps, multicast: { devAddr, nwkSKey, appSKey } }: StreetSpec,
  street: ReturnType<typeof createVirtualStreet>,
  { clock, wall, random, connect }: StreetParts,
): readonly VirtualDevice[] {
  const group: MulticastAddress = {
    devAddr: Number.parseInt(devAddr, 16),
    keys: { nwkSKey: Buffer.from(nwkSKey, 'hex'), appSKey: Buffer.from(appSKey, 'hex') },
  }
  return lamps.flatMap(({ id, wire }) => {
    const lamp = street.lamp(id)
    if (wire.kind !== 'lorawan' || lamp === undefined) return []
    return [
      createLuminaire({
        ...{ id, lamp, clock, random, radioClock: wall, every_s: wire.every_s },
        ...{ multicast: [group], notice_s: NOTICE_S, boot_s: BOOT_S },
        connect: connect({ id, ...wire }),
      }),
    ]
  })
}
