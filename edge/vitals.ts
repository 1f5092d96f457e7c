import { existsSync, readFileSync, statfsSync } from 'node:fs'

const MEGABYTE = 1024 * 1024
const THERMAL = '/sys/class/thermal/thermal_zone0/temp'

/** The node's own numbers, as far as the machine tells them: memory and free disk in MB, uptime in s, temperature in °C. */
export function vitals(dataDir: string): Readonly<Record<string, number>> {
  return {
    memory: process.memoryUsage().rss / MEGABYTE,
    uptime: process.uptime(),
    ...told('disk_free', () => {
      const disk = statfsSync(dataDir)
      return (disk.bavail * disk.bsize) / MEGABYTE
    }),
    ...told('cpu_temperature', () =>
      existsSync(THERMAL) ? Number(readFileSync(THERMAL, 'utf8')) / 1000 : Number.NaN,
    ),
  }
}

/** Some boards list a sensor and refuse to read it, and a failing disk tells nothing of itself. */
function told(name: string, read: () => number): Readonly<Record<string, number>> {
  try {
    const value = read()
    return Number.isFinite(value) ? { [name]: value } : {}
  } catch {
    return {}
  }
}
