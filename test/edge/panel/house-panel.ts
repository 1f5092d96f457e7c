import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { createHistory } from '../../../edge/history/history.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { createNodeSite, type NodeSiteParts } from '../../../edge/panel/node-site.ts'
import { shapeLookup } from '../../../edge/point-shapes.ts'
import { bodyOf, ZONES, zoneOf } from '../control/greenhouse/house.ts'
import { DEVICES, type Disk, definition, node } from '../node.ts'
import { panelWorld } from './panel-world.ts'

const HOUSE_DEVICES = new Map([
  ...ZONES.map((id) => [`valve-${id}`, definition('milesight-uc511')] as const),
  ...ZONES.map((id) => [`soil-${id}`, definition('dragino-lse01')] as const),
])
const GUARDED = new Set(ZONES.map((id) => `valve-${id}/valve1`))
const HOUSE_LOOKUP = deviceLookup(new Map([...DEVICES, ...HOUSE_DEVICES]), GUARDED)

/** As somebody writes it: three zones on the main, each with a UC511. */
export function houseBody(change: Readonly<Record<string, unknown>> = {}) {
  return bodyOf({
    water: { gives_Lmin: 45 },
    zones: ZONES.map((id) => zoneOf(id)),
    programs: [
      {
        ...{ id: 'sang', name: 'Tưới sáng', zones: ['k1', 'k2'], amount: { minutes: 10 } },
        start: { by: 'clock', times: ['06:00'] },
      },
    ],
    ...change,
  })
}

/** A node with a greenhouse, its history and its panel, and the family of the farm signed in. */
export async function housePanel(
  disk: Disk,
  page?: string,
  /** Instead of those of its house. */
  replaced: ReadonlyMap<string, DeviceDefinition> = new Map(),
  /** What its agent says otherwise. */
  agent: Partial<NodeSiteParts['agent']> = {},
) {
  const devices = new Map([...HOUSE_DEVICES, ...replaced])
  const checked = stationCheck(HOUSE_LOOKUP)(houseBody())
  if (!checked.ok) throw new Error(`${checked.error.code} ${JSON.stringify(checked.error.details)}`)
  let history: ReturnType<typeof createHistory> | undefined
  const site = node({
    ...{ disk, stations: [checked.value], devices, guarded: GUARDED },
    recorded: (readings) => history?.take(readings),
  })
  history = createHistory({
    ...{ clock: site.clock, wall: site.clock, refusals: site.refusals, timeZone: 'Asia/Ho_Chi_Minh' },
    source: sqliteSource(':memory:'),
    isCounter: (device, channel) => device === 'nha-kinh' && /^(water|fertiliser)\//.test(channel),
  })
  await site.start()
  const panel = await panelWorld({
    wall: site.clock,
    ...(page === undefined ? {} : { page }),
    site: createNodeSite({
      ...{ agent: { ...site.agent, ...agent }, documents: site.documents, history, clock: site.clock },
      ...{ definitions: new Map([...DEVICES, ...HOUSE_DEVICES]), devices: HOUSE_LOOKUP },
      ...{ random: systemRandom, name: { vi: 'Nút', en: 'Node' }, shape: shapeLookup(HOUSE_DEVICES) },
      link: () => ({ hub: 'cut', since: null, unsent: 0, waiting: 0 }),
    }),
  })
  const people = await panel.family()
  const view = async (who = people.member) =>
    (await panel.call('GET', '/api/state', { cookie: who })).body.greenhouses[0]
  /** Every valve does as it was told from here on. */
  const obey = (zone: string, value: number) =>
    site.progress('confirmed', [{ output: 'valve1', value }], `valve-${zone}`)
  return { ...panel, ...people, site, history, view, obey }
}
