import { join } from 'node:path'
import { integer } from '../../../core/random.ts'
import { spoilPage } from './damage.ts'
import { FAULT_KINDS, FAULTS, type FaultEntry, type FaultKind } from './faults.ts'
import { FAIR, type Weather } from './lines.ts'
import type { Ending, Fate } from './mortal-store.ts'
import type { Node } from './node.ts'
import { copyDisk } from './node-life.ts'
import { type Pole, type Season, START } from './season.ts'

/** Injects every kind of fault at times that the seed decides, alone and on top of each other, and counts them. */
export interface Troubles {
  readonly counts: Readonly<Record<FaultKind, number>>
  /** Faults that the season does not begin any more; those under way are brought to their end. */
  end(): void
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** What rates are given for. */
const NODES_OF_RATES = 20
/** So often one fault brings a second one to the same place within a minute. */
const TOGETHER = 0.25
/** Faults begin in this part of the season; the rest is for what they leave behind. */
const BEGIN = 0.01
const FINISH = 0.93

interface Scene {
  readonly season: Season
  /** Runs once the fault has passed, and at the latest when the season ends. */
  later(ms: number, work: () => void): void
}

export function createTroubles(season: Season): Troubles {
  const { random, world, options } = season
  const counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]))
  const pending = new Set<() => void>()
  let ended = false
  const later = (ms: number, work: () => void) => {
    const once = () => {
      if (pending.delete(once)) work()
    }
    pending.add(once)
    world.after(ms, once)
  }
  const scene: Scene = { season, later }
  const strike = (kind: FaultKind, pole: Pole) => {
    if (ended) return
    if (!ACTS[kind](scene, pole)) return
    counts[kind] = (counts[kind] ?? 0) + 1
    season.trace.note(FAULTS[kind].where === 'hub' ? 'hub' : pole.id, `fault: ${kind}`)
  }
  const somePole = (): Pole => {
    const pole = season.poles[integer(random, 0, season.poles.length - 1)]
    if (pole === undefined) throw new Error('a season without nodes')
    return pole
  }
  const long = options.days * DAY_MS
  for (const kind of FAULT_KINDS) {
    const { perMonth, where, beginsUntil = FINISH }: FaultEntry = FAULTS[kind]
    const places = where === 'hub' ? 1 : options.nodes / NODES_OF_RATES
    const times = Math.max(1, Math.round((perMonth * places * options.days) / 30))
    for (let count = 0; count < times; count++) {
      const at = (BEGIN + random.next() * (beginsUntil - BEGIN)) * long
      const pole = somePole()
      world.after(at, () => strike(kind, pole))
      if (random.next() >= TOGETHER) continue
      const other = FAULT_KINDS[integer(random, 0, FAULT_KINDS.length - 1)]
      if (other !== undefined) world.after(at + random.next() * MINUTE_MS, () => strike(other, pole))
    }
  }
  return {
    get counts() {
      return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, counts[kind] ?? 0])) as Record<
        FaultKind,
        number
      >
    },
    end() {
      ended = true
      for (const one of [...pending]) one()
    },
  }
}

/** Each returns whether it came to pass: a dead node cannot be killed. */
const ACTS: Readonly<Record<FaultKind, (scene: Scene, pole: Pole) => boolean>> = {
  'bad-weather': (scene, pole) =>
    weather(scene, pole, 6 * HOUR_MS, { loss: 0.15, duplication: 0.1, jitterMs: 20_000, copies: 1 }),
  dark,
  'small-card-dark': smallCardDark,
  'half-open'({ season }, pole) {
    const seat = pole.node.life()?.seat
    if (seat?.state() !== 'online' || busy(season, pole)) return false
    seat.halfOpen()
    return true
  },
  'broker-restart'({ season }) {
    if (!season.lines.up()) return false
    season.lines.restart(integer(season.random, 1, 120) * 1000)
    return true
  },
  'hub-before-commit': ({ season }) => hubEnds(season, 'before-commit'),
  'hub-after-commit': ({ season }) => hubEnds(season, 'after-commit'),
  'hub-torn': ({ season }) => hubEnds(season, 'torn'),
  'hub-restored'(scene) {
    const { hub, random } = scene.season
    if (hub.life() === undefined) return false
    hub.backUp()
    scene.later(integer(random, 1, 36) * HOUR_MS, () => void hub.restore())
    return true
  },
  'hub-slow'(scene) {
    const seat = scene.season.hub.life()?.seat
    if (seat === undefined) return false
    seat.setWeather({ ...FAIR, jitterMs: 45_000 })
    scene.later(integer(scene.season.random, 10, 120) * MINUTE_MS, () => seat.setWeather(FAIR))
    return true
  },
  'hub-disk-full': (scene) => fillDisk(scene, scene.season.hub.life()?.fate),
  'retry-storm'(scene) {
    const { season } = scene
    if (!season.lines.up()) return false
    const seats = season.poles.flatMap(({ node }) => node.life()?.seat ?? [])
    for (const seat of seats) seat.setWeather({ ...FAIR, copies: 3, jitterMs: 2_000 })
    season.lines.restart(1_000)
    scene.later(30 * MINUTE_MS, () => {
      for (const seat of seats) seat.setWeather(FAIR)
    })
    return true
  },
  'edge-killed'(scene, pole) {
    if (pole.node.life() === undefined) return false
    pole.node.kill()
    off(scene, pole.node)
    return true
  },
  'edge-mid-transaction': (_scene, pole) => nodeEnds(pole, 'before-commit'),
  'edge-after-commit': (_scene, pole) => nodeEnds(pole, 'after-commit'),
  'edge-torn': (_scene, pole) => nodeEnds(pole, 'torn'),
  'disk-full': (scene, pole) => fillDisk(scene, pole.node.life()?.fate),
  'page-spoiled-up'({ season }, pole) {
    if (pole.node.life() === undefined) return false
    return spoil(season, pole)
  },
  'page-spoiled-down'(scene, pole) {
    if (pole.node.life() === undefined) return false
    pole.node.kill()
    const spoiled = spoil(scene.season, pole)
    off(scene, pole.node)
    return spoiled
  },
  'disk-replaced'(scene, pole) {
    if (pole.node.life() === undefined || pole.twin !== undefined) return false
    pole.node.kill()
    pole.node.replaceDisk()
    off(scene, pole.node)
    return true
  },
  'disk-cloned': clone,
  'clock-1970': (scene, pole) => lostClock(scene, pole, () => 0),
  'clock-ahead': (scene, pole) => lostClock(scene, pole, (now) => now + 400 * DAY_MS),
  'clock-steps'({ season, later }, pole) {
    const { machine } = pole.node.body.board
    machine.synchronize('no')
    const { random } = season
    machine.stepWall((random.next() < 0.5 ? -1 : 1) * integer(random, 1, 72 * 60) * MINUTE_MS)
    later(integer(random, 1, 48) * HOUR_MS, () => machine.synchronize('truly'))
    return true
  },
  'clock-drifts'({ season, later }, pole) {
    const { machine } = pole.node.body.board
    machine.synchronize('no')
    later(integer(season.random, 24, 240) * HOUR_MS, () => machine.synchronize('truly'))
    return true
  },
  'certificate-expired'(scene, pole) {
    if (pole.certificateEnds !== undefined || !dark(scene, pole)) return false
    pole.certificateEnds = scene.season.world.now() + MINUTE_MS
    return true
  },
  'sensor-stuck': (scene, pole) => ail(scene, pole, 'stuck', 24),
  'sensor-silent': (scene, pole) => ail(scene, pole, 'silent', 24),
  'sensor-babbling': (scene, pole) => ail(scene, pole, 'babbling', 2),
}

/** Somebody else already does something to this line. */
function busy({ world }: Season, pole: Pole): boolean {
  return pole.lineBusyUntil > world.now()
}

function weather(scene: Scene, pole: Pole, most_ms: number, worst: Weather): boolean {
  const { season, later } = scene
  const seat = pole.node.life()?.seat
  if (seat === undefined || busy(season, pole)) return false
  const for_ms = integer(season.random, 5 * MINUTE_MS, most_ms)
  pole.lineBusyUntil = season.world.now() + for_ms
  seat.setWeather(worst)
  later(for_ms, () => {
    seat.setWeather(FAIR)
    pole.lineBusyUntil = 0
  })
  return true
}

/** Hours mostly, and now and then much of the season. */
function dark(scene: Scene, pole: Pole): boolean {
  const { random, options } = scene.season
  if (busy(scene.season, pole)) return false
  const longest = random.next() < 0.15 ? options.days * DAY_MS * 0.6 : 2 * DAY_MS
  return cutOff(scene, pole, random.next() * longest)
}

/** At most until the faults end. */
function cutOff({ season, later }: Scene, pole: Pole, wish_ms: number): boolean {
  const { world, options } = season
  const left = START + options.days * DAY_MS * FINISH - world.now()
  const for_ms = Math.max(HOUR_MS, Math.min(left, wish_ms))
  pole.lineBusyUntil = world.now() + for_ms
  pole.node.wire(false)
  later(for_ms, () => {
    pole.node.wire(true)
    pole.lineBusyUntil = 0
  })
  return true
}

/** Whichever small card is on line. */
function smallCardDark(scene: Scene): boolean {
  const { season } = scene
  const { random, options, world } = season
  const long = options.days * DAY_MS
  const for_ms = (0.45 + 0.1 * random.next()) * long
  const pole = season.poles.find((one) => one.small && !busy(season, one))
  if (pole === undefined || world.now() + for_ms > START + FINISH * long) return false
  return cutOff(scene, pole, for_ms)
}

function off({ season, later }: Scene, node: Node): void {
  later(integer(season.random, 5, 3_600) * 1000, () => node.boot())
}

function hubEnds({ hub, world }: Season, how: Ending): boolean {
  const life = hub.life()
  if (life === undefined) return false
  life.fate.end(how, /hub/)
  // A hub to which nobody speaks ends all the same.
  world.after(6 * HOUR_MS, () => {
    if (hub.life() === life) hub.kill()
  })
  return true
}

function fillDisk({ season, later }: Scene, fate: Fate | undefined): boolean {
  if (fate === undefined) return false
  fate.full = true
  later(integer(season.random, 1, 60) * MINUTE_MS, () => {
    fate.full = false
  })
  return true
}

function nodeEnds(pole: Pole, how: Ending): boolean {
  const life = pole.node.life()
  if (life === undefined) return false
  life.fate.end(how, /outbox|commands|control/)
  return true
}

function spoil({ random, trace }: Season, pole: Pole): boolean {
  const { node, chronicle } = pole
  const spoiled = spoilPage(join(node.folder(), 'outbox.db'), random)
  if (spoiled === undefined) return false
  trace.note(pole.id, `page ${spoiled.page} of outbox.db is rubbish (${spoiled.table ?? 'of no table'})`)
  node.spoils.push({ ...spoiled, epoch: chronicle.epochOn(node.disk()) })
  return true
}

function ail(
  { season, later }: Scene,
  pole: Pole,
  how: 'stuck' | 'silent' | 'babbling',
  hours: number,
): boolean {
  const { equipment } = pole.node.body
  if (equipment.sensor() !== 'well') return false
  equipment.ail(how)
  later(integer(season.random, 30, hours * 60) * MINUTE_MS, () => equipment.ail('well'))
  return true
}

/**
 * A power cut empties the clock's battery, too: the wall clock starts anywhere, and nothing outside corrects it for
 * days. Where the node is cut off as well and ends again before it has heard the time, its rows stay without a date.
 */
function lostClock(scene: Scene, pole: Pole, wall: (now: number) => number): boolean {
  const { season, later } = scene
  if (pole.node.life() === undefined) return false
  const { machine } = pole.node.body.board
  pole.node.kill()
  machine.synchronize('no')
  machine.setWall(wall(season.world.now()))
  if (season.random.next() < 0.5) dark(scene, pole)
  off(scene, pole.node)
  later(integer(season.random, 2, 12) * HOUR_MS, () => {
    pole.node.kill()
    off(scene, pole.node)
  })
  later(integer(season.random, 6, 72) * HOUR_MS, () => machine.synchronize('truly'))
  return true
}

/** Somebody copies the card and lets both run, for hours; then the copy is found, told of all that it has, and ended. */
function clone({ season, later }: Scene, pole: Pole): boolean {
  const { random, world, folder, trace } = season
  if (pole.node.life() === undefined || pole.twin !== undefined) return false
  pole.copies.push({ disk: pole.node.disk(), at: world.now() })
  const twin = season.machine(pole, `${pole.id}-copy${pole.copies.length}`)
  copyDisk(pole.node.folder(), twin.folder())
  pole.twin = twin
  pole.clonedAt = world.now()
  pole.noticedAt = undefined
  twin.boot()
  trace.note(pole.id, `copied into ${twin.folder().slice(folder.length + 1)}`)
  const found = () => {
    if (pole.twin !== twin) return
    if (!twin.told()) return void world.after(10 * MINUTE_MS, found)
    twin.remove()
    pole.twin = undefined
    trace.note(pole.id, 'the copy has told all and was ended')
  }
  later(integer(random, 3 * 60, 12 * 60) * MINUTE_MS, found)
  return true
}
