import { type Fault, fault } from '../../../core/errors.ts'
import type { FirmataBinding } from '../../../devices/define.ts'
import type { FirmataIo } from './libraries.ts'
import { MODE } from './protocol.ts'

const LEAST = { major: 2, minor: 5 }

/** What a pin is for. */
export interface PinUse {
  readonly pin: number
  readonly mode: number
}

/** Every digital pin of a binding, and what for. */
export function pinUses({ read, write = {}, heartbeat }: FirmataBinding): readonly PinUse[] {
  const uses = new Map<number, number>()
  for (const one of Object.values(read)) {
    if (one.kind === 'digital') uses.set(one.pin, one.pullUp === true ? MODE.pullUp : MODE.input)
    if (one.kind === 'pulses' || one.kind === 'pulse-rate') uses.set(one.pin, MODE.pullUp)
  }
  for (const { kind, pin } of Object.values(write)) uses.set(pin, WRITTEN[kind])
  if (heartbeat !== undefined) uses.set(heartbeat.pin, MODE.output)
  return [...uses].map(([pin, mode]) => ({ pin, mode }))
}

const WRITTEN = { digital: MODE.output, pwm: MODE.pwm, servo: MODE.servo } as const

export function analogChannels({ read }: FirmataBinding): readonly number[] {
  return [...new Set(Object.values(read).flatMap((one) => (one.kind === 'analog' ? [one.pin] : [])))]
}

/** Why this board cannot be what its definition says: FIRMATA_VERSION, FIRMATA_PIN. */
export function unfit(
  device: string,
  { version, pins, analogPins }: Pick<FirmataIo, 'version' | 'pins' | 'analogPins'>,
  binding: FirmataBinding,
): Fault | undefined {
  const { major = 0, minor = 0 } = version
  if (major !== LEAST.major || minor < LEAST.minor)
    return fault('FIRMATA_VERSION', { device, version: `${major}.${minor}` })
  const unable = pinUses(binding).find(({ pin, mode }) => !pins[pin]?.supportedModes.includes(mode))
  if (unable !== undefined) return fault('FIRMATA_PIN', { device, pin: String(unable.pin) })
  const missing = analogChannels(binding).find((channel) => analogPins[channel] === undefined)
  return missing === undefined ? undefined : fault('FIRMATA_PIN', { device, pin: `A${missing}` })
}
