import { describe, expect, test } from 'vitest'
import { warnings } from '../../provisioning/check-config.ts'
import { STATION } from '../edge/node.ts'
import { streetOf } from '../edge/street.ts'

describe('tram check', () => {
  test('warns of a street whose lamps do not give what its class needs', () => {
    const road = { ...streetOf().road, class: 'M1' } as const
    const told = warnings({ stations: [STATION, streetOf({ road })] })
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('STREET_CLASS_UNMET')
  })

  test('has nothing to say of a street that does', () => {
    expect(warnings({ stations: [STATION, streetOf()] })).toEqual([])
  })
})
