import { DEFAULT_REGION, dataRateIndex, REGIONS, rx1DataRate } from '../../core/lorawan/as923.ts'
import { fullCounter } from '../../core/lorawan/frame-counter.ts'
import type { SessionKeys } from '../../core/lorawan/keys.ts'
import { encodeMacDown, type MacDown, type MacUp, parseMacUp } from '../../core/lorawan/mac-commands.ts'
import {
  buildDownlink,
  buildJoinAccept,
  type DataFrame,
  decryptData,
  deriveSessionKeys,
  type JoinRequest,
  parseUplink,
  verifyData,
  verifyJoinRequest,
} from '../../core/lorawan/phy.ts'
import {
  encodeFromServer,
  type FromGateway,
  parseFromGateway,
  type Received,
  type Transmit,
} from '../../core/lorawan/semtech-udp.ts'
import type { Address, DatagramNetwork } from '../../core/ports/datagram.ts'

/** Just enough of a network server to meet a virtual device with: one that says what it heard, and when it answers. */

export interface HeardUplink {
  readonly devEui: string
  readonly fCnt: number
  readonly fPort: number | undefined
  readonly bytes: string
  readonly confirmed: boolean
  readonly ack: boolean
  readonly adrAckRequest: boolean
  readonly mac: readonly MacUp[]
  readonly dataRate: number | undefined
  readonly gateway: string
  readonly received: Received
}

export interface Answer {
  readonly fPort?: number
  readonly bytes?: string
  readonly confirmed?: boolean
  readonly mac?: readonly MacDown[]
  /** Where the answer goes: on time in a window, or this many ms after RX1 began. */
  readonly when: 'rx1' | 'rx2' | { readonly afterRx1_ms: number }
}

interface Device {
  readonly appKey: Uint8Array
  devAddr: number
  keys?: SessionKeys
  fCntUp: number
  fCntDown: number
  readonly nonces: number[]
  readonly answers: Answer[]
}

const region = REGIONS[DEFAULT_REGION]

export interface MiniServerOptions {
  readonly network: DatagramNetwork
  readonly port: number
  readonly devices: Readonly<Record<string, string>>
  /** Ignores this many join requests. */
  readonly deafToJoins?: number
}

export async function miniNetworkServer(options: MiniServerOptions) {
  const socket = await options.network.bind({ host: '127.0.0.1', port: options.port })
  const devices = new Map<string, Device>(
    Object.entries(options.devices).map(([devEui, key]) => [
      devEui,
      { appKey: Buffer.from(key, 'hex'), devAddr: 0, fCntUp: 0, fCntDown: 0, nonces: [], answers: [] },
    ]),
  )
  const pullFrom = new Map<string, Address>()
  const uplinks: HeardUplink[] = []
  const packets: FromGateway[] = []
  const sent: Transmit[] = []
  let nextAddr = 0x26010001
  let deafToJoins = options.deafToJoins ?? 0
  let acknowledging = true

  const send = (gateway: string, transmit: Transmit) => {
    const to = pullFrom.get(gateway)
    sent.push(transmit)
    if (to !== undefined) socket.send(encodeFromServer({ kind: 'pull-resp', token: 7, transmit }), to)
  }
  const modulation = (dataRate: number) => {
    const found = region.dataRates[dataRate]
    if (!found) throw new RangeError('not LoRa')
    return found
  }
  const join = (gateway: string, heard: Received, request: JoinRequest) => {
    const device = devices.get(request.devEui)
    if (device === undefined || !verifyJoinRequest(request, device.appKey)) return
    device.nonces.push(request.devNonce)
    if (deafToJoins-- > 0) return
    const accept = {
      joinNonce: device.nonces.length,
      netId: 0x000013,
      devAddr: nextAddr++,
      rx1Offset: 0,
      rx2DataRate: 2,
      rx1Delay_s: 1,
      channels_Hz: [922_000_000, 922_200_000],
    }
    device.devAddr = accept.devAddr
    device.keys = deriveSessionKeys(device.appKey, { ...accept, devNonce: request.devNonce })
    device.fCntUp = 0
    device.fCntDown = 0
    send(gateway, {
      when: { tmst_us: (heard.tmst_us + 5_000_000) % 2 ** 32 },
      frequency_Hz: heard.frequency_Hz,
      modulation: modulation(rx1DataRate(region, dataRateIndex(region, heard.modulation) ?? 2, 0)),
      power_dBm: 16,
      phy: buildJoinAccept(accept, device.appKey),
    })
  }
  const frameFor = (device: Device, answer: Omit<Answer, 'when'>, ack: boolean): Uint8Array => {
    if (device.keys === undefined) throw new Error('not joined')
    return buildDownlink(
      {
        confirmed: answer.confirmed ?? false,
        devAddr: device.devAddr,
        fCnt: device.fCntDown++,
        ack,
        fOpts: encodeMacDown(answer.mac ?? []),
        ...(answer.fPort === undefined
          ? {}
          : { fPort: answer.fPort, payload: Buffer.from(answer.bytes ?? '', 'hex') }),
      },
      device.keys,
    )
  }
  const data = (gateway: string, heard: Received, frame: DataFrame) => {
    for (const [devEui, device] of devices) {
      if (device.keys === undefined || device.devAddr !== frame.devAddr) continue
      const fCnt = fullCounter(device.fCntUp, frame.fCnt16)
      if (!verifyData(frame, device.keys.nwkSKey, fCnt)) continue
      const repeated = fCnt < device.fCntUp
      device.fCntUp = fCnt + 1
      const dataRate = dataRateIndex(region, heard.modulation)
      uplinks.push({
        devEui,
        fCnt,
        fPort: frame.fPort,
        bytes: Buffer.from(decryptData(frame, device.keys, fCnt)).toString('hex'),
        confirmed: frame.confirmed,
        ack: frame.ack,
        adrAckRequest: frame.adrAckRequest,
        mac: parseMacUp(frame.fOpts).commands,
        dataRate,
        gateway,
        received: heard,
      })
      const queued = repeated ? undefined : device.answers.shift()
      const ack = frame.confirmed && acknowledging
      if (queued === undefined && !ack) return
      const answer = queued ?? { when: 'rx1' as const }
      const inRx2 = answer.when === 'rx2'
      const delay_us =
        answer.when === 'rx1' ? 1e6 : answer.when === 'rx2' ? 2e6 : 1e6 + answer.when.afterRx1_ms * 1_000
      send(gateway, {
        when: { tmst_us: (heard.tmst_us + delay_us) % 2 ** 32 },
        frequency_Hz: inRx2 ? region.rx2.frequency_Hz : heard.frequency_Hz,
        modulation: modulation(inRx2 ? region.rx2.dataRate : rx1DataRate(region, dataRate ?? 2, 0)),
        power_dBm: 16,
        phy: frameFor(device, answer, ack),
      })
    }
  }

  socket.onMessage((bytes, from) => {
    const parsed = parseFromGateway(bytes)
    if (!parsed.ok) throw new Error(`the forwarder sent what a server refuses: ${parsed.error.code}`)
    const packet = parsed.value
    packets.push(packet)
    if (packet.kind === 'pull-data') {
      pullFrom.set(packet.gateway, from)
      socket.send(encodeFromServer({ kind: 'pull-ack', token: packet.token }), from)
    }
    if (packet.kind !== 'push-data') return
    socket.send(encodeFromServer({ kind: 'push-ack', token: packet.token }), from)
    for (const received of packet.received) {
      const frame = parseUplink(received.phy)
      if (!frame.ok) throw new Error('a device sent what is not LoRaWAN')
      if (frame.value.kind === 'join-request') join(packet.gateway, received, frame.value)
      else data(packet.gateway, received, frame.value)
    }
  })

  const deviceOf = (devEui: string): Device => {
    const device = devices.get(devEui)
    if (device === undefined) throw new Error(`no device ${devEui}`)
    return device
  }
  return {
    uplinks,
    packets,
    /** What was given to gateways to transmit. */
    sent,
    nonces: (devEui: string): readonly number[] => deviceOf(devEui).nonces,
    /** Given to the device's next new uplink. */
    answer: (devEui: string, answer: Answer) => void deviceOf(devEui).answers.push(answer),
    /** Class C: at once, on RX2. */
    now(devEui: string, answer: Omit<Answer, 'when'>): void {
      for (const gateway of pullFrom.keys()) {
        send(gateway, {
          when: 'now',
          frequency_Hz: region.rx2.frequency_Hz,
          modulation: modulation(region.rx2.dataRate),
          power_dBm: 16,
          phy: frameFor(deviceOf(devEui), answer, false),
        })
        return
      }
    },
    transmit: send,
    acknowledge(yes: boolean) {
      acknowledging = yes
    },
  }
}
