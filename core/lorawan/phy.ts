import loraPacketModule from 'lora-packet'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import type { SessionKeys } from './keys.ts'

/**
 * LoRaWAN 1.0.x frames, both the network's side and the device's. `lora-packet` does the crypto.
 * Its types describe `exports.default`, but its last line replaces the exports by that same object.
 */
const lora: typeof loraPacketModule.default =
  'default' in loraPacketModule ? loraPacketModule.default : loraPacketModule
type LoraPacket = ReturnType<typeof lora.fromWire>

export interface JoinRequest {
  readonly kind: 'join-request'
  /** 16 lower-case hexadecimal digits, most significant byte first. */
  readonly joinEui: string
  readonly devEui: string
  readonly devNonce: number
  readonly packet: LoraPacket
}

export interface DataFrame {
  readonly kind: 'data'
  readonly direction: 'up' | 'down'
  readonly confirmed: boolean
  readonly devAddr: number
  readonly adr: boolean
  /** Only devices ask. */
  readonly adrAckRequest: boolean
  readonly ack: boolean
  /** Only networks have more waiting. */
  readonly pending: boolean
  readonly fCnt16: number
  readonly fOpts: Uint8Array
  /** Absent when the frame carries no payload field. */
  readonly fPort?: number
  readonly packet: LoraPacket
}

export interface FrameFields {
  readonly confirmed: boolean
  readonly devAddr: number
  /** All 32 bits. */
  readonly fCnt: number
  readonly adr?: boolean
  readonly adrAckRequest?: boolean
  readonly ack?: boolean
  readonly pending?: boolean
  readonly fOpts?: Uint8Array
  /** With 0, `payload` holds MAC commands. */
  readonly fPort?: number
  readonly payload?: Uint8Array
}

export interface JoinAccept {
  /** 24 bits each. */
  readonly joinNonce: number
  readonly netId: number
  readonly devAddr: number
  readonly rx1Offset: number
  readonly rx2DataRate: number
  readonly rx1Delay_s: number
  /** Up to five further channels, in Hz. */
  readonly channels_Hz: readonly number[]
}

const MTYPE = { joinRequest: 0, joinAccept: 1, up: 2, down: 3, confirmedUp: 4, confirmedDown: 5 } as const
const DATA_BYTES_MIN = 12
const JOIN_REQUEST_BYTES = 23
const JOIN_ACCEPT_BYTES = [17, 33]
const CF_LIST_CHANNELS = 5
/** Only major version 0 exists (LoRaWAN R1). */
const MAJOR_MASK = 0x03

/** What the air brings from a device. Error: LORAWAN_FRAME_MALFORMED. */
export function parseUplink(bytes: Uint8Array): Result<JoinRequest | DataFrame> {
  const [header = MAJOR_MASK] = bytes
  if ((header & MAJOR_MASK) !== 0) return malformed('not LoRaWAN R1')
  const mtype = header >> 5
  if (mtype === MTYPE.joinRequest) return parseJoinRequest(bytes)
  if (mtype === MTYPE.up || mtype === MTYPE.confirmedUp) return parseData(bytes, mtype)
  return malformed(`message type ${mtype} is not an uplink`)
}

/** What the air brings from a network, other than a join-accept. Error: LORAWAN_FRAME_MALFORMED. */
export function parseDownlink(bytes: Uint8Array): Result<DataFrame> {
  const [header = MAJOR_MASK] = bytes
  const mtype = header >> 5
  if ((header & MAJOR_MASK) !== 0 || (mtype !== MTYPE.down && mtype !== MTYPE.confirmedDown)) {
    return malformed('not a downlink')
  }
  return parseData(bytes, mtype)
}

export function isJoinAccept(bytes: Uint8Array): boolean {
  const [header = 0] = bytes
  return header === MTYPE.joinAccept << 5 && JOIN_ACCEPT_BYTES.includes(bytes.length)
}

/** True when the frame was made with this network session key and this full counter. */
export function verifyData(frame: DataFrame, nwkSKey: Uint8Array, fCnt: number): boolean {
  return lora.verifyMIC(frame.packet, buffer(nwkSKey), undefined, upperHalf(fCnt))
}

/** The payload in clear: with FPort 0 MAC commands, else the application's. Empty when there is none. */
export function decryptData(frame: DataFrame, keys: SessionKeys, fCnt: number): Uint8Array {
  if (frame.fPort === undefined || (frame.packet.FRMPayload?.length ?? 0) === 0) return new Uint8Array(0)
  return lora.decrypt(frame.packet, buffer(keys.appSKey), buffer(keys.nwkSKey), upperHalf(fCnt))
}

export function verifyJoinRequest(request: JoinRequest, appKey: Uint8Array): boolean {
  return lora.verifyMIC(request.packet, undefined, buffer(appKey))
}

export function buildDownlink(fields: FrameFields, keys: SessionKeys): Uint8Array {
  return buildData(fields.confirmed ? MTYPE.confirmedDown : MTYPE.down, fields, keys)
}

export function buildUplink(fields: FrameFields, keys: SessionKeys): Uint8Array {
  return buildData(fields.confirmed ? MTYPE.confirmedUp : MTYPE.up, fields, keys)
}

export function buildJoinRequest(
  request: { readonly joinEui: string; readonly devEui: string; readonly devNonce: number },
  appKey: Uint8Array,
): Uint8Array {
  const packet = lora.fromFields(
    {
      MType: MTYPE.joinRequest,
      AppEUI: Buffer.from(request.joinEui, 'hex'),
      DevEUI: Buffer.from(request.devEui, 'hex'),
      DevNonce: bigEndian(request.devNonce, 2),
    },
    undefined,
    undefined,
    buffer(appKey),
  )
  return wire(packet)
}

export function buildJoinAccept(accept: JoinAccept, appKey: Uint8Array): Uint8Array {
  const packet = lora.fromFields(
    {
      MType: MTYPE.joinAccept,
      AppNonce: bigEndian(accept.joinNonce, 3),
      NetID: bigEndian(accept.netId, 3),
      DevAddr: bigEndian(accept.devAddr, 4),
      DLSettings: (accept.rx1Offset << 4) | accept.rx2DataRate,
      RxDelay: accept.rx1Delay_s,
      CFList: cfList(accept.channels_Hz),
    },
    undefined,
    undefined,
    buffer(appKey),
  )
  return wire(packet)
}

/** Opens a join-accept on the device's side. Errors: LORAWAN_FRAME_MALFORMED, LORAWAN_BAD_MIC. */
export function parseJoinAccept(bytes: Uint8Array, appKey: Uint8Array): Result<JoinAccept> {
  if (!isJoinAccept(bytes)) return malformed('not a join-accept')
  const clear = lora.decryptJoinAccept(lora.fromWire(buffer(bytes)), buffer(appKey))
  const packet = lora.fromWire(clear)
  // Bit 7 of DLSettings is LoRaWAN 1.1's; lora-packet would want its keys.
  if (packet.getDLSettingsOptNeg()) return malformed('LoRaWAN 1.1 join-accept')
  if (!lora.verifyMIC(packet, undefined, buffer(appKey))) {
    return err(fault('LORAWAN_BAD_MIC', { device: 'join-accept' }))
  }
  const hasChannels = clear.length === JOIN_ACCEPT_BYTES[1] && clear[28] === 0
  return ok({
    joinNonce: clear.readUIntLE(1, 3),
    netId: clear.readUIntLE(4, 3),
    devAddr: clear.readUInt32LE(7),
    rx1Offset: (clear.readUInt8(11) >> 4) & 0x07,
    rx2DataRate: clear.readUInt8(11) & 0x0f,
    rx1Delay_s: Math.max(1, clear.readUInt8(12) & 0x0f),
    channels_Hz: hasChannels
      ? Array.from(
          { length: CF_LIST_CHANNELS },
          (_, index) => clear.readUIntLE(13 + index * 3, 3) * 100,
        ).filter((frequency) => frequency > 0)
      : [],
  })
}

/** LoRaWAN 1.0.x §6.2.5. */
export function deriveSessionKeys(
  appKey: Uint8Array,
  join: { readonly joinNonce: number; readonly netId: number; readonly devNonce: number },
): SessionKeys {
  const keys = lora.generateSessionKeys10(
    buffer(appKey),
    bigEndian(join.netId, 3),
    bigEndian(join.joinNonce, 3),
    bigEndian(join.devNonce, 2),
  )
  return { nwkSKey: keys.NwkSKey, appSKey: keys.AppSKey }
}

function parseJoinRequest(bytes: Uint8Array): Result<JoinRequest> {
  if (bytes.length !== JOIN_REQUEST_BYTES) return malformed(`join request of ${bytes.length} bytes`)
  const view = buffer(bytes)
  return ok({
    kind: 'join-request',
    joinEui: view.subarray(1, 9).toReversed().reduce(toHex, ''),
    devEui: view.subarray(9, 17).toReversed().reduce(toHex, ''),
    devNonce: view.readUInt16LE(17),
    packet: lora.fromWire(view),
  })
}

function parseData(bytes: Uint8Array, mtype: number): Result<DataFrame> {
  if (bytes.length < DATA_BYTES_MIN || bytes.length > 255) return malformed(`data of ${bytes.length} bytes`)
  const view = buffer(bytes)
  const control = view.readUInt8(5)
  const fOptsEnd = 8 + (control & 0x0f)
  const micAt = bytes.length - 4
  if (fOptsEnd > micAt) return malformed('FOpts reach beyond the frame')
  const fPort = fOptsEnd < micAt ? view.readUInt8(fOptsEnd) : undefined
  if (fPort === 0 && fOptsEnd > 8) return malformed('FOpts together with FPort 0')
  const direction = mtype === MTYPE.up || mtype === MTYPE.confirmedUp ? 'up' : 'down'
  return ok({
    kind: 'data',
    direction,
    confirmed: mtype === MTYPE.confirmedUp || mtype === MTYPE.confirmedDown,
    devAddr: view.readUInt32LE(1),
    adr: (control & 0x80) !== 0,
    adrAckRequest: direction === 'up' && (control & 0x40) !== 0,
    ack: (control & 0x20) !== 0,
    pending: direction === 'down' && (control & 0x10) !== 0,
    fCnt16: view.readUInt16LE(6),
    fOpts: view.subarray(8, fOptsEnd),
    ...(fPort === undefined ? {} : { fPort }),
    packet: lora.fromWire(view),
  })
}

function buildData(mtype: number, fields: FrameFields, keys: SessionKeys): Uint8Array {
  const upper = upperHalf(fields.fCnt)
  const nwkSKey = buffer(keys.nwkSKey)
  const packet = lora.fromFields(
    {
      MType: mtype,
      DevAddr: bigEndian(fields.devAddr, 4),
      FCnt: fields.fCnt & 0xffff,
      FCtrl: {
        ADR: fields.adr ?? false,
        ADRACKReq: fields.adrAckRequest ?? false,
        ACK: fields.ack ?? false,
        FPending: fields.pending ?? false,
      },
      FOpts: buffer(fields.fOpts ?? new Uint8Array(0)),
      ...(fields.fPort === undefined ? {} : { FPort: fields.fPort }),
      payload: fields.fPort === undefined ? Buffer.alloc(0) : buffer(fields.payload ?? new Uint8Array(0)),
    },
    buffer(keys.appSKey),
    nwkSKey,
    undefined,
    upper,
  )
  // Without FPort lora-packet leaves the MIC at EEEEEEEE.
  if (fields.fPort === undefined) lora.recalculateMIC(packet, nwkSKey, undefined, upper)
  return wire(packet)
}

/** Five frequencies of 24 bits and the type, 0 (RP002 §2.10.4); none when there is nothing to tell. */
function cfList(channels_Hz: readonly number[]): Buffer {
  if (channels_Hz.length === 0) return Buffer.alloc(0)
  if (channels_Hz.length > CF_LIST_CHANNELS) throw new RangeError('a CFList holds five channels')
  const list = Buffer.alloc(16)
  for (const [index, frequency] of channels_Hz.entries()) {
    list.writeUIntLE(Math.round(frequency / 100), index * 3, 3)
  }
  return list
}

function wire(packet: LoraPacket): Uint8Array {
  const bytes = packet.getPHYPayload()
  if (bytes === undefined) throw new TypeError('lora-packet built no payload')
  return bytes
}

/** lora-packet wants Buffers; this shares the memory. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

/** The upper 16 bits of a counter, least significant byte first, as lora-packet splices them in. */
function upperHalf(fCnt: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(Math.floor(fCnt / 0x1_0000) & 0xffff)
  return bytes
}

const toHex = (text: string, byte: number) => text + byte.toString(16).padStart(2, '0')

function malformed(reason: string) {
  return err(fault('LORAWAN_FRAME_MALFORMED', { reason }))
}
