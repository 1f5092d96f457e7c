import type { Cancel, Clock } from '../core/clock.ts'
import { silentLog } from '../core/log.ts'
import { payloadMax, REGIONS, type Region } from '../core/lorawan/as923.ts'
import { parseHex } from '../core/lorawan/keys.ts'
import type { ByteStream } from '../core/ports/byte-stream.ts'
import type { Random } from '../core/random.ts'
import type { NonceStore } from './lorawan/joining.ts'
import { createEndDevice, type EndDevice } from './lorawan-device.ts'
import type { Air } from './radio/air.ts'
import type { Position } from './radio/link.ts'

/**
 * A virtual LoRaWAN modem with RUI3's commands at one end of a line and a radio in the virtual air. It keeps its
 * settings and its session for as long as it has power, whoever opens the line.
 */
export interface Rui3Modem {
  start(): Promise<void>
  /** Takes its power: the session is gone, settings and nonces are not. */
  stop(): void
  /** What it was asked, in order. */
  readonly heard: readonly string[]
  joined(): boolean
  /** Refuses so many of the commands to come with AT_BUSY_ERROR. */
  busy(commands: number): void
  /** Says something of its own accord, or puts noise on the line. */
  say(bytes: Uint8Array): void
}

export interface Rui3ModemOptions {
  readonly stream: ByteStream
  readonly clock: Clock
  readonly random: Random
  readonly air: Air
  readonly position: Position
  readonly nonces: NonceStore
  /** 400 ms limit on one transmission, as AS923's countries have it. */
  readonly dwell?: boolean
}

const BANDS = { 8: 'AS923-1', 9: 'AS923-2', 10: 'AS923-3', 11: 'AS923-4' } as const
const HEARD_MAX = 1_000
/** What RUI3 ships with. */
const SETTINGS: Readonly<Record<string, string>> = {
  NWM: '1',
  NJM: '1',
  BAND: '4',
  CLASS: 'A',
  ADR: '1',
  DR: '0',
  CFM: '0',
  DEVEUI: '0000000000000000',
  APPEUI: '0000000000000000',
  APPKEY: '00000000000000000000000000000000',
}

export function createRui3Modem(options: Rui3ModemOptions): Rui3Modem {
  const { stream, clock } = options
  const settings = new Map(Object.entries(SETTINGS))
  const heard: string[] = []
  const cancels: Cancel[] = []
  let device: EndDevice | undefined
  let busyFor = 0
  let text = ''

  const region = (): Region => {
    const band = Object.entries(BANDS).find(([code]) => code === settings.get('BAND'))
    const dwell = { up: options.dwell ?? false, down: options.dwell ?? false }
    return { ...REGIONS[band?.[1] ?? 'AS923-1'], dwell }
  }
  const say = (line: string) => void stream.write(Buffer.from(`\r\n${line}\r\n`))
  const eui = (name: string) => (settings.get(name) ?? '').toLowerCase()

  const leave = () => {
    device?.stop()
    device = undefined
  }
  const join = () => {
    leave()
    const appKey = parseHex('appKey', settings.get('APPKEY') ?? '', 16)
    if (!appKey.ok) return say('AT_ERROR')
    const joining = createEndDevice({
      ...options,
      devEui: eui('DEVEUI'),
      joinEui: eui('APPEUI'),
      appKey: appKey.value,
      class: settings.get('CLASS') === 'C' ? 'C' : 'A',
      region: region(),
      fixedDataRate: Number(settings.get('DR')),
      log: silentLog,
      battery: () => 0,
      utc: () => clock.now(),
      onDownlink: ({ fPort, bytes }) =>
        say(`+EVT:RX_1:-70:8:UNICAST:${fPort}:${Buffer.from(bytes).toString('hex')}`),
      onJoined: () => say('+EVT:JOINED'),
    })
    device = joining
    say('OK')
    joining.start()
  }
  const send = (argument: string) => {
    const [port = '', payload = ''] = argument.split(':')
    if (device?.state().joined !== true) return say('AT_NO_NETWORK_JOINED')
    const bytes = Uint8Array.from(Buffer.from(payload, 'hex'))
    const room = payloadMax(region(), Number(settings.get('DR')), 'up')
    if (!/^(?:[0-9a-fA-F]{2})+$/.test(payload) || bytes.length > room) return say('AT_PARAM_ERROR')
    say('OK')
    device.send(`${heard.length}`, { fPort: Number(port), bytes, confirmed: false })
    clock.after(SENT_MS, () => say('+EVT:TX_DONE'))
  }
  const obey = (command: string) => {
    heard.push(command)
    if (heard.length > HEARD_MAX) heard.shift()
    if (busyFor > 0) {
      busyFor--
      return say('AT_BUSY_ERROR')
    }
    if (command === 'AT') return say('OK')
    const [, name = '', argument] = /^AT\+([A-Z0-9]+)(?:=(.*))?$/.exec(command) ?? []
    if (name === 'NJS' && argument === '?') {
      say(`AT+NJS=${device?.state().joined === true ? 1 : 0}`)
      return say('OK')
    }
    if (name === 'JOIN') return join()
    if (name === 'SEND') return send(argument ?? '')
    if (!settings.has(name) || argument === undefined) return say('AT_ERROR')
    if (argument === '?') {
      say(`AT+${name}=${settings.get(name)}`)
      return say('OK')
    }
    settings.set(name, argument)
    say('OK')
  }
  const take = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString('latin1')
    const lines = text.split(/[\r\n]+/)
    text = (lines.pop() ?? '').slice(-1_024)
    for (const line of lines) if (line !== '') obey(line)
  }

  return {
    heard,
    async start() {
      cancels.push(stream.onBytes(take))
      await stream.open()
    },
    stop() {
      leave()
      for (const cancel of cancels.splice(0)) cancel()
    },
    joined: () => device?.state().joined === true,
    busy(commands) {
      busyFor = commands
    },
    say: (bytes) => void stream.write(bytes),
  }
}

/** A long frame at a slow rate, and both of its windows. */
const SENT_MS = 2_500
