import { describe, expect, test } from 'vitest'
import { checker } from '../../../core/schema.ts'
import { checkDali, DaliConfig } from '../../../edge/drivers/dali/config.ts'
import { checkSerial, SerialConfig } from '../../../edge/drivers/serial/config.ts'

/** What is wrong with the dali and serial sections of edge.yaml is said before anything is driven. */

const asDali = checker(DaliConfig)
const asSerial = checker(SerialConfig)

const lamp = (number: number, address = number) => ({
  id: `lamp-${number}`,
  model: 'dali-luminaire',
  address,
})
const line = (more: object) => ({
  id: 'lo-2',
  gateway: { model: 'resi-dali', modbus: 'tu', unit: 7 },
  fade_s: 2,
  devices: [lamp(0), lamp(1)],
  groups: [],
  scenes: [],
  ...more,
})

const CABINET = { id: 'tu', devices: [{ unit: 1 }] }

function daliProblem(more: object, modbusLine = CABINET) {
  return daliProblemOf([line(more)], modbusLine)
}

function daliProblemOf(lines: readonly object[], modbusLine = CABINET) {
  const checked = asDali(lines)
  if (!checked.ok) return checked.problem.path
  const sound = checkDali(checked.value, [modbusLine])
  return sound.ok ? 'sound' : sound.error.code
}

describe('a DALI line', () => {
  test.each([
    ['behind a Modbus gateway', {}],
    [
      'behind a serial gateway',
      { gateway: { model: 'foxtron-dali232', serial: { path: '/dev/x', baud: 19_200 } } },
    ],
    ['behind a TCP gateway', { gateway: { model: 'foxtron-dali232', tcp: { host: '10.0.0.9', port: 23 } } }],
    [
      'with groups and scenes',
      {
        groups: [{ group: 0, devices: ['lamp-0', 'lamp-1'] }],
        scenes: [{ scene: 15, levels: [{ device: 'lamp-1', level: 30 }] }],
      },
    ],
  ])('is sound %s', (_what, more) => {
    expect(daliProblem(more)).toBe('sound')
  })
  test.each([
    ['two gears of one address', { devices: [lamp(0), lamp(1, 0)] }, 'DALI_ADDRESS_TWICE'],
    ['a group of a stranger', { groups: [{ group: 0, devices: ['lamp-9'] }] }, 'DALI_MEMBER_UNKNOWN'],
    [
      'a scene of a stranger',
      { scenes: [{ scene: 0, levels: [{ device: 'x', level: 1 }] }] },
      'DALI_MEMBER_UNKNOWN',
    ],
    [
      'a gear twice in a group',
      { groups: [{ group: 0, devices: ['lamp-0', 'lamp-0'] }] },
      'DALI_LISTED_TWICE',
    ],
    [
      'a group twice',
      {
        groups: [
          { group: 1, devices: ['lamp-0'] },
          { group: 1, devices: ['lamp-1'] },
        ],
      },
      'DALI_LISTED_TWICE',
    ],
    ['an address that there is not', { devices: [lamp(0, 64)] }, '/0/devices/0/address'],
    ['a group that there is not', { groups: [{ group: 16, devices: ['lamp-0'] }] }, '/0/groups/0/group'],
  ])('is refused with %s', (_what, more, problem) => {
    expect(daliProblem(more)).toBe(problem)
  })
  test('is refused behind a Modbus line that is not there', () => {
    expect(daliProblem({}, { id: 'meters', devices: [] })).toBe('MODBUS_LINE_UNKNOWN')
  })
  test('is refused behind a gateway that another leads through', () => {
    const other = line({ id: 'lo-3', devices: [lamp(2)] })
    expect(daliProblemOf([line({}), other])).toBe('MODBUS_UNIT_TWICE')
  })
  test('is refused behind a gateway whose number a meter has', () => {
    expect(daliProblem({}, { id: 'tu', devices: [{ unit: 7 }] })).toBe('MODBUS_UNIT_TWICE')
  })
})

describe('a serial line', () => {
  const device = { id: 'gauge', model: 'geolux-lx-80', silent_s: 60, least_s: 1 }
  const serial = { path: '/dev/serial/by-id/usb-radar', baud: 115_200 }
  const tcp = { host: '10.0.0.7', port: 4_001 }
  const problem = (more: object) => {
    const checked = asSerial([{ id: 'rs232', device, ...more }])
    if (!checked.ok) return checked.problem.path
    const sound = checkSerial(checked.value)
    return sound.ok ? 'sound' : sound.error.code
  }
  test.each([
    ['a port', { serial }, 'sound'],
    ['a serial server', { tcp }, 'sound'],
    ['both', { serial, tcp }, 'SERIAL_LINE_CHOICE'],
    ['neither', {}, 'SERIAL_LINE_CHOICE'],
    ['a parity that there is not', { serial: { ...serial, parity: 'mark' } }, '/0/serial/parity'],
  ])('with %s is %s', (_what, more, expected) => {
    expect(problem(more)).toBe(expected)
  })
})
