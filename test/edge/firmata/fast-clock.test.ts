import { afterEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { silentLog } from '../../../core/log.ts'
import mega from '../../../devices/greenhouse/tram-greenhouse-mega.ts'
import type { TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createFirmataDriver } from '../../../edge/drivers/firmata/firmata-driver.ts'
import { MEGA } from '../../../sim/firmata/pins.ts'
import { boardOnLine } from '../../../sim/firmata/serve.ts'
import { createVirtualBoard } from '../../../sim/firmata/virtual-board.ts'
import { lastOf } from './site.ts'

/** On a demonstration's fast clock a board still reports in real time; its meter must mean the same. */

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const SPEED = 60

describe('a board under a clock sixty times as fast', () => {
  test('tells the flow that its meter has by that clock', async () => {
    const wall = fakeClock()
    const begun = wall.monotonic()
    const clock = {
      ...wall,
      now: () => wall.now() + (SPEED - 1) * (wall.monotonic() - begun),
      monotonic: () => (begun + SPEED * (wall.monotonic() - begun)) as typeof begun,
    }
    const board = createVirtualBoard({ pins: MEGA, clock: wall })
    const line = memoryLine(wall)
    const served = await boardOnLine(board, line.far)
    const telemetry: TelemetryReport[] = []
    const driver = createFirmataDriver({
      config: [{ id: 'board', model: mega.model }],
      devices: new Map([['board', mega]]),
      stream: () => line.near,
      ...{ clock, wall, log: silentLog },
      sink: {
        telemetry: (report) => void telemetry.push(report),
        refused() {},
        output() {},
        health() {},
      },
    })
    closing.push(
      () => board.close(),
      () => served.close(),
      () => driver.stop(),
    )
    await driver.start()
    // 24 L/min are 12 Hz by the fast clock: 72 pulses in each real tenth of a second.
    for (let tenth = 0; tenth < 45; tenth++) {
      board.pulse(2, 72)
      await wall.advance(100)
    }
    const flow = lastOf(telemetry, 'flow')
    expect(flow).toBeGreaterThan(16)
    expect(flow).toBeLessThan(32)
  })
})
