import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { type EdgeId, edgeId, type SiteId, siteId } from '../../../core/ids.ts'
import { memoryDocuments } from '../../../core/memory-documents.ts'
import { integer, type Random } from '../../../core/random.ts'
import type { Result } from '../../../core/result.ts'
import { shapeLookup } from '../../../edge/point-shapes.ts'
import { createBoard } from './board.ts'
import { type Chronicle, createChronicle } from './chronicle.ts'
import { DEFINITIONS, stationOf } from './devices.ts'
import { createEquipment, type Equipment, type Watch } from './equipment.ts'
import { createHubHouse, type HubHouse } from './hub-house.ts'
import { createLines, type Lines } from './lines.ts'
import { createNode, type Node } from './node.ts'
import type { NodeLife } from './node-life.ts'
import { createOutputWatch, type OutputWatch } from './output-watch.ts'
import type { Plants } from './plants.ts'
import { createRiver, type River } from './river.ts'
import { createTrace, type Trace } from './trace.ts'

export const START = Date.UTC(2026, 9, 1, 3)
const MEMORY_DISK = '/dev/shm'
const MEGABYTE = 1024 * 1024
/** What a crystal of a small computer is off by, at worst. */
const DRIFT_PPM_MAX = 200
/** Some poles have a card so small that weeks in the dark do not fit it. */
const SMALL_EVERY = 5
const SMALL_BYTES = 128 * 1024

export interface SeasonOptions {
  readonly seed: number
  readonly days: number
  readonly nodes: number
  readonly plants: Plants
}

/** One identity: a pole with its equipment, what it has produced, and the machines that live under it. */
export interface Pole {
  readonly id: EdgeId
  readonly river: River
  readonly equipment: Equipment
  readonly chronicle: Chronicle
  readonly outputs: OutputWatch
  readonly node: Node
  /** A second machine from a copy of the disk, with equipment of its own. */
  twin: Node | undefined
  /** Of its disk, each with a machine of its own for a while. */
  readonly copies: Copy[]
  clonedAt: number | undefined
  /** When the hub had it in quarantine. */
  noticedAt: number | undefined
  /** When the hub's certificate authority stops vouching for it; undefined for never in this season. */
  certificateEnds: number | undefined
  readonly outboxBytes: number
  /** Its card is one of the small ones. */
  readonly small: boolean
  /** When a machine of it last had trouble with its database. */
  faultyAt: number
  /** Until when the line is somebody's who does something to it. */
  lineBusyUntil: number
}

/** What of a disk was durable at the time is on the copy, too. */
export interface Copy {
  readonly disk: string
  readonly at: number
}

export type LineHandler = (edge: EdgeId, life: NodeLife) => void

export interface Season {
  readonly options: SeasonOptions
  readonly world: FakeClock
  readonly random: Random
  readonly lines: Lines
  readonly poles: readonly Pole[]
  readonly hub: HubHouse
  readonly trace: Trace
  readonly folder: string
  /** A machine under a pole's identity; it is off. */
  machine(pole: Pole, name: string): Node
  /** Told when a machine's line has come up. */
  onLine(handler: LineHandler): void
  close(): void
}

export function createSeason(options: SeasonOptions): Season {
  const { seed, days, plants } = options
  const random = seededRandom(seed)
  const world = fakeClock(START)
  const folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'tram-season-'))
  const lines = createLines(world, random)
  const site = must(siteId('quang-tri'))
  const trace = createTrace(world)
  const edges = Array.from({ length: options.nodes }, (_, index) =>
    must(edgeId(`node-${String(index + 1).padStart(2, '0')}`)),
  )
  const hub = createHubHouse({ site, edges, world, random, lines, folder, trace, plants })
  const onLine: LineHandler[] = []
  const ground = { site, world, random, lines, folder, trace, plants, onLine }
  const poles = edges.map((id, index): Pole => {
    const river = createRiver(random, START, days)
    const outputs = createOutputWatch(world)
    const equipment = equip(ground, id, river, outputs)
    const small = index % SMALL_EVERY === SMALL_EVERY - 1
    const pole: Omit<Pole, 'node'> = {
      ...{ id, river, equipment, outputs, lineBusyUntil: 0, faultyAt: 0, certificateEnds: undefined },
      ...{ twin: undefined, copies: [], clonedAt: undefined, noticedAt: undefined },
      chronicle: createChronicle(() => world.now(), shapeLookup(DEFINITIONS)),
      ...{ small, outboxBytes: small ? SMALL_BYTES : 8 * MEGABYTE },
    }
    const whole: Pole = Object.assign(pole, { node: assemble(ground, pole, id, equipment) })
    whole.node.boot()
    return whole
  })
  return {
    ...{ options, world, random, lines, poles, hub, trace, folder },
    machine: (pole, name) =>
      assemble(ground, pole, name, equip(ground, pole.id, pole.river, pole.outputs.twin())),
    onLine: (handler) => void onLine.push(handler),
    close() {
      for (const { node, twin } of poles) {
        node.remove()
        twin?.remove()
      }
      hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What all poles stand on. */
interface Ground {
  readonly site: SiteId
  readonly world: FakeClock
  readonly random: Random
  readonly lines: Lines
  readonly folder: string
  readonly trace: Trace
  readonly plants: Plants
  readonly onLine: readonly LineHandler[]
}

function equip({ world, random, trace }: Ground, id: string, river: River, outputs: OutputWatch): Equipment {
  const watch: Watch = {
    asked: outputs.asked,
    changed(change) {
      outputs.changed(change)
      trace.note(id, `${change.device}/${change.output} ${change.before} -> ${change.value}`)
    },
  }
  return createEquipment({ world, random, river, watch })
}

function assemble(ground: Ground, pole: Omit<Pole, 'node'>, name: string, equipment: Equipment): Node {
  const { site, world, random, lines, trace } = ground
  const machine: Node = createNode(
    {
      ...{ world, site, edge: pole.id, name, station: stationOf(pole.id), equipment, random, lines },
      ...{ chronicle: pole.chronicle, outboxBytes: pole.outboxBytes, documents: memoryDocuments() },
      board: createBoard(world, (2 * random.next() - 1) * DRIFT_PPM_MAX),
      admit: admission(pole, world),
      faulty(what) {
        pole.faultyAt = world.now()
        trace.note(pole.id, what)
      },
      connected() {
        const life = machine.life()
        if (life !== undefined) for (const handler of ground.onLine) handler(pole.id, life)
      },
      clockWrap: ground.plants.clock,
      alarmWrap: ground.plants.alarm,
    },
    ground.folder,
    {
      died(node) {
        const down = integer(random, 5, 600) * 1000
        trace.note(pole.id, `${name} ended in a transaction, off for ${down / 1000} s`)
        world.after(down, () => node.boot())
      },
    },
  )
  return machine
}

/** The hub refuses a certificate that has ended; the node then shows its key, which does not end. */
function admission(pole: Pick<Pole, 'certificateEnds'>, world: FakeClock): () => boolean {
  let refused = false
  return () => {
    if (pole.certificateEnds === undefined || world.now() < pole.certificateEnds) return true
    const byKey = refused
    refused = !refused
    return byKey
  }
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
