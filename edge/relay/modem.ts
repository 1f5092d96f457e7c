import type { Cancel, Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { RegionName } from '../../core/lorawan/as923.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import { hex } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { createAtPort } from './at-port.ts'

/** A LoRaWAN modem with RAKwireless' RUI3 command set (RAK3172, RAK4630 and their kin), kept joined. */
export interface Modem {
  start(): void
  stop(): Promise<void>
  state(): ModemState
  /** How it heard the network last. */
  signal(): ModemSignal | undefined
  /** Resolves when it has left the antenna. Faults: MODEM_NOT_JOINED, MODEM_REFUSED, MODEM_SILENT, the line's. */
  send(fPort: number, bytes: Uint8Array): Promise<Result<void>>
  /** The network does not answer: join again. */
  rejoin(): void
  onReceived(handler: (fPort: number, bytes: Uint8Array) => void): Cancel
  onState(handler: (state: ModemState) => void): Cancel
  /** A request to join goes on the air. */
  onJoining(handler: () => void): Cancel
}

/** `unplugged`: no line, or nothing at its end that answers. */
export type ModemState = 'unplugged' | 'joining' | 'joined'

export interface ModemSignal {
  readonly rssi_dBm: number
  readonly snr_dB: number
}

export interface ModemOptions {
  readonly stream: ByteStream
  readonly clock: Clock
  readonly region: RegionName
  readonly class: 'A' | 'C'
  readonly dataRate: number
  readonly devEui: string
  readonly joinEui: string
  readonly appKey: Uint8Array
  readonly refused: (problem: Fault) => void
}

/** `AT+BAND` of RUI3. */
const BANDS: Readonly<Record<RegionName, number>> = {
  'AS923-1': 8,
  'AS923-2': 9,
  'AS923-3': 10,
  'AS923-4': 11,
}
/** One request and what it waits for: two windows at five and six seconds. */
const JOIN_MS = 15_000
/** The longest frame at DR2, and both receive windows. */
const SENT_MS = 12_000
const PAUSE_MIN_MS = 5_000
const PAUSE_MAX_MS = 300_000

export function createModem(options: ModemOptions): Modem {
  const { stream, clock, refused } = options
  const port = createAtPort(stream, clock)
  const receivers = new Set<(fPort: number, bytes: Uint8Array) => void>()
  const watchers = new Set<(state: ModemState) => void>()
  const joiners = new Set<() => void>()
  let state: ModemState = 'unplugged'
  let signal: ModemSignal | undefined
  let running = false
  /** Ends the present session, or the pause after it. */
  let wake: () => void = () => {}

  const become = (next: ModemState) => {
    if (state === next) return
    state = next
    for (const watcher of [...watchers]) watcher(next)
  }

  /** Sets only what differs: some settings make a modem forget that it has joined. */
  const settle = async (name: string, wanted: string): Promise<Result<boolean>> => {
    const present = await port.command(`+${name}=?`, { value: `AT+${name}=` })
    if (!present.ok) return present
    if (present.value.toLowerCase() === wanted.toLowerCase()) return ok(false)
    const set = await port.command(`+${name}=${wanted}`)
    return set.ok ? ok(true) : set
  }
  const configure = async (): Promise<Result<boolean>> => {
    const wanted: readonly (readonly [string, string])[] = [
      // Another mode of work is left by a restart, without a word: the next session finds it done.
      ['NWM', '1'],
      ['NJM', '1'],
      ['BAND', String(BANDS[options.region])],
      ['CLASS', options.class],
      ['ADR', '0'],
      ['DR', String(options.dataRate)],
      ['CFM', '0'],
      ['DEVEUI', options.devEui],
      ['APPEUI', options.joinEui],
      ['APPKEY', hex(options.appKey)],
    ]
    let changed = false
    for (const [name, value] of wanted) {
      const done = await settle(name, value)
      if (!done.ok) return done
      changed ||= done.value
    }
    return ok(changed)
  }
  const join = async (): Promise<Result<void>> => {
    const outcome = port.event((event) => event.startsWith('JOIN'), JOIN_MS)
    const asked = await port.command('+JOIN=1:0:10:0')
    if (!asked.ok) return asked
    for (const joiner of [...joiners]) joiner()
    return (await outcome) === 'JOINED' ? ok(undefined) : err(fault('MODEM_NOT_JOINED'))
  }

  /** From opening the line until something ends it; why it ended. */
  const session = async (): Promise<Fault | undefined> => {
    const opened = await stream.open()
    if (!opened.ok) return opened.error
    const changed = await configure()
    if (!changed.ok) {
      // Whatever answers there, or does not, gets a fresh line.
      await stream.close()
      return changed.error
    }
    become('joining')
    const joined = await port.command('+NJS=?', { value: 'AT+NJS=' })
    if (!joined.ok) return joined.error
    if (changed.value || forgotten || joined.value !== '1') {
      const done = await join()
      if (!done.ok) return done.error
      forgotten = false
      // A join sets the data rate as the network has it.
      const rate = await settle('DR', String(options.dataRate))
      if (!rate.ok) return rate.error
    }
    return running ? working() : undefined
  }
  /** Joined, until the line is lost or somebody wakes it. */
  const working = (): Promise<Fault | undefined> =>
    new Promise((resolve) => {
      const end = (problem?: Fault) => {
        offLost()
        resolve(problem)
      }
      const offLost = stream.onLost(end)
      if (!stream.isOpen()) return end()
      wake = () => end()
      become('joined')
    })
  let forgotten = false

  const live = async () => {
    let pause_ms = PAUSE_MIN_MS
    while (running) {
      const problem = await session()
      const was = state
      become(stream.isOpen() && running ? 'joining' : 'unplugged')
      if (problem !== undefined) refused(problem)
      if (was === 'joined') pause_ms = PAUSE_MIN_MS
      if (running) await pause(pause_ms)
      pause_ms = Math.min(PAUSE_MAX_MS, pause_ms * 2)
    }
  }
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })

  port.onEvent((event) => {
    const received = receivedIn(event)
    if (received === undefined) return
    signal = received.signal
    for (const receiver of [...receivers]) receiver(received.fPort, received.bytes)
  })

  return {
    start() {
      if (running) return
      running = true
      void live()
    },
    async stop() {
      running = false
      wake()
      await stream.close()
      become('unplugged')
    },
    state: () => state,
    signal: () => signal,
    async send(fPort, bytes) {
      if (state !== 'joined') return err(fault('MODEM_NOT_JOINED'))
      const left = port.event((event) => event.startsWith('TX_DONE'), SENT_MS)
      const asked = await port.command(`+SEND=${fPort}:${hex(bytes)}`)
      if (!asked.ok) {
        if (asked.error.details.answer === 'AT_NO_NETWORK_JOINED') wake()
        // A modem that answers nothing is given a fresh line.
        if (asked.error.code === 'MODEM_SILENT') await stream.close().then(() => wake())
        return asked
      }
      return (await left) === undefined ? err(fault('MODEM_SILENT', { command: 'AT+SEND' })) : ok(undefined)
    },
    rejoin() {
      if (state !== 'joined') return
      forgotten = true
      wake()
    },
    onReceived(handler) {
      receivers.add(handler)
      return () => receivers.delete(handler)
    },
    onState(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    onJoining(handler) {
      joiners.add(handler)
      return () => joiners.delete(handler)
    },
  }
}

/** `RX_1:-70:8:UNICAST:77:0a1b…`: window, dBm, dB, kind, port, payload. Undefined for any other event. */
export function receivedIn(
  event: string,
): { readonly fPort: number; readonly bytes: Uint8Array; readonly signal: ModemSignal } | undefined {
  const found = /^RX_[12BC]:(-?\d{1,3}):(-?\d{1,3}):UNICAST:(\d{1,3}):((?:[0-9A-Fa-f]{2})+)$/.exec(event)
  const [, rssi, snr, fPort, payload] = found ?? []
  if (payload === undefined) return undefined
  return {
    fPort: Number(fPort),
    bytes: Uint8Array.from(Buffer.from(payload, 'hex')),
    signal: { rssi_dBm: Number(rssi), snr_dB: Number(snr) },
  }
}
