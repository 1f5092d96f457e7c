import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { gpsTime } from '../../../core/lorawan/gps-time.ts'
import type { TimeReport } from '../../../edge/drivers/driver.ts'
import { createGatewayTime } from '../../../edge/drivers/lorawan/gateway-time.ts'

const HOUR_MS = 3_600_000

function scene() {
  const clock = fakeClock(Date.UTC(2026, 9, 1))
  const told: TimeReport[] = []
  const refused: Fault[] = []
  const time = createGatewayTime({
    clock,
    refused: (problem) => refused.push(problem),
    told: (report) => told.push(report),
  })
  return {
    clock,
    told,
    refused,
    /** `gateway` stamps a frame with a time that is `off_ms` from the truth. */
    hears(gateway: string, off_ms = 0) {
      time.note(gateway, gpsTime(clock.now() + off_ms).gps_s * 1000)
    },
  }
}

describe('the time that gateways stamp on frames', () => {
  test('is not told at the first word', () => {
    const site = scene()
    site.hears('a')
    expect(site.told).toEqual([])
  })

  test('is told, with the truth within its error, once the same gateway has repeated it', async () => {
    const site = scene()
    site.hears('a')
    await site.clock.advance(30_000)
    site.hears('a', -1_900)
    const [report] = site.told
    expect(report?.source).toBe('gnss')
    expect(report?.mono).toBe(30_000)
    expect(Math.abs((report?.utc ?? 0) - site.clock.now())).toBeLessThanOrEqual(
      (report?.error_ms ?? 0) + 1_000,
    )
  })

  test('is told once a minute, however many frames are heard', async () => {
    const site = scene()
    for (let second = 0; second < 130; second++) {
      site.hears('a')
      await site.clock.advance(1_000)
    }
    expect(site.told).toHaveLength(3)
  })

  test('that jumps is refused and counted', async () => {
    const site = scene()
    site.hears('a')
    await site.clock.advance(1_000)
    site.hears('a', HOUR_MS)
    expect(site.told).toEqual([])
    expect(site.refused.map(({ code }) => code)).toEqual(['GATEWAY_TIME_DISAGREES'])
  })

  test('of two gateways that contradict each other is told of neither', async () => {
    const site = scene()
    for (let minute = 0; minute < 10; minute++) {
      site.hears('a')
      site.hears('b', HOUR_MS)
      await site.clock.advance(60_000)
    }
    expect(site.told).toEqual([])
    expect(site.refused).toHaveLength(19)
    expect(site.refused[0]).toEqual({
      code: 'GATEWAY_TIME_DISAGREES',
      details: { gateway: 'b', other: 'a', apart_s: 3600 },
    })
  })

  test('is told again an hour after the gateway that contradicted fell silent', async () => {
    const site = scene()
    site.hears('b', HOUR_MS)
    await site.clock.advance(HOUR_MS + 1)
    site.hears('a')
    await site.clock.advance(1_000)
    site.hears('a')
    expect(site.told).toHaveLength(1)
  })
})
