import type { Clock } from '../../../core/clock.ts'
import { silentLog } from '../../../core/log.ts'
import { mqttBroker } from '../../../core/node/mqtt-client.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import { findDefinition } from '../../../devices/registry.ts'
import type { HealthReport, OutputProgress, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { openAedesBroker } from '../../../edge/drivers/mqtt/aedes-broker.ts'
import type { MqttConfig } from '../../../edge/drivers/mqtt/config.ts'
import { createMqttDriver } from '../../../edge/drivers/mqtt/mqtt-driver.ts'

/** The driver with its real broker on a free port of the loopback. */

export const DEVICES = [
  { id: 'pir-1', model: 'tasmota-pir', username: 'pir-1', passwordFile: 'x' },
  { id: 'plug-1', model: 'tasmota-plug', username: 'plug-1', passwordFile: 'x', topic: 'cabinet/plug' },
] as const satisfies MqttConfig['devices']

const clock = systemClock()

export const passwordOf = (device: string) => `secret of ${device}`

/** `brokerClock`: by which the broker counts what comes too fast. */
export async function mqttSite(overrides: Partial<MqttConfig> = {}, brokerClock: Clock = clock) {
  const config: MqttConfig = { host: '127.0.0.1', port: 0, tries: 3, devices: [...DEVICES], ...overrides }
  const telemetry: TelemetryReport[] = []
  const refused: { code: string; device: string | undefined }[] = []
  const outputs: OutputProgress[] = []
  const health: HealthReport[] = []
  let port = 0
  const driver = createMqttDriver({
    config,
    devices: definitions(config),
    passwords: new Map(config.devices.map(({ id }) => [id, passwordOf(id)])),
    clock,
    wall: clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: (problem, device) => void refused.push({ code: problem.code, device }),
      output: (progress) => void outputs.push(progress),
      health: (report) => void health.push(report),
    },
    async open(options) {
      const broker = await openAedesBroker({ ...options, clock: brokerClock })
      return {
        ...broker,
        async start() {
          const opened = await broker.start()
          port = opened.port
          return opened
        },
      }
    },
  })
  await driver.start()
  const clients: Broker[] = []
  const connect = (username: string, password: string, clientId = username): Broker => {
    const client = mqttBroker({
      url: `mqtt://127.0.0.1:${port}`,
      clientId,
      username,
      password,
      log: silentLog,
      publishTimeoutMs: 10_000,
    })
    clients.push(client)
    return client
  }
  return {
    port,
    driver,
    telemetry,
    refused,
    outputs,
    health,
    codes: () => refused.map(({ code }) => code),
    connect,
    as: (device: string) => connect(device, passwordOf(device)),
    async stop() {
      await Promise.all(clients.map((client) => client.close()))
      await driver.stop()
    },
  }
}

export type MqttSite = Awaited<ReturnType<typeof mqttSite>>

function definitions(config: MqttConfig): ReadonlyMap<string, DeviceDefinition> {
  return new Map(
    config.devices.map(({ id, model }) => {
      const found = findDefinition(model)
      if (!found.ok) throw new Error(model)
      return [id, found.value]
    }),
  )
}

export async function until(condition: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const text = (words: string) => new TextEncoder().encode(words)
