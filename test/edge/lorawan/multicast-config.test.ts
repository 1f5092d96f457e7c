import { describe, expect, test } from 'vitest'
import { checkMulticast } from '../../../edge/drivers/lorawan/config.ts'
import { group } from './lamp-street.ts'
import { siteConfig } from './site.ts'

describe('groups in the configuration', () => {
  test('may name devices of this node', () => {
    expect(checkMulticast(siteConfig({ multicast: [group(['siren'])] }))).toEqual({
      ok: true,
      value: undefined,
    })
  })

  test('may not name a device that is not there', () => {
    expect(checkMulticast(siteConfig({ multicast: [group(['siren', 'lamp-7'])] }))).toMatchObject({
      error: { code: 'LORAWAN_MULTICAST_MEMBER', details: { device: 'lamp-7' } },
    })
  })

  test('may not share an address, however it is written', () => {
    const second = group(['siren'], { id: 'second', devAddr: 'FC00AC01' })
    expect(checkMulticast(siteConfig({ multicast: [group(['siren']), second] }))).toMatchObject({
      error: { code: 'LORAWAN_MULTICAST_TWICE', details: { group: 'second', other: 'street' } },
    })
  })

  test('may not share a name', () => {
    const second = group(['siren'], { devAddr: 'fc00ac02' })
    expect(checkMulticast(siteConfig({ multicast: [group(['siren']), second] }))).toMatchObject({
      error: { code: 'LORAWAN_MULTICAST_TWICE' },
    })
  })
})
