import { type Cancel, type Clock, every } from '../../core/clock.ts'
import type { Broker } from '../../core/ports/broker.ts'

/** A virtual Tasmota device on the node's broker: telemetry in its rhythm, changes at once, commands carried out. */
export interface TasmotaSensor {
  start(): void
  /** Loses power. Idempotent. */
  stop(): Promise<void>
  /** Something has changed: says so at once, as SetOption114 does. */
  changed(): void
}

export interface TasmotaOptions {
  readonly broker: Broker
  /** FullTopic is `%topic%/%prefix%/`. */
  readonly topic: string
  readonly clock: Clock
  /** TelePeriod. */
  readonly every_s: number
  /** What stands in tele/SENSOR beside the time. */
  sensor(): Readonly<Record<string, unknown>>
  /** What stands in stat/RESULT on a change; undefined for a sensor that tells none. */
  result?(): Readonly<Record<string, unknown>>
  /** A relay: its state, and what it is told. */
  readonly relay?: { on(): boolean; drive(on: boolean): void }
}

export function createTasmotaSensor(options: TasmotaOptions): TasmotaSensor {
  const { broker, topic, clock, relay } = options
  let cancels: readonly Cancel[] = []
  let cancelPulse: Cancel = () => {}
  let pulse = 0

  const say = (below: string, message: Readonly<Record<string, unknown>>) =>
    void broker.publish(`${topic}/${below}`, new TextEncoder().encode(JSON.stringify(message)))
  const time = () => ({ Time: new Date(clock.now()).toISOString().slice(0, 19) })
  const state = () => ({ POWER: relay?.on() === true ? 'ON' : 'OFF' })
  const telemetry = () => {
    if (relay !== undefined) say('tele/STATE', { ...time(), ...state() })
    say('tele/SENSOR', { ...time(), ...options.sensor() })
  }
  const drive = (on: boolean) => {
    cancelPulse()
    relay?.drive(on)
    if (on && pulse > 0) cancelPulse = clock.after(pulse_ms(pulse), () => drive(false))
    say('stat/RESULT', state())
  }
  const commanded = (below: string, payload: Uint8Array) => {
    const words = new TextDecoder().decode(payload).trim().toUpperCase()
    if (relay === undefined) return
    if (below === 'cmnd/POWER' && (words === 'ON' || words === 'OFF')) return drive(words === 'ON')
    if (below === 'cmnd/PulseTime1' && /^\d{1,5}$/.test(words)) {
      pulse = Number(words)
      say('stat/RESULT', { PulseTime1: { Set: pulse, Remaining: 0 } })
    }
  }

  return {
    start() {
      if (cancels.length > 0) return
      const prefix = `${topic}/`
      cancels = [
        broker.subscribe(`${topic}/cmnd/#`, (full, payload) => commanded(full.slice(prefix.length), payload)),
        broker.onState((now) => {
          if (now === 'online') telemetry()
        }),
        every(clock, options.every_s * 1_000, telemetry),
      ]
      if (broker.state() === 'online') telemetry()
    },
    async stop() {
      for (const cancel of cancels) cancel()
      cancels = []
      cancelPulse()
      await broker.close()
    },
    changed() {
      const result = options.result?.()
      if (result !== undefined) say('stat/RESULT', result)
    },
  }
}

/** Tenths of a second up to 111, then whole seconds above 100. */
function pulse_ms(pulse: number): number {
  return pulse <= 111 ? pulse * 100 : (pulse - 100) * 1_000
}
