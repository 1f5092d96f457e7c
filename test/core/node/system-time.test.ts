import { describe, expect, test } from 'vitest'
import { type RunProgram, systemTime } from '../../../core/node/system-time.ts'

/** A machine on which these programs print this; others are missing. */
const machine =
  (prints: Readonly<Record<string, string>>): RunProgram =>
  (program) =>
    Promise.resolve(prints[program])

const tracking = (leap: string) =>
  `A29FC801,162.159.200.1,4,1790812800.123456789,-0.000012,0.000034,0.000100,-9.5,0.001,0.03,0.02,0.001,64.2,${leap}\n`

describe('whether the system is synchronized', () => {
  test('systemd says so', async () => {
    expect(await systemTime(machine({ timedatectl: 'yes\n' })).synchronized()).toBe(true)
  })

  test('systemd says not, whatever chrony says', async () => {
    const both = machine({ timedatectl: 'no\n', chronyc: tracking('Normal') })
    expect(await systemTime(both).synchronized()).toBe(false)
  })

  test('chrony says so where there is no systemd', async () => {
    expect(await systemTime(machine({ chronyc: tracking('Normal') })).synchronized()).toBe(true)
  })

  test('chrony says not', async () => {
    expect(await systemTime(machine({ chronyc: tracking('Not synchronised') })).synchronized()).toBe(false)
  })

  test('chrony cannot reach its own daemon', async () => {
    expect(await systemTime(machine({ chronyc: '506 Cannot talk to daemon\n' })).synchronized()).toBe(false)
  })

  test('nobody knows: not', async () => {
    expect(await systemTime(machine({})).synchronized()).toBe(false)
  })

  test('is answered on this very machine, whatever it has', async () => {
    expect(typeof (await systemTime().synchronized())).toBe('boolean')
  }, 15_000)
})
