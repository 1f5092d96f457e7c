import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { serialStream } from '../../../core/node/serial-stream.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { tcpStream } from '../../../core/node/tcp-stream.ts'
import type { OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createModbusDriver } from '../../../edge/drivers/modbus/modbus-driver.ts'
import type { ModbusBus } from '../../../edge/modbus/bus.ts'
import { serveRtu } from '../../../sim/modbus/serve.ts'
import { freePort } from '../../e2e/free-port.ts'
import { openPtyPair, type PtyPair, socatMissing } from '../../pty-pair.ts'
import { known } from './site.ts'
import { lineTo, pymodbusMissing, startPeer, twoUnits } from './slaves.ts'

async function driverOf(bus: ModbusBus, model: string, unit: number) {
  const telemetry: TelemetryReport[] = []
  const outputs: OutputProgress[] = []
  const driver = createModbusDriver({
    config: { id: 'line', devices: [{ id: 'device', model, unit, poll_s: 0.5 }] },
    bus,
    devices: new Map([['device', known(model)]]),
    clock: systemClock(),
    wall: systemClock(),
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: () => {},
      output: (progress) => void outputs.push(progress),
      health: () => {},
    },
  })
  await driver.start()
  onTestFinished(() => driver.stop())
  return { driver, telemetry, outputs }
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !holds(); turn++) await new Promise((go) => setTimeout(go, 25))
}

async function lineToPymodbus(): Promise<ModbusBus> {
  const port = await freePort('tcp')
  const peer = await startPeer(['tcp', String(port)])
  onTestFinished(() => void peer.kill())
  return lineTo(tcpStream({ host: '127.0.0.1', port }), 'tcp')
}

test('a meter whose floats pymodbus wrote is read as it was written', async (context) => {
  if (pymodbusMissing !== undefined) context.skip(pymodbusMissing)
  const { telemetry } = await driverOf(await lineToPymodbus(), 'eastron-sdm630', 3)
  await until(() => telemetry.length > 0)
  expect(telemetry[0]?.telemetry).toMatchObject({
    ...{ voltage_l1: 230.25, voltage_l2: 0, voltage_l3: 229.5 },
    ...{ power_l1: 3150.5, power: 3150.5, power_factor: 0.97, frequency: 49.98, energy: 1_234_500 },
  })
})

test('a contactor behind pymodbus is opened, read back and confirmed', async (context) => {
  if (pymodbusMissing !== undefined) context.skip(pymodbusMissing)
  const { driver, telemetry, outputs } = await driverOf(await lineToPymodbus(), 'waveshare-relay-d', 4)
  const device = deviceId('device')
  if (!device.ok) throw new Error('no id')
  driver.drive(device.value, [{ output: 'relay3', value: 0 }], 'urgent')
  await until(() => outputs.length >= 2 && telemetry.at(-1)?.telemetry.relay3 === 0)
  expect(outputs.map(({ stage }) => stage)).toEqual(['sent', 'confirmed'])
  expect(telemetry.at(-1)?.telemetry).toMatchObject({ relay2: 1, relay3: 0, relay4: 1, input1: 0 })
})

test('an adapter that is plugged in elsewhere, under another number, is found by its name', async (context) => {
  if (socatMissing) context.skip('socat is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'tram-by-id-'))
  const byId = join(folder, 'usb-rs485')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  /** Like udev: the name stays, the device behind it is another. */
  const plug = async () => {
    const pair = await openPtyPair()
    symlinkSync(pair.near, byId)
    const far = serialStream({ path: pair.far, baud: 9_600 })
    const slaves = await serveRtu(far, { units: twoUnits(), clock: systemClock() })
    return { pair, slaves }
  }
  const unplug = async ({ pair, slaves }: { pair: PtyPair; slaves: { close(): Promise<void> } }) => {
    rmSync(byId)
    await slaves.close()
    pair.close()
  }
  const bus = lineTo(serialStream({ path: byId, baud: 9_600 }), 'rtu')
  const read = () => bus.read({ unit: 1, table: 'holding', address: 3, count: 1 })
  const first = await plug()
  await bus.start()
  onTestFinished(() => bus.stop())
  expect(await read()).toEqual({ ok: true, value: [9] })
  await unplug(first)
  await until(() => !bus.working())
  expect(await read()).toMatchObject({ ok: false, error: { code: 'MODBUS_LINE_DOWN' } })
  const second = await plug()
  onTestFinished(() => unplug(second))
  await until(bus.working)
  expect(await read()).toEqual({ ok: true, value: [9] })
}, 60_000)
