import { describe, expect, test } from 'vitest'
import { deviceId } from '../../../core/ids.ts'
import { registerUnit } from '../../../sim/modbus/unit.ts'
import { createSite, known, type SiteUnit } from './site.ts'

/** A drive has one output, its speed: told one, it is started, and told 0 it is stopped. */

const DRIVE = known('invertek-optidrive-e3')
const RUN = 0
const SPEED = 1

/** It answers function 03 and 06, as its guide says, and refuses a write of several registers. */
async function drive() {
  const holding: Record<number, number> = { 5: 0, 6: 0, 7: 0, [RUN]: 0, [SPEED]: 0 }
  const memory = registerUnit({ holding })
  const written: string[] = []
  const unit: SiteUnit = {
    ...{ id: 'vfd', unit: 1, definition: DRIVE, poll_s: 1 },
    registers: {
      read: memory.read,
      write(table, address, values) {
        if (values.length > 1) return 1
        written.push(`${address}=${values[0]}`)
        return memory.write(table, address, values)
      },
    },
  }
  const site = await createSite([unit])
  const id = deviceId('vfd')
  if (!id.ok) throw new Error(id.error.code)
  return {
    ...{ ...site, holding, written },
    async tell(value: number) {
      site.driver.drive(id.value, [{ output: 'speed', value }], 'urgent')
      await site.clock.advance(2_000)
    },
  }
}

describe('a pump on a frequency converter', () => {
  test('is started and told how fast, one register at a time', async () => {
    const one = await drive()
    await one.tell(80)
    expect(one.written).toEqual(['0=1', '1=400'])
    expect(one.stages()).toEqual(['sent speed=80', 'confirmed speed=80'])
  })

  test('is stopped before its speed is taken away', async () => {
    const one = await drive()
    await one.tell(80)
    one.written.length = 0
    await one.tell(0)
    expect(one.written.slice(0, 2)).toEqual(['0=0', '1=0'])
    expect([one.holding[RUN], one.holding[SPEED]]).toEqual([0, 0])
    expect(one.stages().at(-1)).toBe('confirmed speed=0')
  })

  test('that was stopped at its keypad is told again, and does not pass for running', async () => {
    const one = await drive()
    await one.tell(80)
    one.holding[RUN] = 0
    one.written.length = 0
    await one.clock.advance(40_000)
    expect(one.written).toEqual(['0=1', '1=400'])
  })
})
