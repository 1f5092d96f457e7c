import type { NodeClock } from '../../core/clock.ts'
import { outputsOf } from '../../core/documents/check-greenhouse.ts'
import { greenhouseDoubts } from '../../core/documents/greenhouse-doubts.ts'
import { planOf } from '../../core/documents/greenhouse-plan.ts'
import { asCalledThere } from '../../core/documents/greenhouse-words.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import type { Agent } from '../agent.ts'
import { stopByHand, waterByHand } from '../commands/waters.ts'
import { greenhouseView } from '../control/greenhouse/view.ts'
import { longestRun } from '../control/interlocks.ts'
import type { SiteDocuments } from '../documents/site-documents.ts'
import { greenhouseFaults, type NodeDevices, stationDocumentId } from '../documents/stations.ts'
import type { History } from '../history/history.ts'
import { type GreenhouseHost, isGreenhouse } from '../hosted-station.ts'
import type { ShapeLookup } from '../point-shapes.ts'
import type { PanelConflict, PanelNode, PanelOutput, PanelProblem, PanelState } from './api-types.ts'
import { atHome } from './at-home.ts'
import { conflictCount } from './conflict-count.ts'
import { silentSensors } from './silent-sensors.ts'
import type { PanelSite } from './site.ts'
import { dateOf, periodOf, periodsOf } from './use-periods.ts'

export interface NodeSiteParts {
  readonly agent: Pick<
    Agent,
    'stations' | 'greenhouse' | 'watered' | 'outputs' | 'holds' | 'reset' | 'retirement'
  >
  readonly documents: SiteDocuments
  readonly history: History
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  readonly devices: NodeDevices
  readonly shape: ShapeLookup
  readonly clock: NodeClock
  readonly random: Random
  readonly name: Text
  /** How the way to the hub is. */
  link(): Pick<PanelNode, 'hub' | 'since' | 'unsent'> & { readonly waiting: number }
}

/** Runs of each greenhouse that go with every telling of the state. */
const JOURNAL_TOLD = 20
const PLAN_HOURS = 24

/** The panel's view of the agent that it stands in. */
export function createNodeSite(parts: NodeSiteParts): PanelSite {
  const { agent, clock, documents, history, definitions } = parts
  const conflicts = conflictCount({ clock, conflicts: documents.conflicts })
  const houses = () => agent.stations().filter(isGreenhouse)
  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  const viewOf = (host: GreenhouseHost) => greenhouseView(host.state(), now())

  const outputs = (): readonly PanelOutput[] => {
    const used = new Set(houses().flatMap((host) => outputsOf(host.document()).map(keyOf)))
    const held = new Map((agent.holds?.views() ?? []).map((hold) => [keyOf(hold), hold]))
    return agent.outputs().flatMap((view): PanelOutput[] => {
      const definition = definitions.get(view.device)?.outputs[view.output]
      if (definition === undefined || !used.has(keyOf(view))) return []
      const { min, max } = definition
      const longest_s = longestRun(definition)
      const hold = held.get(keyOf(view))
      return [
        {
          ...{ device: view.device, output: view.output, value: view.decision.value, min, max },
          step: max - min > 1 ? 1 : max - min,
          longest_s: Number.isFinite(longest_s) ? longest_s : null,
          why: view.held?.text ?? view.decision.reason,
          held: hold === undefined ? null : { value: hold.value, who: hold.who, until: hold.until },
        },
      ]
    })
  }
  /** An output that a greenhouse of this node drives: the panel reaches no others. */
  const ours = (device: string, output: string): Result<NonNullable<Agent['holds']>> => {
    const known = houses().some((host) =>
      outputsOf(host.document()).some((one) => keyOf(one) === `${device}/${output}`),
    )
    if (!known || agent.holds === undefined) return err(fault('OUTPUT_UNKNOWN', { device, output }))
    return ok(agent.holds)
  }
  const idOf = (house: string) => stationDocumentId({ kind: 'greenhouse', id: house })

  return {
    state(): PanelState {
      const { waiting, ...link } = parts.link()
      return {
        at: clock.now(),
        greenhouses: houses().map((host) => {
          const view = viewOf(host)
          return { ...view, journal: view.journal.slice(0, JOURNAL_TOLD) }
        }),
        outputs: outputs(),
        node: {
          ...{ name: parts.name, ...link, clock: clock.quality() },
          edits: { waiting, conflicts: conflicts() },
        },
      }
    },
    journal(house) {
      const found = agent.greenhouse(house)
      return found.ok ? ok(viewOf(found.value).journal) : found
    },
    water(house, asked, who) {
      const found = agent.watered(house)
      if (!found.ok) return found
      const { order = hex(parts.random.bytes(8)), ...water } = asked
      return waterByHand(found.value, { ...water, who }, `panel-${order}`)
    },
    stop(house, zone, who) {
      const found = agent.watered(house)
      return found.ok ? stopByHand(found.value, zone, who) : found
    },
    goOn(house, who) {
      const found = agent.watered(house)
      return found.ok ? ok(found.value.input({ type: 'water-resume', who })) : found
    },
    skip(house, program, who) {
      const found = agent.watered(house)
      if (!found.ok) return found
      const unknown = found.value.unknownProgram(program)
      if (unknown !== undefined) return err(unknown)
      return ok(found.value.input({ type: 'program-skip', program, who }))
    },
    async hold(device, output, { value, for_s }, who) {
      const holds = ours(device, output)
      return holds.ok ? holds.value.hold({ device, output, value, for_s, who, why: '' }) : holds
    },
    async release(device, output, who) {
      const holds = ours(device, output)
      return holds.ok ? holds.value.release(device, output, who) : holds
    },
    reset(device, output, who) {
      const holds = ours(device, output)
      return holds.ok ? agent.reset(device, output, who) : holds
    },
    async document(house) {
      const found = agent.greenhouse(house)
      if (!found.ok) return found
      const stored = await documents.get(idOf(house))
      if (stored === undefined) return err(fault('DOCUMENT_UNKNOWN', { id: idOf(house) }))
      return ok({ rev: stored.rev, body: found.value.document() })
    },
    async putDocument(house, rev, body, who) {
      const found = agent.greenhouse(house)
      const retired = agent.retirement(idOf(house))
      if (!found.ok) return found
      if (retired !== undefined) return err(retired)
      const { faults, house: sound } = greenhouseFaults(body, parts.devices)
      const [problem] = faults
      if (problem !== undefined || sound === undefined)
        return err(problem === undefined ? fault('HTTP_FAILED') : asCalledThere(problem, body))
      const written = await documents.putAll([{ id: idOf(house), body: { ...sound }, rev }], who)
      if (!written.ok)
        return err(written.error.code === 'DOCUMENT_CONFLICT' ? fault('DOCUMENT_CHANGED') : written.error)
      const stored = await documents.get(idOf(house))
      return stored === undefined ? err(fault('DOCUMENT_UNKNOWN', { id: idOf(house) })) : ok(stored.rev)
    },
    check(house, body) {
      const found = agent.greenhouse(house)
      if (!found.ok) return found
      const { faults, house: sound } = greenhouseFaults(body, parts.devices)
      if (sound === undefined || faults.length > 0)
        return ok({
          problems: faults.map((problem) => panelProblem(asCalledThere(problem, body))),
          warnings: [],
          plan: [],
        })
      const plan = planOf(sound, clock.now(), PLAN_HOURS)
      return ok({
        problems: [],
        warnings: greenhouseDoubts(sound, silentSensors(found.value.state(), now())).map(panelProblem),
        plan: plan.map(({ program, zone, at, minutes, litres }) => ({ program, zone, at, minutes, litres })),
      })
    },
    history(query) {
      const { device, channel } = query
      const found = history.series(query)
      if (found === undefined) return err(fault('HISTORY_UNKNOWN', { device, channel }))
      return ok({ unit: parts.shape(device, channel).unit, ...found })
    },
    use(house, { by, from, to }) {
      const found = agent.greenhouse(house)
      if (!found.ok) return found
      const { zones, fertiliser } = found.value.document()
      const [first, last] = [history.dayOf(from), history.dayOf(to - 1)]
      const periods = periodsOf(first, last, by)
      const usedOf = (channel: string) => {
        const sums = new Map(periods.map((period) => [period, 0]))
        for (const [day, amount] of history.used(house, channel, first, last)) {
          const period = periodOf(day, by, first)
          sums.set(period, (sums.get(period) ?? 0) + amount)
        }
        return [...sums.values()].map((sum) => Math.round(sum * 10) / 10)
      }
      return ok({
        by,
        from: periods.map(dateOf),
        zones: zones.map(({ id }) => ({ zone: id, litres: usedOf(`water/${id}`) })),
        channels: (fertiliser?.channels ?? []).map(({ id }) => ({
          channel: id,
          mL: usedOf(`fertiliser/${id}`),
        })),
      })
    },
    async conflicts() {
      const open = await documents.conflicts()
      return open.map(
        ({ id, of, at, edit, lost }): PanelConflict => ({
          ...{ id, of, lost },
          at: edit?.at ?? at,
          by: edit?.by ?? null,
          side: edit?.side ?? null,
        }),
      )
    },
    restore: documents.restore,
    dismiss: documents.dismiss,
  }
}

function keyOf({ device, output }: { readonly device: string; readonly output: string }): string {
  return `${device}/${output}`
}

function panelProblem(problem: Fault): PanelProblem {
  const { at } = problem.details
  return { ...atHome(problem), ...(typeof at === 'string' ? { at } : {}) }
}
