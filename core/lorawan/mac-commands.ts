/**
 * MAC commands of LoRaWAN 1.0.x (chapter 5), both directions, with DeviceTime (1.0.3).
 * Frequencies in Hz (100 Hz steps on the wire), delays in seconds.
 */

export type MacUp =
  | { readonly type: 'LinkCheckReq' }
  | {
      readonly type: 'LinkADRAns'
      readonly powerOk: boolean
      readonly dataRateOk: boolean
      readonly channelMaskOk: boolean
    }
  | { readonly type: 'DutyCycleAns' }
  | {
      readonly type: 'RXParamSetupAns'
      readonly rx1OffsetOk: boolean
      readonly rx2DataRateOk: boolean
      readonly channelOk: boolean
    }
  /** `battery`: 0 on external power, 1 (empty) to 254 (full), 255 cannot measure. `margin_dB`: SNR of the last DevStatusReq. */
  | { readonly type: 'DevStatusAns'; readonly battery: number; readonly margin_dB: number }
  | { readonly type: 'NewChannelAns'; readonly dataRateOk: boolean; readonly frequencyOk: boolean }
  | { readonly type: 'RXTimingSetupAns' }
  | { readonly type: 'TxParamSetupAns' }
  | { readonly type: 'DlChannelAns'; readonly uplinkExists: boolean; readonly frequencyOk: boolean }
  | { readonly type: 'DeviceTimeReq' }

export type MacDown =
  | { readonly type: 'LinkCheckAns'; readonly margin_dB: number; readonly gateways: number }
  | {
      readonly type: 'LinkADRReq'
      readonly dataRate: number
      readonly txPower: number
      readonly channelMask: number
      readonly maskControl: number
      readonly repetitions: number
    }
  | { readonly type: 'DutyCycleReq'; readonly maxDutyCycle: number }
  | {
      readonly type: 'RXParamSetupReq'
      readonly rx1Offset: number
      readonly rx2DataRate: number
      readonly frequency_Hz: number
    }
  | { readonly type: 'DevStatusReq' }
  | {
      readonly type: 'NewChannelReq'
      readonly index: number
      readonly frequency_Hz: number
      readonly minDataRate: number
      readonly maxDataRate: number
    }
  | { readonly type: 'RXTimingSetupReq'; readonly delay_s: number }
  | {
      readonly type: 'TxParamSetupReq'
      readonly downDwell: boolean
      readonly upDwell: boolean
      readonly eirpIndex: number
    }
  | { readonly type: 'DlChannelReq'; readonly index: number; readonly frequency_Hz: number }
  /** Seconds since 1980-01-06, without leap seconds, and 1/256 s, at the end of the uplink. */
  | { readonly type: 'DeviceTimeAns'; readonly gps_s: number; readonly fraction_256: number }

interface Codec<C> {
  readonly cid: number
  /** Bytes after the identifier. */
  readonly length: number
  read(at: DataView): C
  write(command: C, to: DataView): void
}

type Codecs<C extends { readonly type: string }> = {
  readonly [T in C['type']]: Codec<Extract<C, { readonly type: T }>>
}

const bit = (value: number, index: number) => ((value >> index) & 1) === 1
const bits = (...flags: readonly boolean[]) =>
  flags.reduce((sum, flag, index) => sum | (flag ? 1 << index : 0), 0)
const nothing = () => {}

const readFrequency = (at: DataView, offset: number) =>
  (at.getUint8(offset) | (at.getUint8(offset + 1) << 8) | (at.getUint8(offset + 2) << 16)) * 100
const writeFrequency = (to: DataView, offset: number, frequency_Hz: number) => {
  const steps = Math.round(frequency_Hz / 100)
  to.setUint8(offset, steps & 0xff)
  to.setUint8(offset + 1, (steps >> 8) & 0xff)
  to.setUint8(offset + 2, (steps >> 16) & 0xff)
}

/** A command of one byte: the identifier alone. */
const bare = <T extends string>(cid: number, type: T): Codec<{ readonly type: T }> => ({
  cid,
  length: 0,
  read: () => ({ type }),
  write: nothing,
})

const UP: Codecs<MacUp> = {
  LinkCheckReq: bare(0x02, 'LinkCheckReq'),
  LinkADRAns: {
    cid: 0x03,
    length: 1,
    read(at) {
      const status = at.getUint8(0)
      return {
        type: 'LinkADRAns',
        channelMaskOk: bit(status, 0),
        dataRateOk: bit(status, 1),
        powerOk: bit(status, 2),
      }
    },
    write: (c, to) => to.setUint8(0, bits(c.channelMaskOk, c.dataRateOk, c.powerOk)),
  },
  DutyCycleAns: bare(0x04, 'DutyCycleAns'),
  RXParamSetupAns: {
    cid: 0x05,
    length: 1,
    read(at) {
      const status = at.getUint8(0)
      return {
        type: 'RXParamSetupAns',
        channelOk: bit(status, 0),
        rx2DataRateOk: bit(status, 1),
        rx1OffsetOk: bit(status, 2),
      }
    },
    write: (c, to) => to.setUint8(0, bits(c.channelOk, c.rx2DataRateOk, c.rx1OffsetOk)),
  },
  DevStatusAns: {
    cid: 0x06,
    length: 2,
    read: (at) => ({
      type: 'DevStatusAns',
      battery: at.getUint8(0),
      // Six bits, two's complement.
      margin_dB: ((at.getUint8(1) & 0x3f) ^ 0x20) - 0x20,
    }),
    write(c, to) {
      to.setUint8(0, c.battery)
      to.setUint8(1, c.margin_dB & 0x3f)
    },
  },
  NewChannelAns: {
    cid: 0x07,
    length: 1,
    read: (at) => ({
      type: 'NewChannelAns',
      frequencyOk: bit(at.getUint8(0), 0),
      dataRateOk: bit(at.getUint8(0), 1),
    }),
    write: (c, to) => to.setUint8(0, bits(c.frequencyOk, c.dataRateOk)),
  },
  RXTimingSetupAns: bare(0x08, 'RXTimingSetupAns'),
  TxParamSetupAns: bare(0x09, 'TxParamSetupAns'),
  DlChannelAns: {
    cid: 0x0a,
    length: 1,
    read: (at) => ({
      type: 'DlChannelAns',
      frequencyOk: bit(at.getUint8(0), 0),
      uplinkExists: bit(at.getUint8(0), 1),
    }),
    write: (c, to) => to.setUint8(0, bits(c.frequencyOk, c.uplinkExists)),
  },
  DeviceTimeReq: bare(0x0d, 'DeviceTimeReq'),
}

const DOWN: Codecs<MacDown> = {
  LinkCheckAns: {
    cid: 0x02,
    length: 2,
    read: (at) => ({ type: 'LinkCheckAns', margin_dB: at.getUint8(0), gateways: at.getUint8(1) }),
    write(c, to) {
      to.setUint8(0, c.margin_dB)
      to.setUint8(1, c.gateways)
    },
  },
  LinkADRReq: {
    cid: 0x03,
    length: 4,
    read: (at) => ({
      type: 'LinkADRReq',
      dataRate: at.getUint8(0) >> 4,
      txPower: at.getUint8(0) & 0x0f,
      channelMask: at.getUint16(1, true),
      maskControl: (at.getUint8(3) >> 4) & 0x07,
      repetitions: at.getUint8(3) & 0x0f,
    }),
    write(c, to) {
      to.setUint8(0, (c.dataRate << 4) | c.txPower)
      to.setUint16(1, c.channelMask, true)
      to.setUint8(3, (c.maskControl << 4) | c.repetitions)
    },
  },
  DutyCycleReq: {
    cid: 0x04,
    length: 1,
    read: (at) => ({ type: 'DutyCycleReq', maxDutyCycle: at.getUint8(0) & 0x0f }),
    write: (c, to) => to.setUint8(0, c.maxDutyCycle),
  },
  RXParamSetupReq: {
    cid: 0x05,
    length: 4,
    read: (at) => ({
      type: 'RXParamSetupReq',
      rx1Offset: (at.getUint8(0) >> 4) & 0x07,
      rx2DataRate: at.getUint8(0) & 0x0f,
      frequency_Hz: readFrequency(at, 1),
    }),
    write(c, to) {
      to.setUint8(0, (c.rx1Offset << 4) | c.rx2DataRate)
      writeFrequency(to, 1, c.frequency_Hz)
    },
  },
  DevStatusReq: bare(0x06, 'DevStatusReq'),
  NewChannelReq: {
    cid: 0x07,
    length: 5,
    read: (at) => ({
      type: 'NewChannelReq',
      index: at.getUint8(0),
      frequency_Hz: readFrequency(at, 1),
      minDataRate: at.getUint8(4) & 0x0f,
      maxDataRate: at.getUint8(4) >> 4,
    }),
    write(c, to) {
      to.setUint8(0, c.index)
      writeFrequency(to, 1, c.frequency_Hz)
      to.setUint8(4, (c.maxDataRate << 4) | c.minDataRate)
    },
  },
  RXTimingSetupReq: {
    cid: 0x08,
    length: 1,
    // Zero on the wire means one second as well.
    read: (at) => ({ type: 'RXTimingSetupReq', delay_s: Math.max(1, at.getUint8(0) & 0x0f) }),
    write: (c, to) => to.setUint8(0, c.delay_s & 0x0f),
  },
  TxParamSetupReq: {
    cid: 0x09,
    length: 1,
    read: (at) => ({
      type: 'TxParamSetupReq',
      downDwell: bit(at.getUint8(0), 5),
      upDwell: bit(at.getUint8(0), 4),
      eirpIndex: at.getUint8(0) & 0x0f,
    }),
    write: (c, to) => to.setUint8(0, (c.downDwell ? 0x20 : 0) | (c.upDwell ? 0x10 : 0) | c.eirpIndex),
  },
  DlChannelReq: {
    cid: 0x0a,
    length: 4,
    read: (at) => ({ type: 'DlChannelReq', index: at.getUint8(0), frequency_Hz: readFrequency(at, 1) }),
    write(c, to) {
      to.setUint8(0, c.index)
      writeFrequency(to, 1, c.frequency_Hz)
    },
  },
  DeviceTimeAns: {
    cid: 0x0d,
    length: 5,
    read: (at) => ({
      type: 'DeviceTimeAns',
      gps_s: at.getUint32(0, true),
      fraction_256: at.getUint8(4),
    }),
    write(c, to) {
      to.setUint32(0, c.gps_s, true)
      to.setUint8(4, c.fraction_256)
    },
  },
}

/** EIRP in dBm by the index of TxParamSetupReq (LoRaWAN 1.0.3, table 9). */
export const EIRP_BY_INDEX_DBM = [8, 10, 12, 13, 14, 16, 18, 20, 21, 24, 26, 27, 29, 30, 33, 36] as const

export interface MacCommands<C> {
  readonly commands: readonly C[]
  /** The identifier at which parsing had to stop: unknown, or cut short. Lengths are not self-describing. */
  readonly stoppedAt?: number
}

export const parseMacUp = parserOf<MacUp>(UP)
export const parseMacDown = parserOf<MacDown>(DOWN)
export const encodeMacUp = encoderOf<MacUp>(UP)
export const encodeMacDown = encoderOf<MacDown>(DOWN)

function parserOf<C extends { readonly type: string }>(
  codecs: Codecs<C>,
): (bytes: Uint8Array) => MacCommands<C> {
  const byCid = new Map<number, Codec<C>>(Object.values<Codec<C>>(codecs).map((codec) => [codec.cid, codec]))
  return (bytes) => {
    const commands: C[] = []
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at < bytes.length; ) {
      const cid = view.getUint8(at)
      const codec = byCid.get(cid)
      if (codec === undefined || at + 1 + codec.length > bytes.length) return { commands, stoppedAt: cid }
      commands.push(codec.read(new DataView(bytes.buffer, bytes.byteOffset + at + 1, codec.length)))
      at += 1 + codec.length
    }
    return { commands }
  }
}

function encoderOf<C extends { readonly type: string }>(
  codecs: Codecs<C>,
): (commands: readonly C[]) => Uint8Array {
  const byType = new Map<string, Codec<C>>(Object.entries<Codec<C>>(codecs))
  return (commands) => {
    const parts = commands.map((command) => {
      const codec = byType.get(command.type)
      if (codec === undefined) throw new TypeError(`no codec for ${command.type}`)
      const part = new Uint8Array(1 + codec.length)
      part[0] = codec.cid
      codec.write(command, new DataView(part.buffer, 1))
      return part
    })
    return Uint8Array.from(parts.flatMap((part) => [...part]))
  }
}
