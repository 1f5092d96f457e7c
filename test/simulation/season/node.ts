import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Spoil } from './damage.ts'
import { bootNode, type NodeBody, type NodeLife } from './node-life.ts'

export type Machine = Omit<NodeBody, 'disk'>

/** A machine at a pole: one disk, one process at a time, whatever happens to either. */
export interface Node {
  readonly body: Machine
  /** The life that runs; undefined while it is off. */
  life(): NodeLife | undefined
  boot(): void
  /** Ends the process now, wherever it is; it stays off until `boot`. */
  kill(): void
  /** True while nothing that was durable waits to be told. */
  told(): boolean
  /** Where its disk lies. */
  folder(): string
  /** Names the disk in it; a replaced one has another name. */
  disk(): string
  /** A technician takes the disk out, of a node that is off, and puts an empty one in. */
  replaceDisk(): void
  /** Disks that were taken out. */
  readonly retired: ReadonlySet<string>
  /** The cable to the network, which outlives processes. */
  wire(whole: boolean): void
  /** Pages of its databases that were spoiled, with the epoch: what cannot be read is then a number with a reason. */
  readonly spoils: (Spoil & { readonly epoch: string | undefined })[]
  remove(): void
}

export interface NodeEvents {
  /** The process ended by itself, in a transaction; it is to be booted again some time. */
  readonly died: (node: Node) => void
}

export function createNode(body: Machine, root: string, events: NodeEvents): Node {
  let lives = 0
  let disks = 0
  const retired = new Set<string>()
  let wired = true
  let removed = false
  let running: NodeLife | undefined
  const folder = () => join(root, `${body.name}-${lives}`)
  const disk = () => `${body.name}/${disks}`
  const kill = () => {
    const life = running
    if (life === undefined) return
    running = undefined
    lives++
    life.end(folder())
    life.seat.vanish(VANISHED_MS)
  }
  const node: Node = {
    body,
    life: () => running,
    boot() {
      if (running !== undefined || removed) return
      const life = bootNode({ ...body, disk: disk() }, folder(), `${body.name}-b${lives}`, () => {
        if (running !== life) return
        kill()
        events.died(node)
      })
      running = life
      if (!wired) life.seat.cut()
    },
    kill,
    told() {
      if (running === undefined) return false
      const { lanes, queued, former, fault } = running.outbox.ledger()
      const waiting = lanes
        .filter(({ lane }) => lane !== 'state')
        .reduce((sum, { stored }) => sum + stored, 0)
      return fault === undefined && waiting + queued.alarms + queued.readings + former.frames === 0
    },
    folder,
    disk,
    retired,
    replaceDisk() {
      if (running !== undefined) throw new Error(`${body.name} is on`)
      rmSync(folder(), { recursive: true, force: true })
      retired.add(disk())
      disks++
    },
    wire(whole) {
      wired = whole
      if (whole) running?.seat.restore()
      else running?.seat.cut()
    },
    spoils: [],
    remove() {
      removed = true
      kill()
      rmSync(folder(), { recursive: true, force: true })
    },
  }
  return node
}

/** A broker notices a dead peer after one and a half keepalives. */
const VANISHED_MS = 90_000
