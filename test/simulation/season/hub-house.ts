import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import { FaultError } from '../../../core/errors.ts'
import type { SiteId } from '../../../core/ids.ts'
import { integer, type Random } from '../../../core/random.ts'
import { bootHub, HUB_FILE, type HubLife } from './hub-life.ts'
import type { Lines } from './lines.ts'
import { copyDisk } from './node-life.ts'
import type { Plants } from './plants.ts'
import { mortally } from './power-cut.ts'
import type { Trace } from './trace.ts'

/** Where the hub stands: one database, one process at a time, and a backup now and then. */
export interface HubHouse {
  /** Undefined while it is off. */
  life(): HubLife | undefined
  /** Runs what is asked of the hub from outside; the hub may end in it. */
  ask(work: (hub: HubLife) => void): void
  /** Ends it now; it comes back by itself. */
  kill(): void
  /** Keeps a copy of the database as it is now. */
  backUp(): void
  /** Puts the backup in the place of the database. False where there is none. */
  restore(): boolean
  /** Databases that a restore put aside, with the time at which the backup was made and that of the restore. */
  readonly abandoned: readonly Abandoned[]
  /** Commits and hellos since the start. */
  readonly counts: { commits: number; refused: Map<string, number> }
  /** True UTC of the newest commit with rows or words of an edge. */
  onCommit(handler: (edges: ReadonlySet<string>) => void): void
  close(): void
}

export interface Abandoned {
  readonly file: string
  readonly backedUpAt: number
  readonly restoredAt: number
}

export function createHubHouse(parts: {
  readonly site: SiteId
  readonly edges: readonly string[]
  readonly world: Clock
  readonly random: Random
  readonly lines: Lines
  readonly folder: string
  readonly trace: Trace
  readonly plants: Plants
}): HubHouse {
  const { world, random, lines, trace } = parts
  let lives = 0
  let running: HubLife | undefined
  let backup: { readonly folder: string; readonly at: number } | undefined
  const abandoned: Abandoned[] = []
  const counts = { commits: 0, refused: new Map<string, number>() }
  const handlers: ((edges: ReadonlySet<string>) => void)[] = []
  const folder = () => join(parts.folder, `hub-${lives}`)

  const boot = () => {
    if (running !== undefined) return
    const { site, edges, plants } = parts
    const life = bootHub(
      {
        ...{ site, edges, world, random, lines },
        storeWrap: plants.hubStore,
        refused: (code) => void counts.refused.set(code, (counts.refused.get(code) ?? 0) + 1),
        committed(changes) {
          counts.commits++
          for (const handler of handlers) handler(changes.edges)
        },
      },
      folder(),
      () => {
        if (running === life) end(integer(random, 5, 300) * 1000)
      },
    )
    running = life
  }
  /** The broker lives in the hub's process, mostly: then every connection breaks. */
  const end = (downMs: number) => {
    const life = running
    if (life === undefined) return
    running = undefined
    lives++
    life.end(folder())
    life.seat.vanish(0)
    trace.note('hub', `ended, off for ${downMs / 1000} s`)
    if (random.next() < 0.7) lines.restart(downMs)
    world.after(downMs, boot)
  }
  boot()
  return {
    ...{ abandoned, counts },
    life: () => running,
    ask(work) {
      const life = running
      if (life !== undefined)
        mortally(
          () => refusing(() => work(life)),
          () => end(integer(random, 5, 300) * 1000),
        )
    },
    kill: () => end(integer(random, 5, 300) * 1000),
    backUp() {
      const target = join(parts.folder, 'backup')
      rmSync(target, { recursive: true, force: true })
      copyDisk(folder(), target)
      backup = { folder: target, at: world.now() }
    },
    restore() {
      if (running === undefined || backup === undefined) return false
      end(integer(random, 60, 1_800) * 1000)
      const aside = join(parts.folder, `abandoned-${abandoned.length}`)
      renameSync(folder(), aside)
      mkdirSync(folder())
      for (const part of ['', '-wal']) {
        const from = join(backup.folder, HUB_FILE + part)
        if (existsSync(from)) copyFileSync(from, join(folder(), HUB_FILE + part))
      }
      abandoned.push({ file: join(aside, HUB_FILE), backedUpAt: backup.at, restoredAt: world.now() })
      backup = undefined
      return true
    },
    onCommit: (handler) => void handlers.push(handler),
    close() {
      running?.end(join(parts.folder, 'hub-end'))
      running = undefined
    },
  }
}

/** As the interface answers: whoever asks a hub whose disk takes nothing is told so. */
function refusing(work: () => void): void {
  try {
    work()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
  }
}
