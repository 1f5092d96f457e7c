import type { FloodStation } from '../core/documents/flood-station.ts'
import { LEVEL_MODEL, type Place, SIREN_MODEL, WEATHER_MODEL } from './flood-site.ts'
import { type AbpDevice, abpConfig, abpDevice, gatewayEui } from './gateway.ts'
import { type EdgeNode, edgeNode } from './nodes.ts'
import { freePort, type Workplace } from './workplace.ts'

/** A real edge process with a radio, its stations and a number of weather sensors besides. */
export interface RadioNode {
  readonly node: EdgeNode
  readonly port: number
  readonly levels: readonly AbpDevice[]
  readonly sirens: readonly AbpDevice[]
  readonly weather: readonly AbpDevice[]
}

export async function radioNode(
  workplace: Workplace,
  options: {
    readonly places: readonly Place[]
    readonly station: (place: Place) => FloodStation
    readonly weather: number
    readonly gateways: number
    readonly hubUrl?: string
  },
): Promise<RadioNode> {
  const { places } = options
  let index = 0
  const device = (id: string) => abpDevice(id, ++index)
  const levels = places.map(({ level }) => device(level))
  const sirens = places.map(({ siren }) => device(siren))
  const weather = Array.from({ length: options.weather }, (_, n) => device(`weather-${n}`))
  const port = await freePort()
  const node = edgeNode(workplace, {
    hubUrl: options.hubUrl ?? `mqtt://127.0.0.1:${await freePort()}`,
    stations: places.map(options.station),
    lorawan: {
      bind: { host: '127.0.0.1', port },
      gateways: Array.from({ length: options.gateways }, (_, n) => ({ eui: gatewayEui(n) })),
      dutyCycle: { percent: 100 },
      adr: { on: false },
      devStatusEvery_h: 0,
      devices: [
        ...levels.map((level) => abpConfig(level, LEVEL_MODEL)),
        ...sirens.map((siren) => abpConfig(siren, SIREN_MODEL)),
        ...weather.map((sensor) => abpConfig(sensor, WEATHER_MODEL)),
      ],
    },
  })
  return { node, port, levels, sirens, weather }
}
