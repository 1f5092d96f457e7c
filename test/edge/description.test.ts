import { describe, expect, test } from 'vitest'
import { encodeCbor, MESSAGE_BYTES_MAX } from '../../core/wire/cbor.ts'
import { describeWithin } from '../../edge/description.ts'
import { STATION } from './node.ts'
import { streetDevices, streetOf } from './street.ts'

/** The hub is told of all that one message holds, and the node says what it does not. */

const devices = (count: number) =>
  [...streetDevices(count)].map(([id, { model, label }]) => ({ id, model, label }))

describe('what the hub is told of a node', () => {
  test('holds a street of 400 lamps with its devices, twice over', () => {
    const streets = [streetOf({}, 400), streetOf({ id: 'hung-vuong' }, 400)]
    const { told, left } = describeWithin(devices(800), streets)
    expect(left).toEqual({ stations: [], devices: 0 })
    expect(encodeCbor(told).length).toBeLessThan(MESSAGE_BYTES_MAX - 4_096)
  })

  test('leaves out a station that does not fit, not those behind it', () => {
    const streets = Array.from({ length: 6 }, (_, index) => streetOf({ id: `street-${index}` }, 400))
    const { told, left } = describeWithin([], [...streets, STATION])
    expect(left.stations).toEqual(['street-5'])
    expect(told.stations.at(-1)).toBe(STATION)
    expect(encodeCbor(told).length).toBeLessThan(MESSAGE_BYTES_MAX)
  })

  test('leaves out devices beyond what the message may list', () => {
    const { told, left } = describeWithin(devices(1_200), [])
    expect(told.devices).toHaveLength(1_000)
    expect(left.devices).toBe(200)
  })
})
