import { readdir, readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { numbersOnly, type VitalSource, type Vitals } from './vitals.ts'

const MEGABYTE = 1_000_000
const KIBIBYTE = 1024
/** Boards list dozens of zones at the most; more is no board of ours. */
const ZONES_MAX = 64
/** Types of the zones that lie in the processor, as kernels name them: cpu-thermal, soc_thermal, x86_pkg_temp, k10temp. */
const PROCESSOR = /cpu|soc|pkg|core|k10temp/i

/** What the kernel tells of the machine: load as a share of all processors, memory left, the hottest part of the processor. */
export function machineVitals(options: { readonly root: string; readonly processors: number }): VitalSource {
  const { root, processors } = options
  return {
    name: 'machine',
    async read() {
      const [load, memory, temperature] = await Promise.all([
        readText(join(root, 'proc/loadavg')),
        readText(join(root, 'proc/meminfo')),
        hottest(join(root, 'sys/class/thermal')),
      ])
      return numbersOnly({
        cpu_load: (Number.parseFloat(load ?? '') / processors) * 100,
        memory_free:
          (Number(/^MemAvailable:\s+(\d+) kB$/m.exec(memory ?? '')?.[1] ?? Number.NaN) * KIBIBYTE) / MEGABYTE,
        cpu_temperature: temperature,
      })
    },
  }
}

/** Room on the disk that holds the node's data, as an ordinary user has it. */
export function diskVitals(folder: string): VitalSource {
  return {
    name: 'disk',
    async read(): Promise<Vitals> {
      const { bavail, bfree, blocks, bsize } = await statfs(folder)
      const used = blocks - bfree
      return numbersOnly({
        disk_free: (bavail * bsize) / MEGABYTE,
        disk_used: (used / (used + bavail)) * 100,
      })
    },
  }
}

/** Of the zones in the processor, or of all where none says that it is one. In °C; undefined where nothing is measured. */
async function hottest(folder: string): Promise<number | undefined> {
  const names = (await listFolder(folder))
    .filter((name) => name.startsWith('thermal_zone'))
    .slice(0, ZONES_MAX)
  const zones = await Promise.all(
    names.map(async (name) => ({
      type: (await readText(join(folder, name, 'type'))) ?? '',
      degrees: believable(integerOf(await readText(join(folder, name, 'temp')))),
    })),
  )
  const measured = zones.flatMap(({ type, degrees }) => (degrees === undefined ? [] : [{ type, degrees }]))
  const processor = measured.filter(({ type }) => PROCESSOR.test(type))
  const from = processor.length > 0 ? processor : measured
  return from.length === 0 ? undefined : Math.max(...from.map(({ degrees }) => degrees))
}

/** Thousandths of a degree; a few old boards tell whole degrees. A zone that is switched off reads 0 or below absolute zero. */
function believable(told: number | undefined): number | undefined {
  if (told === undefined) return undefined
  const degrees = Math.abs(told) < 200 ? told : told / 1000
  return degrees > -60 && degrees < 200 && degrees !== 0 ? degrees : undefined
}

export function integerOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  return /^-?\d{1,15}$/.test(trimmed) ? Number(trimmed) : undefined
}

/** Files of the kernel's: short, and not always willing. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}

export async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch {
    return []
  }
}
