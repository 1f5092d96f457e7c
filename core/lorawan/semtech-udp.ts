import Type, { type Static } from 'typebox'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { checker } from '../schema.ts'
import type { Modulation } from './airtime.ts'

/**
 * The Semtech UDP packet forwarder's protocol, version 2 (Lora-net/packet_forwarder, PROTOCOL.TXT).
 * It has no authentication: bind it to the gateway's own network and check the EUI.
 */

/** The reference forwarder's largest is under 5 KiB: eight frames and a status. */
export const DATAGRAM_BYTES_MAX = 16 * 1024
const RXPK_MAX = 64
const PHY_BYTES_MAX = 255
const VERSION = 2

const KIND = { pushData: 0, pushAck: 1, pullData: 2, pullResp: 3, pullAck: 4, txAck: 5 } as const

const Uint32 = Type.Integer({ minimum: 0, maximum: 0xffff_ffff })
const Base64 = Type.String({ maxLength: 344, pattern: '^[A-Za-z0-9+/]*={0,2}$' })

/** One frame heard. Frequencies in MHz, levels in dBm and dB, `tmst` in µs of the concentrator's own clock. */
const RxpkJson = Type.Object({
  tmst: Uint32,
  /** GPS time of reception in ms, where the gateway has GNSS and a fix. Anything else costs the time, not the frame. */
  tmms: Type.Optional(Type.Unknown()),
  freq: Type.Number({ minimum: 100, maximum: 3000 }),
  stat: Type.Optional(Type.Integer()),
  modu: Type.String({ maxLength: 10 }),
  datr: Type.Union([Type.String({ maxLength: 16 }), Type.Number()]),
  rssi: Type.Number({ minimum: -300, maximum: 100 }),
  lsnr: Type.Optional(Type.Number({ minimum: -100, maximum: 100 })),
  size: Type.Optional(Type.Integer({ minimum: 0, maximum: PHY_BYTES_MAX })),
  data: Base64,
})

const count = Type.Optional(Type.Number({ minimum: 0 }))
const StatJson = Type.Object({
  rxnb: count,
  rxok: count,
  rxfw: count,
  ackr: count,
  dwnb: count,
  txnb: count,
})

const PushJson = Type.Object({
  rxpk: Type.Optional(Type.Array(Type.Unknown(), { maxItems: RXPK_MAX })),
  stat: Type.Optional(Type.Unknown()),
})

const TxpkJson = Type.Object({
  imme: Type.Optional(Type.Boolean()),
  tmst: Type.Optional(Uint32),
  freq: Type.Number({ minimum: 100, maximum: 3000 }),
  rfch: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 })),
  powe: Type.Optional(Type.Number({ minimum: -20, maximum: 40 })),
  modu: Type.Literal('LORA'),
  datr: Type.String({ maxLength: 16 }),
  codr: Type.Optional(Type.String({ maxLength: 8 })),
  ipol: Type.Optional(Type.Boolean()),
  size: Type.Integer({ minimum: 0, maximum: PHY_BYTES_MAX }),
  ncrc: Type.Optional(Type.Boolean()),
  data: Base64,
})
const PullRespJson = Type.Object({ txpk: TxpkJson })
const TxAckJson = Type.Object({
  txpk_ack: Type.Optional(Type.Object({ error: Type.Optional(Type.String({ maxLength: 40 })) })),
})

const checkRxpk = checker(RxpkJson)
const checkStat = checker(StatJson)
const checkPush = checker(PushJson)
const checkPullResp = checker(PullRespJson)
const checkTxAck = checker(TxAckJson)

/** What the gateway counted since its last status. */
export type GatewayStat = Static<typeof StatJson>

/** A LoRa frame heard with a good CRC. */
export interface Received {
  readonly tmst_us: number
  /** GPS time at which the gateway's GNSS says that it was heard. */
  readonly gps_ms?: number
  readonly frequency_Hz: number
  readonly modulation: Modulation
  readonly rssi_dBm: number
  readonly snr_dB: number
  readonly phy: Uint8Array
}

/** A frame to be sent: at once, or when the concentrator's clock reads `tmst_us`. */
export interface Transmit {
  readonly when: 'now' | { readonly tmst_us: number }
  readonly frequency_Hz: number
  readonly modulation: Modulation
  readonly power_dBm: number
  readonly phy: Uint8Array
}

/** `NONE` or the forwarder's error: TOO_LATE, TOO_EARLY, COLLISION_PACKET, COLLISION_BEACON, TX_FREQ, TX_POWER, GPS_UNLOCKED. */
export type TxOutcome = string

export type FromGateway =
  | {
      readonly kind: 'push-data'
      readonly token: number
      /** 16 lower-case hexadecimal digits. */
      readonly gateway: string
      readonly received: readonly Received[]
      /** Frames left out because their CRC failed or they are not LoRa. */
      readonly skipped: number
      /** The first malformed entry, where there was one. */
      readonly malformed?: { readonly key: string; readonly reason: string }
      readonly stat?: GatewayStat
    }
  | { readonly kind: 'pull-data'; readonly token: number; readonly gateway: string }
  | { readonly kind: 'tx-ack'; readonly token: number; readonly gateway: string; readonly outcome: TxOutcome }

export type FromServer =
  | { readonly kind: 'push-ack'; readonly token: number }
  | { readonly kind: 'pull-ack'; readonly token: number }
  | { readonly kind: 'pull-resp'; readonly token: number; readonly transmit: Transmit }

/**
 * Parses what a gateway sends. A gateway that `isKnown` refuses costs no more than its header.
 * Errors: UDP_TRUNCATED, UDP_TOO_LARGE, UDP_VERSION, UDP_KIND, GATEWAY_UNKNOWN, UDP_NOT_JSON, UDP_INVALID.
 */
export function parseFromGateway(
  bytes: Uint8Array,
  isKnown: (gateway: string) => boolean = () => true,
): Result<FromGateway> {
  const head = parseHead(bytes)
  if (!head.ok) return head
  const { kind, token, view } = head.value
  if (kind !== KIND.pushData && kind !== KIND.pullData && kind !== KIND.txAck) {
    return err(fault('UDP_KIND', { kind }))
  }
  if (view.length < 12) return err(fault('UDP_TRUNCATED', { bytes: view.length }))
  const gateway = view.toString('hex', 4, 12)
  if (!isKnown(gateway)) return err(fault('GATEWAY_UNKNOWN', { gateway }))
  if (kind === KIND.pullData) return ok({ kind: 'pull-data', token, gateway })
  if (kind === KIND.txAck && blank(view, 12)) return ok({ kind: 'tx-ack', token, gateway, outcome: 'NONE' })
  const json = parseJson(view, 12)
  if (!json.ok) return json
  if (kind === KIND.pushData) return pushData(token, gateway, json.value)
  const checked = checkTxAck(json.value)
  if (!checked.ok) return err(invalid(checked.problem.path, checked.problem.message))
  return ok({ kind: 'tx-ack', token, gateway, outcome: checked.value.txpk_ack?.error ?? 'NONE' })
}

/** Parses what a server sends: the other end of the same protocol, for virtual gateways. */
export function parseFromServer(bytes: Uint8Array): Result<FromServer> {
  const head = parseHead(bytes)
  if (!head.ok) return head
  const { kind, token, view } = head.value
  if (kind === KIND.pushAck) return ok({ kind: 'push-ack', token })
  if (kind === KIND.pullAck) return ok({ kind: 'pull-ack', token })
  if (kind !== KIND.pullResp) return err(fault('UDP_KIND', { kind }))
  const json = parseJson(view, 4)
  if (!json.ok) return json
  const checked = checkPullResp(json.value)
  if (!checked.ok) return err(invalid(checked.problem.path, checked.problem.message))
  const { txpk } = checked.value
  const modulation = parseDatr(txpk.datr)
  if (modulation === undefined) return err(invalid('/txpk/datr', 'is not a LoRa data rate'))
  if (!txpk.imme && txpk.tmst === undefined) return err(invalid('/txpk/tmst', 'is missing'))
  const phy = new Uint8Array(Buffer.from(txpk.data, 'base64'))
  if (phy.length !== txpk.size) return err(invalid('/txpk/size', 'differs from the data'))
  return ok({
    kind: 'pull-resp',
    token,
    transmit: {
      when: txpk.imme || txpk.tmst === undefined ? 'now' : { tmst_us: txpk.tmst },
      frequency_Hz: Math.round(txpk.freq * 1e6),
      modulation,
      power_dBm: txpk.powe ?? 14,
      phy,
    },
  })
}

/** PUSH_ACK, PULL_ACK or PULL_RESP. */
export function encodeFromServer(packet: FromServer): Uint8Array {
  switch (packet.kind) {
    case 'push-ack':
      return encodeHead(KIND.pushAck, packet.token)
    case 'pull-ack':
      return encodeHead(KIND.pullAck, packet.token)
    case 'pull-resp':
      return withJson(encodeHead(KIND.pullResp, packet.token), { txpk: txpkJson(packet.transmit) })
  }
}

/** PUSH_DATA, PULL_DATA or TX_ACK, as a gateway sends them. */
export function encodeFromGateway(packet: FromGateway): Uint8Array {
  const gateway = Buffer.from(packet.gateway, 'hex')
  switch (packet.kind) {
    case 'pull-data':
      return Buffer.concat([encodeHead(KIND.pullData, packet.token), gateway])
    case 'tx-ack': {
      const head = Buffer.concat([encodeHead(KIND.txAck, packet.token), gateway])
      return withJson(head, { txpk_ack: { error: packet.outcome } })
    }
    case 'push-data': {
      const head = Buffer.concat([encodeHead(KIND.pushData, packet.token), gateway])
      const rxpk = packet.received.map(rxpkJson)
      return withJson(head, {
        ...(rxpk.length > 0 ? { rxpk } : {}),
        ...(packet.stat === undefined ? {} : { stat: packet.stat }),
      })
    }
  }
}

/** `SF10BW125` as data; undefined for FSK and for anything that is not a LoRa data rate. */
export function parseDatr(datr: string): Modulation | undefined {
  const match = /^SF([5-9]|1[0-2])BW(125|250|500)$/.exec(datr)
  if (match === null) return undefined
  return { spreadingFactor: Number(match[1]), bandwidth_kHz: Number(match[2]) }
}

function pushData(token: number, gateway: string, json: unknown): Result<FromGateway> {
  const body = checkPush(json)
  if (!body.ok) return err(invalid(body.problem.path, body.problem.message))
  const received: Received[] = []
  let skipped = 0
  let malformed: { key: string; reason: string } | undefined
  for (const [index, entry] of (body.value.rxpk ?? []).entries()) {
    const checked = checkRxpk(entry)
    if (!checked.ok) {
      malformed ??= { key: `/rxpk/${index}${checked.problem.path}`, reason: checked.problem.message }
      continue
    }
    const modulation = typeof checked.value.datr === 'string' ? parseDatr(checked.value.datr) : undefined
    const phy = new Uint8Array(Buffer.from(checked.value.data, 'base64'))
    if (checked.value.size !== undefined && checked.value.size !== phy.length) {
      malformed ??= { key: `/rxpk/${index}/size`, reason: 'differs from the data' }
    } else if ((checked.value.stat ?? 1) !== 1 || modulation === undefined) skipped++
    else received.push(heard(checked.value, modulation, phy))
  }
  const stat = body.value.stat === undefined ? undefined : checkStat(body.value.stat)
  if (stat?.ok === false) malformed ??= { key: `/stat${stat.problem.path}`, reason: stat.problem.message }
  return ok({
    kind: 'push-data',
    token,
    gateway,
    received,
    skipped,
    ...(malformed === undefined ? {} : { malformed }),
    ...(stat?.ok ? { stat: stat.value } : {}),
  })
}

function heard(rxpk: Static<typeof RxpkJson>, modulation: Modulation, phy: Uint8Array): Received {
  return {
    tmst_us: rxpk.tmst,
    ...(typeof rxpk.tmms === 'number' && Number.isSafeInteger(rxpk.tmms) ? { gps_ms: rxpk.tmms } : {}),
    frequency_Hz: Math.round(rxpk.freq * 1e6),
    modulation,
    rssi_dBm: rxpk.rssi,
    snr_dB: rxpk.lsnr ?? 0,
    phy,
  }
}

function rxpkJson(received: Received) {
  return {
    tmst: received.tmst_us,
    ...(received.gps_ms === undefined ? {} : { tmms: received.gps_ms }),
    chan: 0,
    rfch: 0,
    freq: received.frequency_Hz / 1e6,
    stat: 1,
    modu: 'LORA',
    datr: datrText(received.modulation),
    codr: '4/5',
    rssi: received.rssi_dBm,
    lsnr: received.snr_dB,
    size: received.phy.length,
    data: Buffer.from(received.phy).toString('base64'),
  }
}

function txpkJson(transmit: Transmit) {
  return {
    ...(transmit.when === 'now' ? { imme: true } : { imme: false, tmst: transmit.when.tmst_us }),
    freq: transmit.frequency_Hz / 1e6,
    rfch: 0,
    powe: transmit.power_dBm,
    modu: 'LORA',
    datr: datrText(transmit.modulation),
    codr: '4/5',
    // Downlinks are sent with inverted polarity and without CRC, so that devices do not hear each other.
    ipol: true,
    ncrc: true,
    size: transmit.phy.length,
    data: Buffer.from(transmit.phy).toString('base64'),
  }
}

function datrText({ spreadingFactor, bandwidth_kHz }: Modulation): string {
  return `SF${spreadingFactor}BW${bandwidth_kHz}`
}

interface Head {
  readonly kind: number
  readonly token: number
  readonly view: Buffer
}

function parseHead(bytes: Uint8Array): Result<Head> {
  if (bytes.length < 4) return err(fault('UDP_TRUNCATED', { bytes: bytes.length }))
  if (bytes.length > DATAGRAM_BYTES_MAX) {
    return err(fault('UDP_TOO_LARGE', { bytes: bytes.length, limit: DATAGRAM_BYTES_MAX }))
  }
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const version = view.readUInt8(0)
  if (version !== VERSION) return err(fault('UDP_VERSION', { version }))
  return ok({ kind: view.readUInt8(3), token: view.readUInt16BE(1), view })
}

function parseJson(view: Buffer, from: number): Result<unknown> {
  try {
    const parsed: unknown = JSON.parse(view.toString('utf8', from))
    return ok(parsed)
  } catch {
    return err(fault('UDP_NOT_JSON'))
  }
}

/** Some forwarders acknowledge a transmission with no body, or with one padding zero. */
function blank(view: Buffer, from: number): boolean {
  return view.subarray(from).every((byte) => byte === 0 || byte === 0x20)
}

function invalid(key: string, reason: string) {
  return fault('UDP_INVALID', { key: key.slice(0, 60), reason })
}

function encodeHead(kind: number, token: number): Buffer {
  return Buffer.from([VERSION, (token >> 8) & 0xff, token & 0xff, kind])
}

function withJson(head: Buffer, body: unknown): Buffer {
  return Buffer.concat([head, Buffer.from(JSON.stringify(body))])
}
