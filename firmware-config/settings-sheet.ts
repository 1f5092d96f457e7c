import { fault } from '../core/errors.ts'
import type { Region } from '../core/lorawan/as923.ts'
import { parseEui } from '../core/lorawan/keys.ts'
import { hex } from '../core/random.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Language, Text } from '../core/text.ts'
import { findDefinition } from '../devices/registry.ts'
import { deviceSettings } from './device-settings.ts'
import { intervalDownlink } from './interval-downlink.ts'

export interface SheetOptions {
  readonly model: string
  /** The device's id in the station's configuration. */
  readonly device: string
  readonly devEui: string
  readonly joinEui: string
  readonly region: Region
  /** Otherwise what we recommend for the model. */
  readonly reportEveryS?: number
  readonly language: Language
}

type Line = readonly [label: Text, value: string]

/**
 * What a technician types into the maker's tool, as plain text. The application key is a blank to be filled from the
 * key store: paper is no place for it. DEVICE_UNKNOWN_MODEL, SETTINGS_UNKNOWN, REPORT_INTERVAL_UNSUPPORTED,
 * LORAWAN_HEX_MALFORMED.
 */
export function settingsSheet(options: SheetOptions): Result<string> {
  const { model, device, region, language } = options
  const definition = findDefinition(model)
  if (!definition.ok) return definition
  const settings = deviceSettings.get(model)
  const binding = definition.value.via.lorawan
  if (settings === undefined || binding === undefined) return err(fault('SETTINGS_UNKNOWN', { model }))
  const devEui = parseEui('devEui', options.devEui)
  if (!devEui.ok) return devEui
  const joinEui = parseEui('joinEui', options.joinEui)
  if (!joinEui.ok) return joinEui
  const seconds = options.reportEveryS ?? settings.reportEveryS
  const downlink = intervalDownlink(model, seconds)
  if (!downlink.ok) return downlink

  const yesNo: Text = settings.confirmed ? { vi: 'có', en: 'yes' } : { vi: 'không', en: 'no' }
  const channels = [...region.defaultChannels_Hz, ...region.extraChannels_Hz].map(megahertz).join(', ')
  const lines: readonly Line[] = [
    [{ vi: 'Cài bằng', en: 'Set with' }, settings.tool[language]],
    [{ vi: 'Cách vào mạng', en: 'Activation' }, 'OTAA, LoRaWAN 1.0.x'],
    [{ vi: 'Lớp', en: 'Class' }, binding.class],
    [{ vi: 'DevEUI', en: 'DevEUI' }, devEui.value.toUpperCase()],
    [{ vi: 'JoinEUI (AppEUI)', en: 'JoinEUI (AppEUI)' }, joinEui.value.toUpperCase()],
    [{ vi: 'AppKey', en: 'AppKey' }, '________________________________'],
    [{ vi: 'Vùng tần số', en: 'Region' }, region.name],
    [{ vi: 'Kênh (MHz)', en: 'Channels (MHz)' }, channels],
    [{ vi: 'RX2', en: 'RX2' }, `${megahertz(region.rx2.frequency_Hz)} MHz, DR${region.rx2.dataRate}`],
    [{ vi: 'Cổng ứng dụng', en: 'Application port' }, String(binding.fPort)],
    [{ vi: 'Chu kỳ gửi', en: 'Report interval' }, `${seconds} s`],
    [{ vi: 'Đòi xác nhận', en: 'Confirmed uplinks' }, yesNo[language]],
    [{ vi: 'ADR', en: 'ADR' }, { vi: 'bật', en: 'on' }[language]],
    ...settings.others.map(({ name, value }): Line => [name, value[language]]),
    [
      { vi: 'Đổi chu kỳ từ xa', en: 'Interval over the air' },
      `fPort ${downlink.value.fPort}, ${hex(downlink.value.bytes).toUpperCase()}`,
    ],
  ]
  const width = Math.max(...lines.map(([label]) => label[language].length))
  const title = `${definition.value.label[language]} · ${device}`
  return ok(
    [title, ...lines.map(([label, value]) => `  ${label[language].padEnd(width)}  ${value}`), ''].join('\n'),
  )
}

function megahertz(frequency_Hz: number): string {
  return (Math.round(frequency_Hz) / 1e6).toFixed(1)
}
