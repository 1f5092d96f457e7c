import { afterEach, describe, expect, test } from 'vitest'
import { deviceId } from '../../../core/ids.ts'
import type { DeviceDefinition, OutputRequest } from '../../../devices/define.ts'
import mega from '../../../devices/greenhouse/tram-greenhouse-mega.ts'
import { type BoardSite, boardSite, lastOf, SECOND } from './site.ts'

/** A board's pins are read and driven; whatever becomes of the board, its outputs begin at their safe values. */

const PIN = { pump: 22, doseA: 23, fan2: 9, shade: 44, heartbeat: 13, floatLow: 32, button: 34, meter: 2 }

/** Of Firmata: makes a pin something, and sets one. */
const [PIN_MODE, DIGITAL_PIN] = [0xf4, 0xf5]

let site: BoardSite
afterEach(() => site.stop())

async function served(
  config = {},
  definition: DeviceDefinition = mega,
  garbled?: (bytes: Uint8Array) => Uint8Array,
): Promise<BoardSite> {
  site = await boardSite(definition, config, garbled)
  await site.driver.start()
  await site.clock.advance(2 * SECOND)
  expect(site.driver.working?.()).toBe(true)
  return site
}

function drive(...requests: OutputRequest[]) {
  const device = deviceId('board')
  if (!device.ok) throw new Error('no id')
  return site.driver.drive(device.value, requests, 'normal')
}

describe('outputs of a board', () => {
  test('begin at their safe values, which is told when they were read back', async () => {
    const { told } = await served()
    expect([...told()].sort()).toEqual(
      Object.keys(mega.outputs)
        .map((name) => `confirmed ${name}=0`)
        .sort(),
    )
  })

  test('are told, and confirmed by what the board says of its pins', async () => {
    const { clock, board, outputs } = await served()
    outputs.length = 0
    expect(drive({ output: 'pump', value: 1 }, { output: 'fan2', value: 50 }).ok).toBe(true)
    expect(outputs).toEqual([])
    await clock.advance(100)
    expect([board.pin(PIN.pump).value, board.pin(PIN.fan2).value]).toEqual([1, 128])
    expect(site.told()).toEqual(['sent pump=1', 'sent fan2=50', 'confirmed pump=1', 'confirmed fan2=50'])
  })

  test('that the board does not carry out are told as failed, and never as done', async () => {
    const { clock, board } = await served({}, mega, (bytes) =>
      bytes.map((byte, at) =>
        byte === 1 && bytes[at - 1] === PIN.pump && bytes[at - 2] === DIGITAL_PIN ? 0 : byte,
      ),
    )
    drive({ output: 'pump', value: 1 })
    await clock.advance(5 * SECOND)
    expect(board.pin(PIN.pump).value).toBe(0)
    expect(site.told()).toContain('failed pump=1')
    expect(site.told()).not.toContain('confirmed pump=1')
  })

  test('a servo turns to its angle and back', async () => {
    const { clock, board } = await served()
    drive({ output: 'shade', value: 50 })
    await clock.advance(100)
    expect(board.pin(PIN.shade).value).toBe(90)
    drive({ output: 'shade', value: 0 })
    await clock.advance(100)
    expect([board.pin(PIN.shade).value, site.told().at(-1)]).toEqual([0, 'confirmed shade=0'])
  })

  test('that the board does not have are refused', async () => {
    await served()
    expect(drive({ output: 'siren', value: 1 })).toMatchObject({ error: { code: 'ACTION_UNSUPPORTED' } })
  })

  test('beyond their range are refused', async () => {
    await served()
    expect(drive({ output: 'fan2', value: 101 })).toMatchObject({ error: { code: 'ACTION_UNSUPPORTED' } })
  })

  test('one output never moves another', async () => {
    const { clock, driven } = await served()
    driven.length = 0
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    drive({ output: 'dose_a', value: 1 })
    await clock.advance(100)
    drive({ output: 'pump', value: 0 })
    await clock.advance(100)
    expect(driven.filter((change) => !change.startsWith(`${PIN.heartbeat}=`))).toEqual([
      '22=1',
      '23=1',
      '22=0',
    ])
  })

  test('the newest of two tellings is what is confirmed', async () => {
    const { clock, board } = await served()
    drive({ output: 'pump', value: 1 })
    drive({ output: 'pump', value: 0 })
    await clock.advance(5 * SECOND)
    expect([board.pin(PIN.pump).value, site.told().at(-1)]).toEqual([0, 'confirmed pump=0'])
    expect(site.told()).not.toContain('confirmed pump=1')
  })
})

describe('inputs of a board', () => {
  test('contacts are told at once', async () => {
    const { clock, board, telemetry } = await served()
    board.setDigital(PIN.floatLow, 0)
    await clock.advance(50)
    expect(lastOf(telemetry, 'float_low')).toBe(1)
    board.setDigital(PIN.floatLow, 1)
    await clock.advance(50)
    expect(lastOf(telemetry, 'float_low')).toBe(0)
  })

  test('a contact is not believed before the board says that its pin reads one', async () => {
    let lost = 0
    const { clock, board, telemetry } = await served({}, mega, (bytes) => {
      const at = bytes.findIndex((byte, n) => byte === PIN_MODE && bytes[n + 1] === PIN.floatLow)
      if (at < 0 || lost++ > 0) return bytes
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 3)])
    })
    expect(lost).toBeGreaterThan(0)
    await clock.advance(20 * SECOND)
    board.setDigital(PIN.floatLow, 0)
    await clock.advance(SECOND)
    const told = telemetry.flatMap((report) => report.telemetry.float_low ?? [])
    expect([told[0], told.at(-1)]).toEqual([0, 1])
  })

  test('a contact that chatters is told at most fifty times a second', async () => {
    const { clock, board, telemetry } = await served()
    telemetry.length = 0
    for (let nth = 0; nth < 500; nth++) {
      board.setDigital(PIN.button, nth % 2 === 0 ? 0 : 1)
      await clock.advance(2)
    }
    expect(telemetry.length).toBeLessThanOrEqual(52)
  })

  test('levels are told as their probe means them, the mean of what was read', async () => {
    const { clock, board, telemetry } = await served()
    board.setAnalog(0, 307)
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'pressure')).toBe(250.12)
  })

  test('a probe whose wire is cut is told as such', async () => {
    const { clock, board, telemetry } = await served()
    board.setAnalog(1, 0)
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'ec')).toBe('probe')
  })

  test('a probe that was calibrated on site goes by that', async () => {
    const curve: [number, number][] = [
      [1, 4],
      [3, 7],
    ]
    const { clock, board, telemetry } = await served({ calibration: { ph: { curve } } })
    board.setAnalog(2, 0.4 * 1_023)
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'ph')).toBeCloseTo(5.5, 2)
  })

  test('pulses are counted to the last, and are a flow', async () => {
    const { clock, board, telemetry } = await served()
    for (let tenth = 0; tenth < 100; tenth++) {
      board.pulse(PIN.meter, 2)
      await clock.advance(100)
    }
    expect(lastOf(telemetry, 'flow')).toBeCloseTo(40, 0)
    await clock.advance(10 * SECOND)
    expect(lastOf(telemetry, 'volume')).toBeCloseTo(200 / 30, 6)
    expect(lastOf(telemetry, 'flow')).toBe(0)
  })

  test('more pulses than the meter can give are noise, and are not counted', async () => {
    const { clock, board, telemetry } = await served()
    for (let tenth = 0; tenth < 100; tenth++) {
      board.pulse(PIN.meter, 40)
      await clock.advance(100)
    }
    expect([lastOf(telemetry, 'flow'), lastOf(telemetry, 'volume')]).toEqual(['too-fast', 'too-fast'])
    await clock.advance(10 * SECOND)
    expect(lastOf(telemetry, 'volume')).toBeLessThan(40)
  })
})

describe('devices on the bus of a board', () => {
  const definition: DeviceDefinition = {
    ...mega,
    telemetry: { ...mega.telemetry, air: { ...mega.telemetry.ec, unit: 'Cel', min: -40, max: 125 } },
    via: {
      firmata: {
        ...mega.via.firmata,
        read: {
          ...mega.via.firmata.read,
          air: {
            ...{ kind: 'i2c', address: 0x40, register: 0xe3, bytes: 2, at: 0, type: 'u16' },
            ...{ scale: 175.72 / 65_536, offset: -46.85 },
          },
        },
      },
    },
  }

  test('are asked in an even rhythm', async () => {
    const { clock, board, telemetry } = await served({}, definition)
    board.setI2c(0x40, (register) => (register === 0xe3 ? [0x68, 0x4c] : []))
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'air')).toBeCloseTo(24.739, 2)
  })

  test('that do not answer are told as such', async () => {
    const { clock, telemetry } = await served({}, definition)
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'air')).toBe('no-answer')
  })
})

describe('a board that restarts', () => {
  test('makes its outputs safe, says so to their owner, and tells nothing again by itself', async () => {
    const { clock, board, outputs, refused } = await served()
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    outputs.length = 0
    board.reset()
    await clock.advance(10 * SECOND)
    expect(refused).toContain('FIRMATA_RESET')
    expect(site.told()[0]).toBe('failed pump=1')
    expect(site.told()).toContain('confirmed pump=0')
    expect(board.pin(PIN.pump).value).toBe(0)
  })

  test('is noticed though its announcement is lost', async () => {
    const { clock, board, wire, refused } = await served()
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    // Its line is cut for a moment that nobody notices: what it says as it starts is not heard.
    const off = wire.far.onBytes(() => {})
    const host = board.attach(() => {})
    board.reset()
    host.leave()
    off()
    board.attach((bytes) => void wire.far.write(bytes))
    const again = board.attach((bytes) => void wire.far.write(bytes))
    wire.far.onBytes((bytes) => again.hear(bytes))
    await clock.advance(5 * SECOND)
    expect(refused).toContain('FIRMATA_RESET')
    expect([site.told().at(-1)?.startsWith('confirmed'), board.pin(PIN.pump).value]).toEqual([true, 0])
  })

  test('is what a pin is taken for that does what nobody told it', async () => {
    const { clock, board, wire, refused } = await served()
    void wire.near.write(Uint8Array.of(DIGITAL_PIN, PIN.pump, 1))
    await clock.advance(100)
    expect(board.pin(PIN.pump).value).toBe(1)
    await clock.advance(10 * SECOND)
    expect([board.pin(PIN.pump).value, refused]).toEqual([0, ['FIRMATA_RESET']])
    expect(site.driver.working?.()).toBe(true)
  })

  test('is told again by its owner', async () => {
    const { clock, board } = await served()
    board.reset()
    await clock.advance(5 * SECOND)
    expect(drive({ output: 'pump', value: 1 }, { output: 'shade', value: 50 }).ok).toBe(true)
    await clock.advance(100)
    expect([board.pin(PIN.pump).value, board.pin(PIN.shade).value]).toEqual([1, 90])
  })

  test('counts on from where its meter was', async () => {
    const { clock, board, telemetry } = await served()
    board.pulse(PIN.meter, 60)
    await clock.advance(3 * SECOND)
    board.reset()
    await clock.advance(5 * SECOND)
    board.pulse(PIN.meter, 30)
    await clock.advance(3 * SECOND)
    expect(lastOf(telemetry, 'volume')).toBe(3)
  })
})

describe('a board that hangs', () => {
  test('is missed within five seconds: its channels are told as silent, its outputs as failed', async () => {
    const { clock, board, telemetry, refused } = await served()
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    board.hang(true)
    await clock.advance(5 * SECOND)
    expect(site.told().at(-1)).toBe('failed pump=1')
    expect(lastOf(telemetry, 'pressure')).toBe('silent')
    expect(refused).toContain('FIRMATA_SILENT')
  })

  test('takes nothing on meanwhile', async () => {
    const { clock, board } = await served()
    board.hang(true)
    await clock.advance(5 * SECOND)
    expect(drive({ output: 'pump', value: 1 })).toMatchObject({ error: { code: 'FIRMATA_DOWN' } })
  })

  test('comes back with its outputs safe, though it held them all the while', async () => {
    const { clock, board } = await served()
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    board.hang(true)
    await clock.advance(60 * SECOND)
    expect(board.pin(PIN.pump).value).toBe(1)
    board.hang(false)
    await clock.advance(30 * SECOND)
    expect([board.pin(PIN.pump).value, site.driver.working?.()]).toEqual([0, true])
  })

  test('a telling that it did not hear is told as failed', async () => {
    const { clock, board } = await served()
    board.hang(true)
    drive({ output: 'pump', value: 1 })
    await clock.advance(5 * SECOND)
    expect(site.told().slice(-2)).toEqual(['sent pump=1', 'failed pump=1'])
  })
})

describe('a board that vanishes', () => {
  test('is told as missing at once, and as served when it is back', async () => {
    const { clock, wire, telemetry } = await served()
    drive({ output: 'pump', value: 1 })
    await clock.advance(100)
    wire.unplug()
    expect([site.told().at(-1), lastOf(telemetry, 'pressure')]).toEqual(['failed pump=1', 'silent'])
    wire.plug()
    await wire.far.open()
    await clock.advance(10 * SECOND)
    expect([site.driver.working?.(), site.board.pin(PIN.pump).value]).toEqual([true, 0])
  })

  test('without power at first is found when it has some', async () => {
    site = await boardSite(mega)
    site.board.power(false)
    await site.driver.start()
    await site.clock.advance(60 * SECOND)
    expect(lastOf(site.telemetry, 'pressure')).toBe('silent')
    site.board.power(true)
    await site.clock.advance(20 * SECOND)
    expect(site.driver.working?.()).toBe(true)
  })
})

describe('a node', () => {
  test('shows a watchdog relay that it lives, and only while it serves the board', async () => {
    const { clock, driven, board } = await served()
    driven.length = 0
    await clock.advance(10 * SECOND)
    expect(driven.filter((change) => change.startsWith('13='))).toHaveLength(10)
    await site.driver.stop()
    driven.length = 0
    await clock.advance(10 * SECOND)
    expect([driven, board.pin(PIN.heartbeat).value]).toEqual([[], board.pin(PIN.heartbeat).value])
  })

  test('tells a board all its outputs at once within a tenth of a second, at the pace that it can hear', async () => {
    const { clock, board, driver } = await served()
    const names = Object.keys(mega.outputs).filter((name) => name !== 'shade')
    drive(...names.map((output) => ({ output, value: 1 })))
    await clock.advance(SECOND)
    drive(...names.map((output) => ({ output, value: 0 })))
    await clock.advance(100)
    await driver.stop()
    expect(Object.values(mega.via.firmata.write).filter(({ pin }) => board.pin(pin).value > 0)).toEqual([])
  })

  test('leaves no timer behind when it ends', async () => {
    const { clock } = await served()
    await site.stop()
    expect(clock.pending()).toBe(0)
  })

  test('does not accept a board that has not the pins', async () => {
    site = await boardSite({
      ...mega,
      via: { firmata: { ...mega.via.firmata, write: { pump: { kind: 'pwm', pin: 22 } } } },
    })
    await site.driver.start()
    await site.clock.advance(3 * SECOND)
    expect([site.refused, site.driver.working?.()]).toEqual([['FIRMATA_PIN'], false])
  })
})
