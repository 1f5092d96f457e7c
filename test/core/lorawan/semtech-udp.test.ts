import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeFromGateway,
  encodeFromServer,
  type FromGateway,
  parseFromGateway,
  parseFromServer,
} from '../../../core/lorawan/semtech-udp.ts'

const GATEWAY = 'aa555a0000000001'
const push = (body: unknown) =>
  Buffer.concat([
    Buffer.from([2, 0x12, 0x34, 0]),
    Buffer.from(GATEWAY, 'hex'),
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ])
const rxpk = {
  tmst: 3512348611,
  chan: 2,
  rfch: 0,
  freq: 921.4,
  stat: 1,
  modu: 'LORA',
  datr: 'SF10BW125',
  codr: '4/5',
  rssi: -35,
  lsnr: 5.1,
  size: 3,
  data: 'AQID',
}
const code = (bytes: Uint8Array) => {
  const parsed = parseFromGateway(bytes)
  return parsed.ok ? 'ok' : parsed.error.code
}
const received = (bytes: Uint8Array): FromGateway & { kind: 'push-data' } => {
  const parsed = parseFromGateway(bytes)
  if (!parsed.ok || parsed.value.kind !== 'push-data') throw new Error('not PUSH_DATA')
  return parsed.value
}

describe('what a gateway sends', () => {
  test('a frame is read with its radio data', () => {
    expect(received(push({ rxpk: [rxpk] }))).toEqual({
      kind: 'push-data',
      token: 0x1234,
      gateway: GATEWAY,
      skipped: 0,
      received: [
        {
          tmst_us: 3512348611,
          frequency_Hz: 921_400_000,
          modulation: { spreadingFactor: 10, bandwidth_kHz: 125 },
          rssi_dBm: -35,
          snr_dB: 5.1,
          phy: Uint8Array.of(1, 2, 3),
        },
      ],
    })
  })

  test('the GPS time of reception is read where there is one', () => {
    const [frame] = received(push({ rxpk: [{ ...rxpk, tmms: 1_474_848_018_000 }] })).received
    expect(frame?.gps_ms).toBe(1_474_848_018_000)
  })

  test.each([null, -0.5, 'soon', 1e300])('a GPS time of %s costs the time and not the frame', (tmms) => {
    const [frame] = received(push({ rxpk: [{ ...rxpk, tmms }] })).received
    expect(frame?.phy).toEqual(Uint8Array.of(1, 2, 3))
    expect(frame).not.toHaveProperty('gps_ms')
  })

  test.each(['AQIDBA', 'AQIDBA==', 'AQIDBA='])('base64 %s is read with or without padding', (data) => {
    const [frame] = received(push({ rxpk: [{ ...rxpk, data, size: 4 }] })).received
    expect(frame?.phy).toEqual(Uint8Array.of(1, 2, 3, 4))
  })

  test.each([-1, 0])('a frame with CRC status %i is dropped and counted', (stat) => {
    expect(received(push({ rxpk: [{ ...rxpk, stat }, rxpk] }))).toMatchObject({
      skipped: 1,
      received: { length: 1 },
    })
  })

  test('FSK is skipped', () => {
    expect(received(push({ rxpk: [{ ...rxpk, modu: 'FSK', datr: 50_000 }] })).skipped).toBe(1)
  })

  test('one malformed frame does not cost the others', () => {
    expect(received(push({ rxpk: [{ ...rxpk, tmst: -1 }, rxpk] }))).toMatchObject({
      received: { length: 1 },
      malformed: { key: '/rxpk/0/tmst' },
    })
  })

  test('a size that differs from the data is malformed', () => {
    expect(received(push({ rxpk: [{ ...rxpk, size: 9 }] })).malformed?.key).toBe('/rxpk/0/size')
  })

  test('a status is read', () => {
    const stat = { time: '2026-10-01 00:00:00 GMT', rxnb: 2, rxok: 1, rxfw: 1, ackr: 100, dwnb: 0, txnb: 0 }
    expect(received(push({ stat })).stat).toMatchObject({ rxnb: 2, rxok: 1 })
  })

  test('PULL_DATA is read', () => {
    expect(parseFromGateway(Buffer.from(`02abcd02${GATEWAY}`, 'hex'))).toEqual({
      ok: true,
      value: { kind: 'pull-data', token: 0xabcd, gateway: GATEWAY },
    })
  })

  test.each(['', '00', '20'])('TX_ACK with the body "%s" means sent', (body) => {
    expect(parseFromGateway(Buffer.from(`02abcd05${GATEWAY}${body}`, 'hex'))).toMatchObject({
      value: { kind: 'tx-ack', outcome: 'NONE' },
    })
  })

  test('TX_ACK names its error', () => {
    const packet = { kind: 'tx-ack', token: 7, gateway: GATEWAY, outcome: 'TOO_LATE' } as const
    expect(parseFromGateway(encodeFromGateway(packet))).toEqual({ ok: true, value: packet })
  })

  test('what is heard is written as it is read', () => {
    const packet = received(push({ rxpk: [rxpk] }))
    expect(parseFromGateway(encodeFromGateway(packet))).toEqual({ ok: true, value: packet })
  })
})

describe('what is refused', () => {
  test.each([
    ['UDP_TRUNCATED', Buffer.alloc(0)],
    ['UDP_TRUNCATED', Buffer.from([2, 0, 0])],
    ['UDP_TRUNCATED', Buffer.from([2, 0, 0, 0, 1, 2])],
    ['UDP_VERSION', Buffer.from([1, 0, 0, 0, 1, 2])],
    ['UDP_KIND', Buffer.from([2, 0, 0, 9, 1, 2])],
    ['UDP_NOT_JSON', push('{"rxpk":')],
    ['UDP_INVALID', push({ rxpk: 1 })],
    ['UDP_INVALID', push([])],
    ['UDP_TOO_LARGE', Buffer.alloc(70_000, 2)],
  ])('%s', (expected, bytes) => {
    expect(code(bytes)).toBe(expected)
  })

  test('100,000 hostile packets never throw', () => {
    const kind = fc.constantFrom(0, 2, 5, 3, 9)
    const body = fc.oneof(fc.string({ maxLength: 30 }), fc.json({ maxDepth: 2 }))
    fc.assert(
      fc.property(kind, body, fc.nat(14), (id, text, cut) => {
        const packet = Buffer.concat([
          Buffer.from([2, 1, 2, id]),
          Buffer.from(GATEWAY, 'hex'),
          Buffer.from(text),
        ])
        parseFromGateway(packet.subarray(0, packet.length - cut))
        parseFromServer(packet)
      }),
      { numRuns: 100_000 },
    )
  })
})

describe('what the server sends', () => {
  const transmit = {
    frequency_Hz: 921_400_000,
    modulation: { spreadingFactor: 10, bandwidth_kHz: 125 },
    power_dBm: 16,
    phy: Uint8Array.of(1, 2, 3, 4),
  }

  test.each(['now', { tmst_us: 4_294_967_295 }] as const)('a transmission %j is read back', (when) => {
    const packet = { kind: 'pull-resp', token: 9, transmit: { ...transmit, when } } as const
    expect(parseFromServer(encodeFromServer(packet))).toEqual({ ok: true, value: packet })
  })

  test.each(['push-ack', 'pull-ack'] as const)('%s repeats the token', (kind) => {
    const packet = { kind, token: 0xfffe }
    expect(parseFromServer(encodeFromServer(packet))).toEqual({ ok: true, value: packet })
  })

  test('PULL_RESP is version, token, kind and JSON without an EUI', () => {
    const bytes = Buffer.from(
      encodeFromServer({ kind: 'pull-resp', token: 0x0102, transmit: { ...transmit, when: 'now' } }),
    )
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('\x02\x01\x02\x03{')
  })
})
