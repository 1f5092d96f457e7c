import type { Clock, Mono, Utc } from '../../../core/clock.ts'
import { REGIONS, type Region, snrFloor_dB } from '../../../core/lorawan/as923.ts'
import { gpsTime } from '../../../core/lorawan/gps-time.ts'
import {
  EIRP_BY_INDEX_DBM,
  encodeMacDown,
  type MacDown,
  type MacUp,
} from '../../../core/lorawan/mac-commands.ts'
import type { HealthReport } from '../driver.ts'
import { adapt } from './adr.ts'
import type { LorawanConfig } from './config.ts'
import type { DeviceLink, Session } from './session.ts'

/** FOpts holds no more. */
const FOPTS_BYTES_MAX = 15
/** A request that was sent this often without an answer rests for a day. */
const ASK_TRIES = 3
const ASK_REST_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000
const BATTERY_FULL = 254

export interface HeardFrame {
  readonly dataRate: number
  readonly spreadingFactor: number
  readonly snr_dB: number
  readonly gateways: number
  /** Whether the device leaves rate and power to us. */
  readonly adr: boolean
  /** UTC when the frame ended; undefined when our own clock was never set. */
  readonly utc: Utc | undefined
}

export interface Mac {
  /** Takes the device's commands to heart. True when it must be answered even if there is nothing to say. */
  heard(link: DeviceLink, session: Session, commands: readonly MacUp[]): boolean
  /** What to tell the device with the next frame: answers, then (with `mayAsk`) what we want of it; within FOpts. */
  speak(
    link: DeviceLink,
    session: Session,
    commands: readonly MacUp[],
    frame: HeardFrame,
    mayAsk: boolean,
  ): Uint8Array
}

export interface MacParts {
  readonly config: LorawanConfig
  readonly region: Region
  readonly clock: Clock
  readonly health: (report: HealthReport) => void
  readonly touch: (link: DeviceLink) => void
}

export function createMac({ config, region, clock, health, touch }: MacParts): Mac {
  /** True when a request may go (again) now; counts it. */
  const ask = (link: DeviceLink, type: string, now: Mono): boolean => {
    const asked = link.mac.asked.get(type)
    if (asked !== undefined && asked.tries >= ASK_TRIES && now - asked.at < ASK_REST_MS) return false
    const tries = asked === undefined || asked.tries >= ASK_TRIES ? 1 : asked.tries + 1
    link.mac.asked.set(type, { tries, at: now })
    return true
  }

  return {
    heard(link, session, commands) {
      let must = false
      for (const command of commands) {
        if (command.type.endsWith('Ans')) settle(link, session, command, region)
        if (command.type === 'DevStatusAns') health(statusOf(link, command))
        // These two are repeated by the device until it hears a downlink.
        must ||= command.type === 'RXParamSetupAns' || command.type === 'RXTimingSetupAns'
        if (command.type !== 'LinkCheckReq' && command.type !== 'DeviceTimeReq') touch(link)
      }
      return must
    },
    speak(link, session, commands, frame, mayAsk) {
      const now = clock.monotonic()
      const answers = commands.flatMap((command) => answerTo(command, frame))
      const bytes: number[] = [...encodeMacDown(answers.slice(0, 3))]
      const requests = mayAsk ? requestsFor(link, session, frame, config, region, now) : []
      for (const request of requests) {
        const encoded = encodeMacDown([request])
        if (bytes.length + encoded.length > FOPTS_BYTES_MAX) break
        if (!ask(link, request.type, now)) continue
        if (request.type === 'LinkADRReq') link.mac.adrPower = request.txPower
        if (request.type === 'DevStatusReq') link.mac.statusAt = now
        bytes.push(...encoded)
      }
      return Uint8Array.from(bytes)
    },
  }
}

function answerTo(command: MacUp, frame: HeardFrame): readonly MacDown[] {
  if (command.type === 'LinkCheckReq') {
    const margin_dB = Math.round(frame.snr_dB - snrFloor_dB(frame.spreadingFactor))
    return [
      {
        type: 'LinkCheckAns',
        margin_dB: Math.min(Math.max(margin_dB, 0), 254),
        gateways: Math.min(frame.gateways, 255),
      },
    ]
  }
  // The answer names the moment at which the uplink ended, however much later it is sent.
  if (command.type === 'DeviceTimeReq' && frame.utc !== undefined) {
    return [{ type: 'DeviceTimeAns', ...gpsTime(frame.utc) }]
  }
  return []
}

/** An answer to one of our requests changes what we know of the device, or lets the request rest. */
function settle(link: DeviceLink, session: Session, command: MacUp, region: Region): void {
  const { radio } = session
  const done = (type: MacDown['type']) => link.mac.asked.delete(type)
  switch (command.type) {
    case 'LinkADRAns':
      if (command.powerOk && command.dataRateOk && command.channelMaskOk) {
        radio.txPower = link.mac.adrPower ?? radio.txPower
        done('LinkADRReq')
      }
      link.snrHistory.length = 0
      link.mac.adrPower = undefined
      return
    case 'RXParamSetupAns':
      if (!command.rx1OffsetOk || !command.rx2DataRateOk || !command.channelOk) return
      radio.rx1Offset = 0
      radio.rx2DataRate = region.rx2.dataRate
      radio.rx2Frequency_Hz = region.rx2.frequency_Hz
      return void done('RXParamSetupReq')
    case 'RXTimingSetupAns':
      radio.rx1Delay_s = region.rx1Delay_s
      return void done('RXTimingSetupReq')
    case 'NewChannelAns': {
      const channel = region.extraChannels_Hz[radio.extraChannels_Hz.length]
      if (!command.dataRateOk || !command.frequencyOk || channel === undefined) return
      radio.extraChannels_Hz = [...radio.extraChannels_Hz, channel]
      return void done('NewChannelReq')
    }
    case 'TxParamSetupAns':
      radio.dwell = region.dwell
      return void done('TxParamSetupReq')
    case 'DevStatusAns':
      return void done('DevStatusReq')
    case 'DutyCycleAns':
    case 'DlChannelAns':
    case 'LinkCheckReq':
    case 'DeviceTimeReq':
      return
  }
}

function requestsFor(
  link: DeviceLink,
  session: Session,
  frame: HeardFrame,
  config: LorawanConfig,
  region: Region,
  now: Mono,
): readonly MacDown[] {
  const requests: MacDown[] = [...settingsFor(session, config, region)]
  const period_ms = config.devStatusEvery_h * HOUR_MS
  const { statusAt } = link.mac
  if (period_ms > 0 && (statusAt === undefined || now - statusAt >= period_ms)) {
    requests.push({ type: 'DevStatusReq' })
  }
  if (!config.adr.on || !link.adr || !frame.adr) return requests
  const { margin_dB, dataRateMax } = config.adr
  const { dataRate } = frame
  const { snrHistory } = link
  const { txPower } = session.radio
  const change = adapt({ region, snrHistory, dataRate, txPower, margin_dB, dataRateMax })
  if (change === undefined) return requests
  const channels = region.defaultChannels_Hz.length + session.radio.extraChannels_Hz.length
  const channelMask = 2 ** channels - 1
  requests.push({ type: 'LinkADRReq', ...change, channelMask, maskControl: 0, repetitions: 1 })
  return requests
}

/** Where the device differs from the site's configuration. */
function settingsFor(session: Session, config: LorawanConfig, region: Region): readonly MacDown[] {
  const { radio } = session
  const requests: MacDown[] = []
  const { frequency_Hz, dataRate } = region.rx2
  if (radio.rx2DataRate !== dataRate || radio.rx2Frequency_Hz !== frequency_Hz || radio.rx1Offset !== 0) {
    requests.push({ type: 'RXParamSetupReq', rx1Offset: 0, rx2DataRate: dataRate, frequency_Hz })
  }
  if (radio.rx1Delay_s !== region.rx1Delay_s) {
    requests.push({ type: 'RXTimingSetupReq', delay_s: region.rx1Delay_s })
  }
  const channel = region.extraChannels_Hz[radio.extraChannels_Hz.length]
  if (channel !== undefined) {
    const index = REGIONS[config.region].defaultChannels_Hz.length + radio.extraChannels_Hz.length
    const { min, max } = region.channelDataRates
    const rates = { minDataRate: min, maxDataRate: max }
    requests.push({ type: 'NewChannelReq', index, frequency_Hz: channel, ...rates })
  }
  const told = radio.dwell
  if (
    config.overrides.dwell !== undefined &&
    (told?.up !== region.dwell.up || told.down !== region.dwell.down)
  ) {
    const eirpIndex = EIRP_BY_INDEX_DBM.findLastIndex((eirp) => eirp <= region.eirpMax_dBm)
    requests.push({
      type: 'TxParamSetupReq',
      upDwell: region.dwell.up,
      downDwell: region.dwell.down,
      eirpIndex: Math.max(eirpIndex, 0),
    })
  }
  return requests
}

function statusOf(link: DeviceLink, status: Extract<MacUp, { type: 'DevStatusAns' }>): HealthReport {
  const { battery, margin_dB } = status
  const measured = battery > 0 && battery <= BATTERY_FULL
  return {
    source: link.id,
    values: {
      link_margin: margin_dB,
      ...(measured ? { link_battery: Math.round(((battery - 1) / (BATTERY_FULL - 1)) * 100) } : {}),
      ...(battery === 0 ? { link_external_power: 1 } : {}),
    },
  }
}
