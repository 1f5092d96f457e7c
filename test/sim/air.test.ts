import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { type AirOptions, createAir, type HeardFrame, type RadioFrame } from '../../sim/radio/air.ts'

const SF7 = { spreadingFactor: 7, bandwidth_kHz: 125 }
const SF12 = { spreadingFactor: 12, bandwidth_kHz: 125 }
const frame = (changes: Partial<RadioFrame> = {}): RadioFrame => ({
  frequency_Hz: 921_400_000,
  modulation: SF7,
  power_dBm: 16,
  phy: new Uint8Array(13),
  ...changes,
})
const at = (x_m: number) => ({ x_m, y_m: 0 })

function scene(options: Partial<AirOptions> = {}) {
  const clock = fakeClock()
  const air = createAir({ clock, random: seededRandom(1), ...options })
  const device = (x_m: number, listens = false) => {
    const heard: HeardFrame[] = []
    const radio = air.device(at(x_m), { listening: () => listens, heard: (one) => heard.push(one) })
    return { ...radio, heard }
  }
  const gateway = (x_m: number) => {
    const heard: HeardFrame[] = []
    return { ...air.gateway(at(x_m), (one) => heard.push(one)), heard }
  }
  return { clock, device, gateway }
}

describe('hearing', () => {
  test('every gateway in reach hears an uplink, the nearer one louder', async () => {
    const { clock, device, gateway } = scene()
    const [near, far] = [gateway(100), gateway(3_000)]
    device(0).transmit(frame())
    await clock.advance(100)
    expect([near.heard.length, far.heard.length]).toEqual([1, 1])
    expect(near.heard[0]?.rssi_dBm).toBeGreaterThan((far.heard[0]?.rssi_dBm ?? 0) + 20)
  })

  test('SF12 reaches where SF7 does not', async () => {
    const { clock, device, gateway } = scene()
    const far = gateway(12_000)
    const sender = device(0)
    sender.transmit(frame())
    await clock.advance(2_000)
    expect(far.heard).toHaveLength(0)
    sender.transmit(frame({ modulation: SF12 }))
    await clock.advance(2_000)
    expect(far.heard).toHaveLength(1)
  })

  test('a frame is over after its time on the air: 1155.072 ms for 13 bytes at SF12', async () => {
    const { clock, device, gateway } = scene()
    const near = gateway(100)
    device(0).transmit(frame({ modulation: SF12 }))
    await clock.advance(1_155)
    expect(near.heard).toHaveLength(0)
    await clock.advance(1)
    expect((near.heard[0]?.end_ms ?? 0) - (near.heard[0]?.start_ms ?? 0)).toBeCloseTo(1_155.072, 3)
  })

  test('devices do not hear each other', async () => {
    const { clock, device } = scene()
    const other = device(10, true)
    device(0).transmit(frame())
    await clock.advance(100)
    expect(other.heard).toHaveLength(0)
  })

  test('the stated share of frames is lost', async () => {
    const { clock, device, gateway } = scene({ loss: 0.3 })
    const near = gateway(100)
    const sender = device(0)
    for (let sent = 0; sent < 1_000; sent++) {
      sender.transmit(frame())
      await clock.advance(100)
    }
    expect(near.heard.length).toBeGreaterThan(650)
    expect(near.heard.length).toBeLessThan(750)
  })
})

describe('at the same time', () => {
  test('two equally strong frames on one channel spoil each other', async () => {
    const { clock, device, gateway } = scene()
    const near = gateway(0)
    device(100).transmit(frame())
    device(-100).transmit(frame())
    await clock.advance(200)
    expect(near.heard).toHaveLength(0)
  })

  test('the much stronger of two survives', async () => {
    const { clock, device, gateway } = scene()
    const near = gateway(0)
    device(50).transmit(frame({ phy: new Uint8Array(20) }))
    device(2_000).transmit(frame())
    await clock.advance(200)
    expect(near.heard.map((one) => one.phy.length)).toEqual([20])
  })

  test('different spreading factors pass each other', async () => {
    const { clock, device, gateway } = scene()
    const near = gateway(0)
    device(100).transmit(frame())
    device(-100).transmit(frame({ modulation: { spreadingFactor: 8, bandwidth_kHz: 125 } }))
    await clock.advance(200)
    expect(near.heard).toHaveLength(2)
  })

  test('with collisions off both arrive', async () => {
    const { clock, device, gateway } = scene({ collisions: false })
    const near = gateway(0)
    device(100).transmit(frame())
    device(-100).transmit(frame())
    await clock.advance(200)
    expect(near.heard).toHaveLength(2)
  })

  test('a gateway that sends hears nothing', async () => {
    const { clock, device, gateway } = scene()
    const near = gateway(0)
    near.transmit(frame({ frequency_Hz: 922_000_000 }), clock.monotonic())
    device(100).transmit(frame())
    await clock.advance(200)
    expect(near.heard).toHaveLength(0)
  })

  test('a device that sends hears nothing', async () => {
    const { clock, device, gateway } = scene()
    const sender = device(100, true)
    sender.transmit(frame({ phy: new Uint8Array(100) }))
    gateway(0).transmit(frame({ frequency_Hz: 922_000_000 }), clock.monotonic())
    await clock.advance(500)
    expect(sender.heard).toHaveLength(0)
  })
})
