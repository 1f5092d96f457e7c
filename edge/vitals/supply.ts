import { join } from 'node:path'
import { SUPPLY_PREFIX, type SupplyPointName } from '../../core/documents/node-points.ts'
import { integerOf, listFolder, readText } from './machine.ts'
import { numbersOnly, type VitalSource } from './vitals.ts'

/** A pole has a mains adapter, a battery and a solar charger at the most; the rest is left out. */
const SUPPLIES_MAX = 8
const MILLION = 1_000_000
const CHARGING: Readonly<Record<string, number>> = {
  Charging: 1,
  Full: 0,
  'Not charging': 0,
  Discharging: -1,
}

/**
 * Mains, batteries and chargers as the kernel tells them (Documentation/ABI/testing/sysfs-class-power of Linux): volts and
 * amperes in millionths. Supplies of other things (scope `Device`: a wireless keyboard) are none of the node's.
 */
export function supplyVitals(root: string): VitalSource {
  const folder = join(root, 'sys/class/power_supply')
  return {
    name: 'supply',
    async read() {
      const names = (await listFolder(folder)).slice(0, SUPPLIES_MAX)
      const told = await Promise.all(names.map((name) => supply(join(folder, name), name)))
      return numbersOnly(Object.assign({}, ...told))
    },
  }
}

async function supply(folder: string, name: string): Promise<Readonly<Record<string, number | undefined>>> {
  const attribute = async (file: string) => (await readText(join(folder, file)))?.trim()
  const [scope, status] = await Promise.all([attribute('scope'), attribute('status')])
  if (scope === 'Device') return {}
  const amount = async (file: string) => integerOf(await attribute(file))
  const [online, capacity, voltage, current] = await Promise.all(
    ['online', 'capacity', 'voltage_now', 'current_now'].map(amount),
  )
  const values: Record<SupplyPointName, number | undefined> = {
    // 2 says "online, at a fixed voltage": the mains are there all the same.
    online: online === undefined ? undefined : Math.min(1, Math.max(0, online)),
    capacity: capacity !== undefined && capacity >= 0 && capacity <= 100 ? capacity : undefined,
    voltage: voltage === undefined ? undefined : voltage / MILLION,
    current: current === undefined ? undefined : current / MILLION,
    charging: status === undefined ? undefined : CHARGING[status],
  }
  const prefix = `${SUPPLY_PREFIX}${channelName(name)}/`
  return Object.fromEntries(Object.entries(values).map(([kind, value]) => [prefix + kind, value]))
}

/** Kernels name supplies after their driver and bus address: `axp20x-battery`, `BAT0`, `bq24190.2-006b`. */
function channelName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 30)
}
