import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { ClockScale } from '../../core/node/system-clock.ts'
import { hex, type Random } from '../../core/random.ts'
import { hashSecret } from '../../core/scrypt.ts'
import type { HousePorts } from '../../sim/greenhouse/demo-greenhouse.ts'
import type { StreetPorts } from '../../sim/lighting/demo-street.ts'
import { threeStations } from '../../sim/three-stations.ts'
import { type GreenhouseNode, greenhouseNode } from './greenhouse-node.ts'
import type { CityLayout } from './layout.ts'
import { streetNode } from './street-node.ts'

export interface CityPlan {
  readonly layout: CityLayout
  readonly site: string
  readonly http: number
  readonly mqtt: number
  /** The ports by which a node reaches the hub. */
  readonly line: (edge: string) => Promise<{ readonly mqtt: number; readonly http: number }>
  readonly gatewayPort: number
  readonly street: StreetPorts
  readonly greenhouse: HousePorts
  readonly scale: ClockScale
  readonly record?: { readonly file: string; readonly levels_m: readonly number[]; readonly every_s: number }
}

/** A city as it was written: its nodes, and who may use the greenhouse's panel. */
export interface WrittenCity {
  readonly edges: readonly string[]
  readonly panel: GreenhouseNode['panel']
}

/** Writes a fresh city into its folder, with new keys. */
export async function writeCity(plan: CityPlan, random: Random): Promise<WrittenCity> {
  const { layout, scale, record } = plan
  rmSync(layout.folder, { recursive: true, force: true })
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 })
  const city = threeStations({
    basePort: plan.gatewayPort,
    random,
    begin_utc: scale.from,
    speed: scale.speed,
    ...(record === undefined ? {} : { record }),
  })
  const street = streetNode({
    ...{ ports: plan.street, random, speed: scale.speed },
    secretFile: (name) => layout.key(name),
  })
  const house = await greenhouseNode({
    ...{ ports: plan.greenhouse, random, speed: scale.speed, begin: scale.from },
  })
  const sites = { streets: [street.spec], greenhouses: [house.spec] }
  const spec = { ...city.spec, ...sites, control: layout.simControl, clock: scale }
  secret(layout.spec, JSON.stringify(spec))

  const edges: { id: string; keyHash: string }[] = []
  const writeNode = async (
    document: { readonly id: string; readonly name: unknown },
    rest: Readonly<Record<string, unknown>>,
    id = document.id,
  ) => {
    const { name } = document
    const key = hex(random.bytes(32))
    const line = await plan.line(id)
    secret(layout.key(id), key)
    edges.push({ id, keyHash: await hashSecret(key, random) })
    writeFileSync(layout.station(document.id), stringify(document))
    const hub = {
      url: `mqtt://127.0.0.1:${line.mqtt}`,
      documents: `http://127.0.0.1:${line.http}/db/${plan.site}`,
      keyFile: layout.key(id),
    }
    const head = { site: plan.site, edge: id, name, dataDir: `data-${id}`, hub, clock: scale }
    secret(layout.edge(id), stringify({ ...head, ...rest }))
  }
  for (const [index, station] of city.stations.entries()) {
    const spec = city.spec.stations[index]
    const devices = city.devices[index]
    if (spec === undefined || devices === undefined) throw new Error('a station without its devices')
    await writeNode(station, {
      lorawan: {
        bind: spec.edge,
        gateways: spec.gateways.map(({ eui }) => ({ eui })),
        // Five channels instead of the two that everybody shares: fewer frames collide at a city's fast pace.
        overrides: { extraChannels_MHz: [922, 922.2, 922.4] },
        devices: devices.map(({ id, model, devEui, joinEui, appKey }) => ({
          id,
          model,
          activation: { otaa: { devEui, joinEui, appKey } },
        })),
      },
      stations: [layout.station(station.id)],
    })
  }
  for (const [file, password] of street.secrets) secret(file, password)
  await writeNode(street.document, { ...street.drivers, streets: [layout.station(street.id)] })
  const { document } = house
  await writeNode(document, { ...house.sections, greenhouses: [layout.station(document.id)] }, house.id)
  secret(
    layout.hub,
    stringify({
      site: plan.site,
      dataDir: layout.hubData,
      broker: { port: plan.mqtt },
      http: { port: plan.http },
      edges,
      demo: scale,
    }),
  )
  return { edges: edges.map(({ id }) => id), panel: house.panel }
}

/** Keys stand in these files: nobody else may read them. */
function secret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
}
