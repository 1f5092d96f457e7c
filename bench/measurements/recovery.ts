import { amount, type Figure, type Measurement, type Target } from '../measurement.ts'
import { fillOutbox, type Outage, outage } from '../outage.ts'
import { type BridgeSettings, bridgeRecovery } from '../peers/bridge-recovery.ts'
import { findMosquitto } from '../peers/mqtt-broker.ts'
import {
  KILLED_AT,
  type Losses,
  type Recovered,
  recover,
  recoverKilled,
  shares,
  type Undisturbed,
} from '../recovering-node.ts'
import { CHANNELS } from '../series.ts'
import { percentile } from '../statistics.ts'

const READINGS = 1_000_000
/** Enough to see what share a killed bridge loses. */
const BRIDGE_KILLED_READINGS = 100_000
const ALARMS = 20

export const recovery: Measurement = {
  name: 'recovery',
  title: 'recovery after an outage of sixty days and a million readings, other nodes working meanwhile',
  async run(bench) {
    const dark = outage(amount(bench.effort, READINGS), ALARMS)
    bench.say(`${dark.readings} readings and ${ALARMS} alarms wait`)
    const filled = bench.workplace.folder('filled')
    await fillOutbox(filled, dark)
    const clean = await recover(bench, dark, filled)
    bench.say(`ours: ${clean.recovered.complete_s.toFixed(1)} s`)
    const killed = await recoverKilled(bench, dark, filled)
    const mosquitto = findMosquitto()
    if (mosquitto === undefined) {
      return {
        figures: figures({ clean, killed }),
        notes: [...NOTES, 'mosquitto is not installed: no bridge to compare with.'],
      }
    }
    const quiet_ms = amount(bench.effort, QUIET_MS, 1_500)
    const bridge = (outage: Outage, settings: Omit<BridgeSettings, 'quiet_ms'>) =>
      bridgeRecovery(bench.workplace, mosquitto, outage, { ...settings, quiet_ms })
    const bridged = await bridge(dark, { autosave_s: AUTOSAVE_S.shipped })
    bench.say(`bridge: ${bridged.complete_s.toFixed(1)} s`)
    const fewer = outage(amount(bench.effort, BRIDGE_KILLED_READINGS), ALARMS)
    const killAt = KILLED_AT.sender
    const shipped = shares(await bridge(fewer, { autosave_s: AUTOSAVE_S.shipped, killAt }), fewer)
    const shortest = shares(await bridge(fewer, { autosave_s: AUTOSAVE_S.shortest, killAt }), fewer)
    return { figures: figures({ clean, killed, bridged, shipped, shortest }), notes: NOTES }
  },
}

/** A bridge that told nothing for so long has told all. */
const QUIET_MS = 4_000
/** Mosquitto's own default, and the shortest that it can be set to. */
const AUTOSAVE_S = { shipped: 1_800, shortest: 1 } as const

const NOTES = [
  `A node of ${CHANNELS.length} channels comes back after sixty days; seconds run from the first packet that gets through, with the node running and dialling each second, as the bridge does. The readings were written by the node's own outbox.`,
  'The bridge is given each reading and alarm as a JSON message with QoS 1 in their order, queues without limit, and tells a subscriber; ours decodes, stores and rolls up. Bytes are all TCP payload in both directions. "Present" is the newest value of each channel.',
  "Other nodes: one that tells an alarm and ten readings each 40 ms, from its own commit to the acknowledgement of the hub's; before, and while the million comes in. Node, hub and bench share this machine's processors, which a real city's nodes do not.",
  'Killed: the sender with SIGKILL when a third has arrived, and started again; in ours the hub as well at two thirds. The bridge is killed with a tenth of the readings, which is sooner done; it writes its store every autosave_interval (1,800 s as shipped).',
]

interface Measured {
  readonly clean: Undisturbed
  readonly killed: Losses
  readonly bridged?: Recovered
  readonly shipped?: Losses
  readonly shortest?: Losses
}

const AT_MOST = (limit: number): Target => ({ of: 'ours', bound: 'at most', limit })

function figures({
  clean: { recovered, quiet, busy },
  killed,
  bridged,
  shipped,
  shortest,
}: Measured): Figure[] {
  const bridge = 'Mosquitto bridge'
  const beside = (name: string, value: number | undefined) =>
    value === undefined || !Number.isFinite(value) ? {} : { peer: { name, values: [value] } }
  const times = (
    [
      ['until the first alarm', 'firstAlarm_s', AT_MOST(1)],
      ['until all alarms', 'alarms_s', AT_MOST(1)],
      ['until the present of every point', 'present_s', AT_MOST(2)],
      ['until complete', 'complete_s', undefined],
    ] as const
  ).map(([what, key, target]) => ({
    what,
    unit: 's',
    ours: [recovered[key]],
    ...beside(bridge, bridged?.[key]),
    ...(target === undefined ? {} : { target }),
  }))
  const others = (['alarm', 'live'] as const).flatMap((kind) =>
    [50, 99].map((percent) => ({
      what: `other nodes meanwhile, ${kind === 'alarm' ? 'an alarm' : 'a reading'}, p${percent}`,
      unit: 'ms',
      ours: [percentile(busy[kind], percent)],
      peer: { name: 'the hub otherwise', values: [percentile(quiet[kind], percent)] },
    })),
  )
  const losses = (
    [
      [`${bridge} as shipped`, shipped],
      ['the same, autosave 1 s', shortest],
    ] as const
  ).flatMap(([name, peer]) => [
    {
      what: 'lost when killed midway',
      unit: '%',
      ours: [killed.lost],
      ...beside(name, peer?.lost),
      target: AT_MOST(0),
    },
    {
      what: 'doubled by it',
      unit: '%',
      ours: [killed.doubled],
      ...beside(name, peer?.doubled),
      target: AT_MOST(0),
    },
  ])
  return [
    ...times,
    ...others,
    {
      what: 'a reading, both ways',
      unit: 'bytes',
      ours: [recovered.bytes],
      ...beside(`${bridge}, JSON`, bridged?.bytes),
    },
    ...(shipped === undefined ? losses.slice(0, 2) : losses),
  ]
}
