import { expect, test } from 'vitest'
import { deviceId, ID_PATTERN } from '../../core/ids.ts'

test('an id is no name that every object already has', () => {
  const names = Object.getOwnPropertyNames(Object.prototype)
  expect(names.filter((name) => deviceId(name).ok || new RegExp(ID_PATTERN).test(name))).toEqual([])
  expect(deviceId('constructor-2').ok).toBe(true)
})
