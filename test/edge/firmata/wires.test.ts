import { afterEach, describe, expect, test } from 'vitest'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { serialStream } from '../../../core/node/serial-stream.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { tcpStream } from '../../../core/node/tcp-stream.ts'
import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import mega from '../../../devices/greenhouse/tram-greenhouse-mega.ts'
import type { OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createFirmataDriver } from '../../../edge/drivers/firmata/firmata-driver.ts'
import { MEGA } from '../../../sim/firmata/pins.ts'
import { boardOnLine, serveBoard } from '../../../sim/firmata/serve.ts'
import { createVirtualBoard } from '../../../sim/firmata/virtual-board.ts'
import { openPtyPair, socatMissing } from '../../pty-pair.ts'
import { lastOf } from './site.ts'

/** The same over real wires: TCP, and a serial port opened by `serialport` over a pair of pseudo-terminals. */

const clock = systemClock()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function nodeOn(stream: ByteStream) {
  const telemetry: TelemetryReport[] = []
  const outputs: OutputProgress[] = []
  const refused: string[] = []
  const driver = createFirmataDriver({
    config: [{ id: 'board', model: mega.model }],
    devices: new Map([['board', mega]]),
    stream: () => stream,
    ...{ clock, wall: clock, log: silentLog },
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: ({ code }) => void refused.push(code),
      output: (progress) => void outputs.push(progress),
      health: () => {},
    },
  })
  closing.push(() => driver.stop())
  const stages = () =>
    outputs.flatMap(({ stage, requests }) =>
      requests.map(({ output, value }) => `${stage} ${output}=${value}`),
    )
  const pump = (value: number) => {
    const device = deviceId('board')
    return device.ok && driver.drive(device.value, [{ output: 'pump', value }], 'normal').ok
  }
  return { driver, telemetry, refused, stages, pump }
}

function virtualBoard() {
  const board = createVirtualBoard({ pins: MEGA, clock })
  closing.push(() => board.close())
  return board
}

async function until(holds: () => boolean, tries = 1_000): Promise<void> {
  for (let left = tries; left > 0 && !holds(); left--) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}

describe('over TCP', () => {
  test('a pump is driven and read back, a float and a pressure are read', async () => {
    const board = virtualBoard()
    const served = await serveBoard(board, 0)
    closing.push(() => served.close())
    const node = nodeOn(tcpStream({ host: '127.0.0.1', port: served.port }))
    await node.driver.start()
    await until(() => node.driver.working?.() === true)
    board.setDigital(32, 0)
    board.setAnalog(0, 307)
    expect(node.pump(1)).toBe(true)
    await until(() => node.stages().includes('confirmed pump=1'))
    expect(board.pin(22).value).toBe(1)
    await until(
      () => lastOf(node.telemetry, 'float_low') === 1 && lastOf(node.telemetry, 'pressure') === 250.12,
    )
  })

  test('a board whose cable is pulled comes back with its pump at rest', async () => {
    const board = virtualBoard()
    const served = await serveBoard(board, 0)
    closing.push(() => served.close())
    const node = nodeOn(tcpStream({ host: '127.0.0.1', port: served.port }))
    await node.driver.start()
    await until(() => node.driver.working?.() === true)
    node.pump(1)
    await until(() => board.pin(22).value === 1)
    served.unplug(true)
    await until(() => node.stages().includes('failed pump=1'))
    expect([board.pin(22).value, node.pump(1)]).toEqual([1, false])
    served.unplug(false)
    await until(() => node.driver.working?.() === true)
    expect(board.pin(22).value).toBe(0)
  })
})

describe.skipIf(socatMissing)('over a serial port', () => {
  test('a board is found, driven, restarts, and is driven again', async () => {
    const pair = await openPtyPair()
    closing.push(() => pair.close())
    const board = virtualBoard()
    const far = await boardOnLine(board, serialStream({ path: pair.far, baud: 57_600 }))
    closing.push(() => far.close())
    const node = nodeOn(serialStream({ path: pair.near, baud: 57_600 }))
    await node.driver.start()
    await until(() => node.driver.working?.() === true)
    node.pump(1)
    await until(() => node.stages().includes('confirmed pump=1'))
    board.reset()
    await until(() => node.stages().includes('failed pump=1') && node.driver.working?.() === true)
    expect([board.pin(22).value, node.refused]).toEqual([0, ['FIRMATA_RESET']])
    node.pump(1)
    await until(() => board.pin(22).value === 1)
  })
})
