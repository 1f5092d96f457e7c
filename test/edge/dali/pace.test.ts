import { expect, test } from 'vitest'
import { createStreet, type Gateway } from './street.ts'

/** A full line of lamps is asked as fast as its wires allow: 22 ms for a frame, 9 ms for an answer, two questions a lamp. */

const LAMPS = 64
const LINE_MS = LAMPS * 2 * (22 + 9)

/** How long a round over all lamps takes when each is asked as soon as it can be, ms. */
async function roundMs(gateway: Gateway): Promise<number> {
  const { driver, clock, telemetry } = await createStreet({ lamps: LAMPS, gateway, config: { poll_s: 1 } })
  await driver.start()
  await clock.advance(300_000)
  const words = telemetry.filter(({ device }) => device === 'lamp-7').slice(-5)
  const [first, last] = [words.at(0)?.time.mono ?? 0, words.at(-1)?.time.mono ?? 0]
  await driver.stop()
  return (last - first) / (words.length - 1)
}

test('behind a serial gateway, within a tenth of what the line itself takes', async () => {
  const round = await roundMs('foxtron')
  expect(round).toBeGreaterThanOrEqual(LINE_MS)
  expect(round).toBeLessThan(1.1 * LINE_MS)
})

test('behind a gateway on a Modbus line, whose bytes take no time here, within 1.6 times that', async () => {
  const round = await roundMs('resi')
  expect(round).toBeGreaterThanOrEqual(LINE_MS)
  expect(round).toBeLessThan(1.6 * LINE_MS)
})
