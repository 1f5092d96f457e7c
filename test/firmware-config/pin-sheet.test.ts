import { describe, expect, test } from 'vitest'
import { deviceDefinitions } from '../../devices/registry.ts'
import { pinSheet } from '../../firmware-config/pin-sheet.ts'

/** Who wires a board has every pin of it on one sheet. */

const boards = [...deviceDefinitions.values()].filter(({ via }) => via.firmata !== undefined)

describe.each(boards)('the sheet of $model', ({ model, telemetry, outputs }) => {
  test('names every channel and every output', () => {
    const sheet = pinSheet({ model, device: 'gh-board', language: 'vi' })
    const text = sheet.ok ? sheet.value : ''
    const missing = [...Object.keys(telemetry), ...Object.keys(outputs)].filter(
      (name) => !text.includes(`(${name})`),
    )
    expect(missing).toEqual([])
  })
})

describe('a pin sheet', () => {
  test('is for boards alone', () => {
    const sheet = pinSheet({ model: 'milesight-uc511', device: 'valves', language: 'en' })
    expect(sheet).toMatchObject({ error: { code: 'SETTINGS_UNKNOWN' } })
  })

  test('says where the pump is wired', () => {
    const sheet = pinSheet({ model: 'tram-greenhouse-mega', device: 'gh-board', language: 'en' })
    expect(sheet.ok ? sheet.value : '').toMatch(/^22 +Pump \(pump\) +relay, on while high$/m)
  })
})
