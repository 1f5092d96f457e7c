import type { Cancel, Clock } from '../../../core/clock.ts'
import { fault } from '../../../core/errors.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { integer, type Random } from '../../../core/random.ts'
import { err, ok } from '../../../core/result.ts'
import type { OutputRequest } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../../../edge/drivers/driver.ts'
import { DEFINITIONS, distanceOf, HIGH_EVERY_S, HIGH_M, LEVEL, LEVEL_EVERY_S } from './devices.ts'
import { mortally } from './power-cut.ts'
import type { River } from './river.ts'

/** What stands on the pole: it lives on true time, whoever talks to it, and outlives every process. */
export interface Equipment {
  /** A driver for one life of the node; `died` when the process ends in what it is told. */
  driver(life: { readonly clock: Clock; readonly sink: DriverSink; died(): void }): Driver & { end(): void }
  ail(ailment: Ailment): void
  /** What an output truly does. */
  value(device: string, output: string): number
  sensor(): Ailment
  stop(): void
}

export type Ailment = 'well' | 'stuck' | 'silent' | 'babbling'

/** Told at the true time. */
export interface Watch {
  /** A node asks for it. */
  asked(device: string, request: OutputRequest): void
  /** An output truly does something else than before. */
  changed(change: {
    readonly device: string
    readonly output: string
    readonly value: number
    readonly before: number
  }): void
}

interface Actuator {
  value: number
  /** Falls back to rest by itself. */
  timeout: Cancel
}

const BABBLE = 100
const RADIO_MS = { least: 500, most: 4_000 } as const
const DOWNLINK_LOSS = 0.02

export function createEquipment(parts: {
  readonly world: Clock
  readonly random: Random
  readonly river: River
  readonly watch: Watch
}): Equipment {
  const { world, random, river, watch } = parts
  const actuators = new Map<string, Actuator>()
  const sinks = new Set<{ readonly clock: Clock; readonly sink: DriverSink; died(): void }>()
  let ailment: Ailment = 'well'
  let stuckAt = 0
  let battery = 100
  let stopped = false

  const measure = (count: number) => {
    if (stopped) return
    const babbles = ailment === 'babbling'
    world.after((HIGH_EVERY_S * 1000) / (babbles ? BABBLE : 1), () => measure(count + 1))
    const stage_m = ailment === 'stuck' ? stuckAt : river.stage(world.now())
    const due = babbles || stage_m >= HIGH_M || count % (LEVEL_EVERY_S / HIGH_EVERY_S) === 0
    if (due && ailment !== 'silent') report(stage_m)
  }
  const report = (stage_m: number) => {
    battery = Math.max(5, battery - 0.001)
    const distance = Math.round(distanceOf(stage_m) * 1000) / 1000
    for (const { clock, sink, died } of [...sinks])
      mortally(() => {
        const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
        const telemetry = { distance, battery: Math.round(battery) }
        sink.telemetry({ device: idOf(LEVEL), time, telemetry, failed: {} })
      }, died)
  }
  world.after(integer(random, 1, HIGH_EVERY_S) * 1000, () => measure(0))

  const apply = (device: string, { output, value, forS }: OutputRequest) => {
    const key = `${device}/${output}`
    const actuator = actuators.get(key) ?? { value: 0, timeout: () => {} }
    actuators.set(key, actuator)
    actuator.timeout()
    const become = (next: number) => {
      if (next === actuator.value) return
      const before = actuator.value
      actuator.value = next
      watch.changed({ device, output, value: next, before })
    }
    if (forS !== undefined && value !== 0) actuator.timeout = world.after(forS * 1000, () => become(0))
    become(value)
  }

  return {
    driver(life) {
      sinks.add(life)
      let ended = false
      const tell = (device: DeviceId, requests: readonly OutputRequest[], stage: 'confirmed' | 'failed') => {
        const { clock, sink } = life
        const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
        mortally(() => sink.output({ device, requests, stage, time }), life.died)
      }
      return {
        name: 'pole',
        start: () => Promise.resolve(),
        stop() {
          this.end()
          return Promise.resolve()
        },
        end() {
          ended = true
          sinks.delete(life)
        },
        drive(device, requests) {
          const outputs = DEFINITIONS.get(device)?.outputs ?? {}
          const unknown = requests.find(({ output }) => !Object.hasOwn(outputs, output))
          if (unknown !== undefined)
            return err(fault('ACTION_UNSUPPORTED', { model: device, output: unknown.output }))
          for (const request of requests) watch.asked(device, request)
          world.after(integer(random, RADIO_MS.least, RADIO_MS.most), () => {
            if (ended) return
            const heard = random.next() >= DOWNLINK_LOSS
            if (heard) for (const request of requests) apply(device, request)
            world.after(RADIO_MS.least, () => {
              if (!ended) tell(device, requests, heard ? 'confirmed' : 'failed')
            })
          })
          return ok(undefined)
        },
      }
    },
    ail(next) {
      if (next === 'stuck') stuckAt = river.stage(world.now())
      ailment = next
    },
    value: (device, output) => actuators.get(`${device}/${output}`)?.value ?? 0,
    sensor: () => ailment,
    stop() {
      stopped = true
    },
  }
}

function idOf(text: string): DeviceId {
  const parsed = deviceId(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}
