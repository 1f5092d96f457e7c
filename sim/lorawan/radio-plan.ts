import { type Region, rx1DataRate } from '../../core/lorawan/as923.ts'
import { EIRP_BY_INDEX_DBM, type MacDown, type MacUp } from '../../core/lorawan/mac-commands.ts'
import type { JoinAccept } from '../../core/lorawan/phy.ts'

/** What a device knows about when, where and how loud it may speak; the network changes it with MAC commands. */
export interface RadioPlan {
  readonly dataRate: number
  readonly repetitions: number
  readonly rx1Delay_s: number
  readonly power_dBm: number
  /** After an uplink the device is quiet for its airtime × (2^n − 1). */
  readonly quietFactor: number
  readonly rx2: { readonly frequency_Hz: number; readonly dataRate: number }
  /** Channels that may be used at the present data rate: where the uplink goes, and where its RX1 answer comes. */
  channels(): readonly Channel[]
  rx1DataRate(upDataRate: number): number
  /** Carries out a command of the network; the answer is undefined for what is itself an answer. */
  obey(command: MacDown): MacUp | undefined
  /** One step towards being heard again (LoRaWAN 1.0.x §4.3.1.1): full power, then slower. False at the end of it. */
  backOff(): boolean
}

export interface Channel {
  readonly index: number
  readonly up_Hz: number
  readonly down_Hz: number
  readonly minDataRate: number
  readonly maxDataRate: number
}

const CHANNELS_MAX = 16
/** The slowest a device goes by itself: 400 ms of dwell time hold until the network says otherwise. */
const BACK_OFF_DATA_RATE = 2
/** `15` in LinkADRReq leaves data rate or power as they are. */
const KEEP = 15
const BAND_HZ = { min: 915_000_000, max: 928_000_000 }

export function createRadioPlan(region: Region, dataRate: number, accept: JoinAccept): RadioPlan {
  const channels = new Map<number, Channel>()
  const define = (index: number, frequency_Hz: number, minDataRate: number, maxDataRate: number) => {
    channels.set(index, { index, up_Hz: frequency_Hz, down_Hz: frequency_Hz, minDataRate, maxDataRate })
  }
  const { min, max } = region.channelDataRates
  for (const [index, frequency_Hz] of region.defaultChannels_Hz.entries())
    define(index, frequency_Hz, min, max)
  const extra = region.defaultChannels_Hz.length
  for (const [index, frequency_Hz] of accept.channels_Hz.entries())
    define(extra + index, frequency_Hz, min, max)
  const plan = {
    dataRate,
    repetitions: 1,
    rx1Delay_s: accept.rx1Delay_s,
    rx1Offset: accept.rx1Offset,
    rx2: { frequency_Hz: region.rx2.frequency_Hz, dataRate: accept.rx2DataRate },
    eirp_dBm: region.eirpMax_dBm,
    powerSteps: 0,
    quietFactor: 0,
    enabled: new Set(channels.keys()),
  }

  const inBand = (frequency_Hz: number) => frequency_Hz >= BAND_HZ.min && frequency_Hz <= BAND_HZ.max
  const isLora = (rate: number) => (region.dataRates[rate] ?? null) !== null
  const usable = (enabled: ReadonlySet<number>, rate: number) =>
    [...channels.values()].filter(
      (channel) => enabled.has(channel.index) && channel.minDataRate <= rate && rate <= channel.maxDataRate,
    )

  const linkAdr = (request: Extract<MacDown, { type: 'LinkADRReq' }>): MacUp => {
    const enabled = maskOf(request, channels)
    const rate = request.dataRate === KEEP ? plan.dataRate : request.dataRate
    const steps = request.txPower === KEEP ? plan.powerSteps : request.txPower
    const channelMaskOk = enabled !== undefined
    const dataRateOk = isLora(rate) && usable(enabled ?? plan.enabled, rate).length > 0
    const powerOk = steps <= region.powerSteps
    if (channelMaskOk && dataRateOk && powerOk) {
      plan.enabled = enabled
      plan.dataRate = rate
      plan.powerSteps = steps
      plan.repetitions = Math.max(1, request.repetitions)
    }
    return { type: 'LinkADRAns', channelMaskOk, dataRateOk, powerOk }
  }
  const rxParam = (request: Extract<MacDown, { type: 'RXParamSetupReq' }>): MacUp => {
    const rx1OffsetOk = request.rx1Offset < region.rx1Offsets.length
    const rx2DataRateOk = isLora(request.rx2DataRate)
    const channelOk = inBand(request.frequency_Hz)
    if (rx1OffsetOk && rx2DataRateOk && channelOk) {
      plan.rx1Offset = request.rx1Offset
      plan.rx2 = { frequency_Hz: request.frequency_Hz, dataRate: request.rx2DataRate }
    }
    return { type: 'RXParamSetupAns', rx1OffsetOk, rx2DataRateOk, channelOk }
  }
  const newChannel = (request: Extract<MacDown, { type: 'NewChannelReq' }>): MacUp => {
    const { index, frequency_Hz, minDataRate, maxDataRate } = request
    const mine = index >= region.defaultChannels_Hz.length && index < CHANNELS_MAX
    const frequencyOk = mine && (frequency_Hz === 0 || inBand(frequency_Hz))
    const dataRateOk = mine && minDataRate <= maxDataRate && isLora(minDataRate) && isLora(maxDataRate)
    if (frequencyOk && dataRateOk) {
      if (frequency_Hz === 0) channels.delete(index)
      else define(index, frequency_Hz, minDataRate, maxDataRate)
      if (frequency_Hz === 0) plan.enabled.delete(index)
      else plan.enabled.add(index)
    }
    return { type: 'NewChannelAns', frequencyOk, dataRateOk }
  }
  const downlinkChannel = (request: Extract<MacDown, { type: 'DlChannelReq' }>): MacUp => {
    const channel = channels.get(request.index)
    const uplinkExists = channel !== undefined
    const frequencyOk = inBand(request.frequency_Hz)
    if (channel !== undefined && frequencyOk) {
      channels.set(channel.index, { ...channel, down_Hz: request.frequency_Hz })
    }
    return { type: 'DlChannelAns', uplinkExists, frequencyOk }
  }

  return {
    get dataRate() {
      return plan.dataRate
    },
    get repetitions() {
      return plan.repetitions
    },
    get rx1Delay_s() {
      return plan.rx1Delay_s
    },
    get rx2() {
      return plan.rx2
    },
    get quietFactor() {
      return plan.quietFactor
    },
    get power_dBm() {
      return plan.eirp_dBm - plan.powerSteps * region.powerStep_dB
    },
    channels: () => usable(plan.enabled, plan.dataRate),
    rx1DataRate: (up) => rx1DataRate(region, up, plan.rx1Offset),
    obey(command) {
      switch (command.type) {
        case 'LinkADRReq':
          return linkAdr(command)
        case 'RXParamSetupReq':
          return rxParam(command)
        case 'NewChannelReq':
          return newChannel(command)
        case 'DlChannelReq':
          return downlinkChannel(command)
        case 'RXTimingSetupReq':
          plan.rx1Delay_s = command.delay_s
          return { type: 'RXTimingSetupAns' }
        case 'TxParamSetupReq':
          plan.eirp_dBm = EIRP_BY_INDEX_DBM[command.eirpIndex] ?? plan.eirp_dBm
          return { type: 'TxParamSetupAns' }
        case 'DutyCycleReq':
          plan.quietFactor = 2 ** command.maxDutyCycle - 1
          return { type: 'DutyCycleAns' }
        case 'DevStatusReq':
        case 'LinkCheckAns':
        case 'DeviceTimeAns':
          return undefined
      }
    },
    backOff() {
      if (plan.powerSteps > 0) {
        plan.powerSteps = 0
        return true
      }
      for (const index of region.defaultChannels_Hz.keys()) plan.enabled.add(index)
      if (plan.dataRate <= BACK_OFF_DATA_RATE) return false
      plan.dataRate--
      return true
    },
  }
}

/** The channels that a LinkADRReq leaves on; undefined when the mask names one that is not there, or none. */
function maskOf(
  request: Extract<MacDown, { type: 'LinkADRReq' }>,
  channels: ReadonlyMap<number, Channel>,
): Set<number> | undefined {
  if (request.maskControl === 6) return new Set(channels.keys())
  if (request.maskControl !== 0) return undefined
  const wanted = Array.from({ length: CHANNELS_MAX }, (_, index) => index).filter(
    (index) => ((request.channelMask >> index) & 1) === 1,
  )
  return wanted.length > 0 && wanted.every((index) => channels.has(index)) ? new Set(wanted) : undefined
}
