import type { Clock, Mono } from '../../../core/clock.ts'
import { fault } from '../../../core/errors.ts'
import type { DriverSink } from '../driver.ts'
import type { NamedChorus } from './choruses.ts'
import type { Gear } from './gear.ts'
import type { GearKnowledge, TellProgress } from './gear-knowledge.ts'
import { askGear } from './gear-word.ts'
import type { DaliLine } from './line.ts'
import type { Work } from './line-loop.ts'
import { type Remembered, recall } from './memory.ts'
import { nextTelling } from './send-plan.ts'
import type { Setting } from './settings.ts'
import { settled } from './settle.ts'

/** After the fade, before a gear is asked whether it has arrived. */
const SETTLING_MS = 200
/** Tellings that the wire failed on before the agent hears of it; they stay wanted. */
const WIRE_TRIES = 3

/** A gear that answers, and leaves a setting open so often, does not know it. */
const SETTLE_TRIES = 3

interface GearMemory {
  readonly gear: Gear
  readonly item: Remembered
}

/** What is to be done on a line, the most urgent first: tell levels, see whether they were taken, keep settings, ask around. */
export function createLineWork(parts: {
  readonly gears: readonly Gear[]
  readonly choruses: readonly NamedChorus[]
  readonly fadeMs: number
  readonly line: DaliLine
  readonly wall: Clock
  readonly sink: DriverSink
  readonly knowledge: GearKnowledge
  readonly progress: TellProgress
}): { next(now: Mono): Work | undefined; dueAt(): number } {
  const { gears, choruses, fadeMs, line, wall, sink, knowledge, progress } = parts

  const tell = (): Work | undefined => {
    const sound = choruses.filter(({ name }) => gears.every((gear) => gear.silent || gear.kept.has(name)))
    const telling = nextTelling(
      gears.map(({ address, wanted }) => ({
        address,
        arc: wanted?.arc,
        pending: wanted?.stage === 'pending',
        urgent: wanted?.stage === 'pending' && wanted.urgent,
      })),
      sound,
    )
    if (telling === undefined) return undefined
    const told = gears.flatMap((gear) =>
      gear.wanted !== undefined && telling.addresses.includes(gear.address)
        ? [{ gear, wanted: gear.wanted }]
        : [],
    )
    return async () => {
      // What it held is no word of what it holds now, even where the frame seems not to have left.
      for (const { gear } of told) gear.level = undefined
      const sent = await line.send(telling.forward)
      for (const { gear, wanted } of told) {
        if (gear.wanted !== wanted) continue
        if (!sent.ok) {
          wanted.lost++
          if (wanted.lost === WIRE_TRIES) progress(gear, wanted, 'failed', sent.error)
          continue
        }
        wanted.tries++
        wanted.stage = 'told'
        wanted.checkAt = (wall.monotonic() + fadeMs + SETTLING_MS) as Mono
        progress(gear, wanted, 'sent')
      }
      return sent.ok ? undefined : sent.error
    }
  }
  const ask =
    (gear: Gear): Work =>
    async () => {
      const word = await askGear(line, gear.address)
      if (!word.ok) return word.error
      knowledge.take(gear, word.value)
      return undefined
    }
  const settle =
    (gear: Gear, setting: Setting): Work =>
    async () => {
      const done = await settled(line, setting)
      if (!done.ok) return done.error
      // It left in between, or noise came over it: once it has been heard again, it is seen to again.
      if (done.value === 'gone' && ++gear.unsettledTries < SETTLE_TRIES) {
        gear.answering = false
        return undefined
      }
      gear.unsettled = gear.unsettled.filter((other) => other !== setting)
      gear.unsettledTries = 0
      if (done.value === 'kept') {
        gear.kept.add(setting.name)
        return undefined
      }
      const { name, wanted } = setting
      const details = {
        device: gear.id,
        setting: name,
        wanted,
        actual: done.value === 'gone' ? '?' : done.value,
      }
      sink.refused(fault('DALI_SETTING_REFUSED', details), gear.id)
      return undefined
    }
  const remember =
    ({ gear, item }: GearMemory): Work =>
    async () => {
      const found = await recall(line, gear.address, item)
      if (!found.ok) return found.error
      knowledge.remember(gear, item, found.value)
      return undefined
    }

  return {
    next(now) {
      const telling = tell()
      if (telling !== undefined) return telling
      const due = gears.filter((gear) => dueAt(gear) <= now).toSorted((a, b) => dueAt(a) - dueAt(b))
      const told = due.find(({ wanted }) => wanted?.stage === 'told')
      if (told !== undefined) return ask(told)
      const unsettled = gears.find(({ unsettled, answering }) => unsettled.length > 0 && answering)
      const [setting] = unsettled?.unsettled ?? []
      if (unsettled !== undefined && setting !== undefined) return settle(unsettled, setting)
      const [longest] = due
      if (longest !== undefined) return ask(longest)
      const memory = nextMemory(gears, now)
      return memory === undefined ? undefined : remember(memory)
    },
    dueAt: () => Math.min(...memories(gears).map(({ item }) => item.dueAt), ...gears.map(dueAt)),
  }
}

/** What may be read from the memories of gears that answer. */
function memories(gears: readonly Gear[]): readonly GearMemory[] {
  return gears
    .filter(({ answering }) => answering)
    .flatMap((gear) => gear.memory.map((item) => ({ gear, item })))
}

/** The most overdue by its own turns, so that a line too slow for all still reads what is measured more often. */
function nextMemory(gears: readonly Gear[], now: Mono): GearMemory | undefined {
  const overdue = ({ item: { dueAt, turns } }: GearMemory) => (now - dueAt) / turns
  return memories(gears)
    .filter(({ item }) => item.dueAt <= now)
    .toSorted((a, b) => overdue(b) - overdue(a) || a.item.turns - b.item.turns)[0]
}

/** When a gear has to be asked. */
function dueAt({ wanted, askAt }: Gear): number {
  return wanted?.stage === 'told' ? wanted.checkAt : askAt
}
