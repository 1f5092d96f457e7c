import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { serialStream } from '../../../core/node/serial-stream.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { systemRandom } from '../../../core/node/system-random.ts'
import geoluxLx80 from '../../../devices/flood/geolux-lx-80.ts'
import { createSerialDriver } from '../../../edge/drivers/serial/serial-driver.ts'
import { startRadarGauge } from '../../../sim/serial/radar-gauge.ts'
import { socatMissing } from '../../pty-pair.ts'

/** Against real ports: a gauge that is unplugged, and comes back under another number, is heard again by its name. */

const PATIENCE_MS = 10_000

async function until(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!done()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** An adapter with a gauge: the kernel gives it another number each time, and udev the same name. */
async function plugIn(folder: string, number: number) {
  const tty = join(folder, `ttyUSB${number}`)
  const far = join(folder, `gauge${number}`)
  const name = join(folder, 'usb-radar-gauge')
  const socat = spawn('socat', [`PTY,link=${tty},raw,echo=0`, `PTY,link=${far},raw,echo=0`])
  const ended = new Promise((resolve) => socat.once('exit', resolve))
  await until('a pty', () => existsSync(tty) && existsSync(far))
  symlinkSync(tty, name)
  const stream = serialStream({ path: far, baud: 115_200 })
  const gauge = await startRadarGauge({
    stream,
    clock: systemClock(),
    random: systemRandom,
    distance_m: () => number,
    every_ms: 50,
  })
  return async () => {
    await gauge.close()
    rmSync(name)
    socat.kill()
    await ended
  }
}

test('a gauge that comes back under another number is heard again by its name', async (context) => {
  if (socatMissing) return context.skip('socat is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'tram-serial-'))
  const heard: number[] = []
  const lost: string[] = []
  const first = await plugIn(folder, 1)
  const driver = createSerialDriver({
    config: [{ id: 'rs232', device: { id: 'gauge', model: 'geolux-lx-80', silent_s: 3_600, least_s: 0 } }],
    devices: new Map([['gauge', geoluxLx80]]),
    stream: () => serialStream({ path: join(folder, 'usb-radar-gauge'), baud: 115_200 }),
    clock: systemClock(),
    wall: systemClock(),
    log: silentLog,
    sink: {
      telemetry: ({ telemetry }) => void heard.push(telemetry.distance ?? -1),
      refused: ({ code }) => void lost.push(code),
      output: () => {},
      health: () => {},
    },
  })
  try {
    await driver.start()
    await until('the first gauge', () => heard.includes(1))
    await first()
    await until('the loss', () => lost.includes('STREAM_LOST') && driver.working?.() === false)
    const second = await plugIn(folder, 2)
    await until('the second gauge', () => heard.includes(2))
    expect(driver.working?.()).toBe(true)
    await driver.stop()
    await second()
  } finally {
    await driver.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 30_000)
