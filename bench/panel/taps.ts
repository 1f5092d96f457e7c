import { amount, type Bench, type Figure } from '../measurement.ts'
import { interleaved } from '../rounds.ts'
import { percentile } from '../statistics.ts'
import { barePanel, ourPanel, redPanel, type Tap, type TapPanel, tapOnce } from './tapping.ts'

const TAPS = 60
const WARM_UP = 24
const ASIDE = 12
const OWN_TIME_MS = 500

/** From the finger to the valve, and from the stop to the pump at rest, beside who does no more than that. */
export async function measureTaps(bench: Bench): Promise<readonly Figure[]> {
  const panels = { ours: await ourPanel(bench), red: await redPanel(bench), bare: await barePanel(bench) }
  const taps = amount(bench.effort, TAPS, 4)
  const next = new Map<TapPanel, number>()
  const tapMany = async (panel: TapPanel, count: number): Promise<readonly Tap[]> => {
    const list: Tap[] = []
    for (let tap = 0; tap < count; tap++) {
      const index = next.get(panel) ?? 0
      next.set(panel, index + 1)
      list.push(await tapOnce(panel, index))
    }
    return list
  }
  for (const panel of Object.values(panels)) await tapMany(panel, amount(bench.effort, WARM_UP, ASIDE))
  const all: Tap[] = []
  const contender = (panel: TapPanel, keep: (taps: readonly Tap[]) => void) => async () => {
    const list = await tapMany(panel, taps)
    keep(list)
    return figuresOf(list)
  }
  const measured = await interleaved(bench.effort.rounds, {
    ours: contender(panels.ours, (list) => {
      all.push(...list)
      bench.say(`${list.length} taps`)
    }),
    red: contender(panels.red, () => {}),
    bare: contender(panels.bare, () => {}),
  })
  const figure = (what: string, index: number, peer: 'red' | 'bare'): Figure => ({
    ...{ what, unit: 'ms', ours: measured.ours[index] ?? [] },
    peer: { name: PEERS[peer], values: measured[peer][index] ?? [] },
  })
  const most = { of: 'ours', bound: 'at most', limit: OWN_TIME_MS } as const
  const ours = (what: string, values: readonly number[]): Figure => ({ what, unit: 'ms', ours: values })
  return [
    figure('tap to valve, p50', VALUES.valve50, 'red'),
    figure('the same', VALUES.valve50, 'bare'),
    figure('tap to valve, p99', VALUES.valve99, 'red'),
    figure('the same', VALUES.valve99, 'bare'),
    { ...ours('p99 over all rounds', [percentile(all.map(valveMs), 99)]), target: most },
    ours('the worst', [percentile(all.map(valveMs), 100)]),
    ours('tap to its answer, p50', measured.ours[VALUES.answer50] ?? []),
    figure('stop to pump at rest, p50', VALUES.pump50, 'red'),
    figure('the same', VALUES.pump50, 'bare'),
    figure('stop to pump at rest, p99', VALUES.pump99, 'red'),
    figure('the same', VALUES.pump99, 'bare'),
    { ...ours('p99 over all rounds', [percentile(all.map(pumpMs), 99)]), target: most },
  ]
}

const PEERS = { red: 'Node-RED', bare: 'Fastify and modbus-serial' } as const
const VALUES = { valve50: 0, valve99: 1, answer50: 2, pump50: 3, pump99: 4 } as const

function figuresOf(taps: readonly Tap[]): readonly number[] {
  return [
    percentile(taps.map(valveMs), 50),
    percentile(taps.map(valveMs), 99),
    percentile(
      taps.map(({ answer_ms }) => answer_ms),
      50,
    ),
    percentile(taps.map(pumpMs), 50),
    percentile(taps.map(pumpMs), 99),
  ]
}

const valveMs = ({ valve_ms }: Tap) => valve_ms
const pumpMs = ({ pump_ms }: Tap) => pump_ms
