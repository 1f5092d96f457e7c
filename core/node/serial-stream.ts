import { readdirSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import type { ByteStream } from '../ports/byte-stream.ts'
import { byteStreamOver } from './duplex-stream.ts'

/** Names here stay the same whichever socket a device is plugged into; `/dev/ttyUSB0` does not. */
const BY_ID = '/dev/serial/by-id'
const NAMES_SHOWN = 8
/**
 * A terminal whose device has gone reads as endlessly empty, which `serialport` takes for "nothing yet" and reads on.
 * So the port's name is looked at this often: it vanishes with the device.
 */
const LOOK_MS = 500

export interface SerialOptions {
  /** `/dev/serial/by-id/…` where there is one. */
  readonly path: string
  readonly baud: number
  /** None where it is left out. */
  readonly parity?: 'none' | 'even' | 'odd'
  /** One where it is left out. */
  readonly stopBits?: 1 | 2
}

/** A serial port with eight data bits, for this process alone. */
export function serialStream({ path, baud, parity = 'none', stopBits = 1 }: SerialOptions): ByteStream {
  return byteStreamOver({
    where: path,
    async connect() {
      const port = new SerialPort({ path, baudRate: baud, parity, stopBits, autoOpen: false })
      await new Promise<void>((resolve, reject) => {
        port.open((cause) =>
          cause ? reject(new Error(`${cause.message}${present()}`, { cause })) : resolve(),
        )
      })
      watch(port, path)
      return port
    },
    release: (duplex) =>
      new Promise((resolve) => {
        if (!(duplex instanceof SerialPort) || !duplex.isOpen) return resolve()
        // Closing a port whose device has gone may fail; it is gone either way.
        duplex.close(() => resolve())
      }),
  })
}

function watch(port: SerialPort, path: string): void {
  let first: Stats | undefined
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const now = await stat(path).catch(() => undefined)
    looking = false
    if (!port.isOpen) return clearInterval(timer)
    first ??= now
    if (now === undefined || now.rdev !== first?.rdev || now.ino !== first.ino) {
      clearInterval(timer)
      port.destroy(new Error('unplugged'))
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  timer.unref()
  void look()
}

/**
 * What is plugged in, for the one who reads why a port could not be opened. The folder is read rather than
 * `SerialPort.list()` asked, which ends the process where `udevadm` is missing.
 */
function present(): string {
  try {
    const names = readdirSync(BY_ID).slice(0, NAMES_SHOWN)
    return names.length === 0 ? '' : ` (plugged in: ${names.join(', ')})`
  } catch {
    // No such folder: no device with a name, or another system.
    return ''
  }
}
