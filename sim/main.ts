import { parseConfig } from '../core/config-file.ts'
import { FaultError, fault } from '../core/errors.ts'
import { type ControlHandlers, serveControl } from '../core/node/control-socket.ts'
import { processLog } from '../core/node/log.ts'
import { mqttBroker } from '../core/node/mqtt-client.ts'
import { readText } from '../core/node/read-text.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import { udpNetwork } from '../core/node/udp.ts'
import { untilTold } from '../core/node/until-told.ts'
import { type City, createCity } from './city.ts'
import { FAULTS, type FaultName } from './devices/virtual-device.ts'
import { fileNonces } from './nonce-file.ts'
import { CitySpec } from './spec.ts'

/**
 * Runs a virtual city until it is told to stop; the exit code. A file that cannot be used throws its FaultError.
 * Beside the file stands `{file}.nonces`, what the devices remember over a restart.
 */
export async function runSim(file: string): Promise<number> {
  // Its control socket answers while the radios still start: from then on it ends in good order.
  const told = untilTold()
  const city = await startSim(file)
  await told
  await city.stop()
  return 0
}

interface RunningCity {
  stop(): Promise<void>
}

async function startSim(file: string): Promise<RunningCity> {
  const text = readText(file)
  if (!text.ok) throw new FaultError(text.error)
  const spec = parseConfig(CitySpec, text.value, file)
  if (!spec.ok) throw new FaultError(spec.error)
  const { clock, control } = spec.value
  const log = processLog('sim', 'info')
  const city = createCity(spec.value, {
    clock: systemClock(clock),
    radioClock: systemClock(),
    speed: clock?.speed ?? 1,
    random: systemRandom,
    network: udpNetwork,
    dial: mqttBroker,
    nonces: fileNonces(`${file}.nonces`),
    log,
    read: readText,
  })
  if (!city.ok) throw new FaultError(city.error)
  const server = control === undefined ? undefined : await serveControl(control, handlers(city.value))
  await city.value.start()
  const stations = spec.value.stations.map(({ id }) => id)
  process.stdout.write(`${JSON.stringify({ event: 'ready', stations })}\n`)
  return {
    async stop() {
      await server?.close()
      await city.value.stop()
    },
  }
}

/**
 * `snapshot`; `fault {device, fault}`; `press {device}`; `gateway {eui, on}`. SIM_DEVICE_UNKNOWN for what is not there.
 */
function handlers(city: City): ControlHandlers {
  const refuse = (device: unknown, what: unknown): never => {
    throw new FaultError(
      fault('SIM_DEVICE_UNKNOWN', {
        device: String(device).slice(0, 60),
        fault: String(what).slice(0, 60),
        faults: FAULTS.join(', '),
      }),
    )
  }
  return {
    snapshot: () => city.snapshot(),
    fault(args) {
      const wanted = FAULTS.find((name): name is FaultName => name === args.fault)
      if (wanted === undefined || !city.fault(String(args.device), wanted)) refuse(args.device, args.fault)
    },
    press(args) {
      if (!city.press(String(args.device))) refuse(args.device, 'press')
    },
    async gateway(args) {
      if (!(await city.gateway(String(args.eui), args.on === true))) refuse(args.eui, 'gateway')
    },
  }
}
