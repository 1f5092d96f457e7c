import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { checkDefinition } from '../../devices/check.ts'
import { isCurve } from '../../devices/check-firmata.ts'
import { analogValue, decodePins, i2cValue, pinWrites } from '../../devices/codecs/firmata-pins.ts'
import type { DeviceDefinition, FirmataBinding, FirmataPins, FirmataRead } from '../../devices/define.ts'
import uno from '../../devices/greenhouse/arduino-uno-relays.ts'
import mega from '../../devices/greenhouse/tram-greenhouse-mega.ts'

/** What a board's pins mean, and which boards could not be made safe. */

const FIRMATA: FirmataBinding = mega.via.firmata

function complaints(firmata: Partial<FirmataBinding>, outputs: DeviceDefinition['outputs'] = mega.outputs) {
  return checkDefinition({ ...mega, outputs, via: { firmata: { ...FIRMATA, ...firmata } } })
}

describe('the definition of a board', () => {
  test('whose relay is on when its pin is low is refused: each reset would switch it on', () => {
    const write = { ...FIRMATA.write, pump: { kind: 'digital', pin: 22, inverted: true } as const }
    expect(complaints({ write })).toContain(
      'output pump: a board that starts makes its pin low, which is not safe',
    )
  })

  test('whose output is at rest when its pin is low, and safe in being on, is not', () => {
    const write = { ...FIRMATA.write, pump: { kind: 'digital', pin: 22, inverted: true } as const }
    const pump = { ...mega.outputs.pump, safe: 1, powerUp: 1 }
    expect(complaints({ write }, { ...mega.outputs, pump }).filter((text) => text.includes('pump'))).toEqual(
      [],
    )
  })

  test('with two things on one pin is refused', () => {
    const write = { ...FIRMATA.write, pump: { kind: 'digital', pin: 32 } as const }
    expect(complaints({ write })).toContain('pin 32 serves two things')
  })

  test('that claims to time itself out is refused', () => {
    const pump = { ...mega.outputs.pump, timedS: 60 }
    expect(complaints({}, { ...mega.outputs, pump })).toContain('output pump: a board ends nothing by itself')
  })

  test('that uses the pins of its own serial line is refused', () => {
    const read = { ...FIRMATA.read, float_low: { kind: 'digital', pin: 1 } as const }
    expect(complaints({ read }).join()).toContain("pin 1 is none, or the board's own serial line")
  })

  test('whose curve does not rise in volts is refused', () => {
    expect([
      isCurve([
        [2, 4],
        [1, 7],
      ]),
      isCurve([[1, 4]]),
      isCurve([
        [1, 7],
        [2, 4],
      ]),
    ]).toEqual([false, false, true])
  })
})

describe('an analog pin', () => {
  const PH: Extract<FirmataRead, { kind: 'analog' }> = {
    ...{ kind: 'analog', pin: 2, full_V: 5 },
    curve: [
      [1.5, 7],
      [2, 4],
      [3, 1],
    ],
    sound_V: [0.2, 4.8],
  }
  const ph = (volts: number) => analogValue(PH, mega.telemetry.ph, (volts / 5) * 1_023)

  test('reads along the straight lines of its curve', () => {
    expect([ph(1.75), ph(2.5)]).toEqual([{ value: 5.5 }, { value: 2.5 }])
  })

  test('goes on along the outermost line beyond its ends', () => {
    expect(ph(1.25)).toEqual({ value: 8.5 })
  })

  test('stays within the range of its channel', () => {
    expect(ph(0.25)).toEqual({ value: 14 })
  })

  test('that reads what no probe gives is broken', () => {
    expect([ph(0.1), ph(4.9)]).toEqual([{ failed: 'probe' }, { failed: 'probe' }])
  })
})

describe('a register on the bus', () => {
  const read = { kind: 'i2c', address: 0x40, bytes: 3, at: 1, type: 's16', scale: 0.01, offset: 0 } as const

  test('may be negative', () => {
    expect(i2cValue(read, [0, 0xff, 0x9c])).toEqual({ value: -1 })
  })

  test('of which too few bytes came is told as such', () => {
    expect(i2cValue(read, [0, 0xff])).toEqual({ failed: 'short-answer' })
  })
})

test('100,000 reports of any pins: values lie in their channels, or are refused; nothing throws', () => {
  const random = seededRandom(6)
  const keys = ['d32', 'd33', 'd34', 'p2', 'f2', 'a0', 'a1', 'a2', 'a3', 'i64', 'x', 'd99', '__proto__']
  const honest: FirmataPins = {
    ...{ d32: 0, d33: 0, d34: 1, p2: 315, f2: 16, a0: 307, a1: 252, a2: 540, a3: 400 },
  }
  const wild = [Number.NaN, -1, 2, 1_024, 1e300, Number.POSITIVE_INFINITY, 'ff', '', 0.5]
  let accepted = 0
  for (let nth = 0; nth < 100_000; nth++) {
    const key = keys[Math.floor(random.next() * keys.length)] ?? 'd32'
    const value = random.next() < 0.5 ? wild[Math.floor(random.next() * wild.length)] : random.next() * 1_200
    const pins: FirmataPins = { ...honest, [key]: value ?? 0 }
    const decoded = decodePins(mega, FIRMATA, pins)
    if (!decoded.ok) continue
    accepted++
    for (const [name, told] of Object.entries(decoded.value.telemetry)) {
      const { min, max } = (mega.telemetry as DeviceDefinition['telemetry'])[name] ?? { min: 0, max: 0 }
      if (!(told >= min && told <= max)) throw new Error(`${name} is ${told}`)
    }
  }
  expect(accepted).toBeGreaterThan(1_000)
})

test('100,000 requests: a pin is told 0 or 1, 0 to 255, or an angle, and nothing else', () => {
  const random = seededRandom(7)
  const names = [...Object.keys(mega.outputs), 'siren', '__proto__', 'toString']
  const values = [0, 1, 50, 100, -1, 101, Number.NaN, Number.POSITIVE_INFINITY, 0.3]
  for (let nth = 0; nth < 100_000; nth++) {
    const output = names[Math.floor(random.next() * names.length)] ?? 'pump'
    const value = values[Math.floor(random.next() * values.length)] ?? 0
    const writes = pinWrites(mega, FIRMATA, [{ output, value }])
    if (!writes.ok) continue
    for (const { write, raw } of writes.value) {
      const most = { digital: 1, pwm: 255, servo: 180 }[write.kind]
      if (!(Number.isInteger(raw) && raw >= 0 && raw <= most)) throw new Error(`${output} ${value} is ${raw}`)
    }
  }
  expect(pinWrites(uno, uno.via.firmata, [{ output: 'relay2', value: 1 }])).toMatchObject({
    value: [{ output: 'relay2', raw: 1 }],
  })
})
