import { describe, expect, test } from 'vitest'
import { misgiven } from '../../../core/wire/command-rules.ts'
import type { Command } from '../../../core/wire/commands.ts'

/** Which class an action may come as, and what it must say of its end: the same at the hub and at the node. */

const light = { type: 'light', station: 'le-duan', target: { all: true }, level: 60 } as const
const release = { type: 'light-release', station: 'le-duan' } as const
const drive = { type: 'drive', device: 'siren', output: 'relay1', value: 1, for_s: 60 } as const

const codeOf = (given: Command['class'], action: Command['action']) =>
  misgiven({ class: given, action })?.code

describe('a light command', () => {
  test.each(['momentary', 'emergency'] as const)('that is %s says for how long', (given) => {
    expect(codeOf(given, { ...light, for_s: 3_600 })).toBeUndefined()
    expect(codeOf(given, light)).toBe('LIGHT_TIME_WRONG')
  })

  test('that is a setting lasts until it is released', () => {
    expect(codeOf('setting', light)).toBeUndefined()
    expect(codeOf('setting', { ...light, for_s: 3_600 })).toBe('LIGHT_TIME_WRONG')
  })
})

describe('a release of lamps', () => {
  test('names a command or lamps', () => {
    expect(codeOf('setting', { ...release, command: 'c1' })).toBeUndefined()
    expect(codeOf('setting', { ...release, target: { group: 'ends' } })).toBeUndefined()
  })

  test('that names both or neither is refused', () => {
    expect(codeOf('setting', { ...release, command: 'c1', target: { all: true } })).toBe(
      'LIGHT_RELEASE_UNCLEAR',
    )
    expect(codeOf('setting', release)).toBe('LIGHT_RELEASE_UNCLEAR')
  })

  test('is a setting, which an expiry does not stop', () => {
    expect(codeOf('momentary', { ...release, command: 'c1' })).toBe('COMMAND_CLASS_WRONG')
  })
})

describe('an override', () => {
  test('is for emergencies alone', () => {
    expect(codeOf('emergency', { ...drive, override: true })).toBeUndefined()
    expect(codeOf('momentary', { ...drive, override: true })).toBe('COMMAND_OVERRIDE_REFUSED')
  })
})
