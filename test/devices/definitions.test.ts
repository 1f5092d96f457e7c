import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkDefinition } from '../../devices/check.ts'
import { exampleFault } from '../../devices/examples.ts'
import { deviceDefinitions, findDefinition } from '../../devices/registry.ts'

const definitions = [...deviceDefinitions.values()]

describe.each(definitions)('$model', (definition) => {
  test('passes every check of a definition', () => {
    expect(checkDefinition(definition)).toEqual([])
  })

  test.each(definition.examples.map((example, index) => ({ index: index + 1, example })))(
    'example $index holds: $example',
    ({ example }) => {
      expect(exampleFault(definition, example)).toBeNull()
    },
  )
})

test('an interlock without a possible time is a mistake of the definition', () => {
  const box = definitions.find(({ outputs }) => outputs.relay1 !== undefined)
  const relay = box?.outputs.relay1
  if (box === undefined || relay === undefined) throw new Error('no relay')
  const interlocks = [{ kind: 'longest-run', run_s: 0, rest_s: 5 }] as const
  expect(checkDefinition({ ...box, outputs: { ...box.outputs, relay1: { ...relay, interlocks } } })).toEqual([
    'output relay1: interlock longest-run has no possible times',
  ])
})

describe('the registry', () => {
  test('finds a definition by its model', () => {
    const found = findDefinition('dragino-ldds75')
    expect(found.ok && found.value.kind).toBe('water-level')
  })

  test('refuses a model that nobody has described, naming it', () => {
    expect(findDefinition('dragino-ldds76')).toEqual({
      ok: false,
      error: { code: 'DEVICE_UNKNOWN_MODEL', details: { model: 'dragino-ldds76' } },
    })
  })

  test('holds one definition for each device file, under the name of the file', () => {
    const files = ['flood', 'streetlight', 'greenhouse'].flatMap((room) =>
      readdirSync(new URL(`../../devices/${room}/`, import.meta.url)),
    )
    expect([...deviceDefinitions.keys()].sort()).toEqual(
      files.map((file) => file.replace(/\.ts$/, '')).sort(),
    )
  })
})
