import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { MEGA, MODE } from '../../../sim/firmata/pins.ts'
import { serveBoard } from '../../../sim/firmata/serve.ts'
import { createVirtualBoard } from '../../../sim/firmata/virtual-board.ts'

/** Against firmata-io, which was written for real boards. */

interface Host {
  readonly pins: readonly { readonly supportedModes: readonly number[]; readonly value: number }[]
  readonly analogPins: readonly number[]
  readonly firmware: { readonly name: string }
  once(event: string, handler: () => void): void
  pinMode(pin: number, mode: number): void
  digitalWrite(pin: number, value: number): void
  analogWrite(pin: number, value: number): void
  servoWrite(pin: number, value: number): void
  digitalRead(pin: number, handler: (value: number) => void): void
  analogRead(pin: number, handler: (value: number) => void): void
  i2cConfig(): void
  i2cReadOnce(address: number, register: number, bytes: number, handler: (bytes: number[]) => void): void
  queryPinState(pin: number, handler: () => void): void
}
type HostClass = new (transport: Socket, options: object) => Host
const { Firmata } = createRequire(import.meta.url)('firmata-io') as { readonly Firmata: HostClass }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function connected() {
  const board = createVirtualBoard({ pins: MEGA, clock: systemClock() })
  const served = await serveBoard(board, 0)
  const socket = connect({ port: served.port, host: '127.0.0.1', noDelay: true })
  closing.push(
    () => board.close(),
    () => served.close(),
    () => socket.destroy(),
  )
  const host = new Firmata(socket, { reportVersionTimeout: 20 })
  await new Promise<void>((resolve) => host.once('ready', resolve))
  return { board, host, served, socket }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

describe('a virtual board', () => {
  test('says what it is and what its pins can do', async () => {
    const { host } = await connected()
    expect(host.firmware.name).toBe('StandardFirmata.ino')
    expect(host.pins).toHaveLength(70)
    expect(host.analogPins).toEqual(Array.from({ length: 16 }, (_, channel) => 54 + channel))
    expect(host.pins[13]?.supportedModes).toContain(MODE.pwm)
    expect(host.pins[22]?.supportedModes).not.toContain(MODE.pwm)
  })
  test('drives what it is told: a relay, a dimmed fan, a servo', async () => {
    const { host, board } = await connected()
    host.pinMode(22, MODE.output)
    host.digitalWrite(22, 1)
    host.pinMode(9, MODE.pwm)
    host.analogWrite(9, 128)
    host.pinMode(30, MODE.servo)
    host.servoWrite(30, 120)
    await until(() => board.pin(30).value === 120)
    expect([board.pin(22), board.pin(9)]).toEqual([
      { mode: MODE.output, value: 1 },
      { mode: MODE.pwm, value: 128 },
    ])
  })
  test('reports contacts, levels, and each pulse of a flow meter', async () => {
    const { host, board } = await connected()
    const seen: number[] = []
    const levels: number[] = []
    let falls = 0
    let before = 1
    host.pinMode(24, MODE.pullUp)
    host.digitalRead(24, (value) => seen.push(value))
    host.pinMode(2, MODE.pullUp)
    host.digitalRead(2, (value) => {
      if (value === 0 && before === 1) falls++
      before = value
    })
    host.pinMode(0, MODE.analog)
    host.analogRead(0, (value) => levels.push(value))
    board.setAnalog(0, 512)
    await until(() => levels.includes(512) && seen.includes(1))
    board.setDigital(24, 0)
    board.pulse(2, 150)
    await until(() => seen.at(-1) === 0 && falls === 150)
  })
  test('reads back what a pin does', async () => {
    const { host, board } = await connected()
    host.pinMode(22, MODE.output)
    host.digitalWrite(22, 1)
    await until(() => board.pin(22).value === 1)
    await new Promise<void>((resolve) => host.queryPinState(22, resolve))
  })
  test('asks a device on its bus', async () => {
    const { host, board } = await connected()
    board.setI2c(0x40, (register, bytes) => (register === 0xe3 && bytes === 2 ? [0x68, 0x4c] : []))
    host.i2cConfig()
    const bytes = await new Promise<number[]>((resolve) => host.i2cReadOnce(0x40, 0xe3, 2, resolve))
    expect(bytes).toEqual([0x68, 0x4c])
  })
  test('lets go of everything when it is reset', async () => {
    const { host, board } = await connected()
    host.pinMode(22, MODE.output)
    host.digitalWrite(22, 1)
    await until(() => board.pin(22).value === 1)
    board.reset()
    expect(board.pin(22)).toEqual({ mode: MODE.output, value: 0 })
  })
  test('neither hears nor says anything while it hangs, and goes on as it was', () => {
    const clock = fakeClock()
    const board = createVirtualBoard({ pins: MEGA, clock })
    const said: number[] = []
    const host = board.attach((bytes) => said.push(...bytes))
    host.hear(Uint8Array.of(0xf5, 22, 1))
    board.hang(true)
    host.hear(Uint8Array.of(0xf5, 22, 0, 0xf9))
    expect([board.pin(22).value, said]).toEqual([1, []])
    board.hang(false)
    host.hear(Uint8Array.of(0xf9))
    expect(said).toEqual([0xf9, 2, 5])
    board.close()
  })
})
