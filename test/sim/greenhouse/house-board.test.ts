import { createConnection, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../core/node/system-clock.ts'
import board from '../../../devices/greenhouse/tram-greenhouse-mega.ts'
import { createHouseBoard, type HouseBoard } from '../../../sim/greenhouse/house-board.ts'
import type { Actuator, HouseState, VirtualHouse } from '../../../sim/greenhouse/virtual-house.ts'
import { freePort } from '../../e2e/free-port.ts'
import { until } from '../../e2e/until.ts'

/** The greenhouse's board over its real TCP line, told by StandardFirmata's own bytes. */

const SET_PIN = 0xf5
const MODE = 0xf4
const OUTPUT = 1
const { write, heartbeat } = board.via.firmata
const WAIT_MS = 8_000

let driven: Map<Actuator, number>
let houseBoard: HouseBoard
let line: Socket
let beating: NodeJS.Timeout

beforeEach(async () => {
  driven = new Map()
  const state = {
    tank: { percent: 50, litres: 1_000, low: false, high: false },
    ...{ flow_Lmin: 12, pressure_kPa: 250, metered_L: 0, fed: { ec: 1.5, ph: 6.2 } },
  }
  const house: Pick<VirtualHouse, 'drive' | 'state'> = {
    drive: (actuator, share) => void driven.set(actuator, share),
    state: () => state as HouseState,
  }
  const port = await freePort('tcp')
  houseBoard = createHouseBoard({
    model: board.model,
    port,
    wall: systemClock(),
    house: house as VirtualHouse,
  })
  await houseBoard.start()
  line = createConnection({ port, host: '127.0.0.1' })
  await new Promise((resolve) => line.once('connect', resolve))
  line.on('error', () => {})
  let level = 0
  line.write(
    Uint8Array.of(MODE, heartbeat.pin, OUTPUT, MODE, write.pump.pin, OUTPUT, MODE, write.lamp.pin, OUTPUT),
  )
  beating = setInterval(() => {
    level = 1 - level
    if (line.writable) line.write(Uint8Array.of(SET_PIN, heartbeat.pin, level))
  }, heartbeat.every_ms)
})
afterEach(async () => {
  clearInterval(beating)
  line.destroy()
  await houseBoard.stop()
})

const tell = (pin: number, level: number) => line.write(Uint8Array.of(SET_PIN, pin, level))

test('drives the house as its pins are told', async () => {
  tell(write.pump.pin, 1)
  await until('the pump runs', WAIT_MS, () => driven.get('pump') === 1)
  tell(write.pump.pin, 0)
  await until('the pump rests', WAIT_MS, () => driven.get('pump') === 0)
})

test('lets go of the pump, and not of the lamps, when its node is gone in the middle of a run', async () => {
  tell(write.pump.pin, 1)
  tell(write.lamp.pin, 1)
  await until('both run', WAIT_MS, () => driven.get('pump') === 1 && driven.get('lamp') === 1)
  houseBoard.fault('gone')
  await until('the watchdog relay has let go', WAIT_MS, () => driven.get('pump') === 0)
  expect(driven.get('lamp')).toBe(1)
}, 20_000)

test('lets go of all that it drives when its power is off, and drives nothing when it is on again', async () => {
  tell(write.pump.pin, 1)
  tell(write.lamp.pin, 1)
  await until('both run', WAIT_MS, () => driven.get('pump') === 1 && driven.get('lamp') === 1)
  houseBoard.fault('dead')
  expect(driven.get('pump')).toBe(0)
  expect(driven.get('lamp')).toBe(0)
  expect(houseBoard.faults()).toEqual(['dead'])
  houseBoard.fault('none')
  expect(houseBoard.faults()).toEqual([])
  expect(driven.get('pump')).toBe(0)
  expect(driven.get('lamp')).toBe(0)
}, 20_000)
