import { describe, expect, test } from 'vitest'
import { REGIONS } from '../../core/lorawan/as923.ts'
import { hex } from '../../core/random.ts'
import { deviceDefinitions } from '../../devices/registry.ts'
import { deviceSettings } from '../../firmware-config/device-settings.ts'
import { intervalDownlink } from '../../firmware-config/interval-downlink.ts'
import { settingsSheet } from '../../firmware-config/settings-sheet.ts'

const sheet = {
  model: 'milesight-em500-udl',
  device: 'dong-ha-level',
  devEui: '24e124713c123456',
  joinEui: '24e124c0002a0001',
  region: REGIONS['AS923-2'],
  language: 'vi',
} as const

describe('intervalDownlink', () => {
  test.each([
    ['milesight-em400-udl', 600, 85, 'ff035802'],
    ['milesight-em410-rdl', 1200, 85, 'ff8e001400'],
    ['milesight-uc300', 300, 85, 'ff032c01'],
    ['dragino-lt-22222-l', 60, 2, '0100003c'],
    ['dragino-ldds75', 300, 2, '0100012c'],
  ])('makes %s report every %d s', (model, seconds, fPort, bytes) => {
    const downlink = intervalDownlink(model, seconds)
    expect(downlink.ok && [downlink.value.fPort, hex(downlink.value.bytes)]).toEqual([fPort, bytes])
  })

  test.each([
    ['milesight-em500-udl', 59],
    ['milesight-em500-udl', 64_801],
    ['milesight-em500-udl', 90.5],
    ['milesight-em410-rdl', 90],
    ['dragino-ldds75', Number.NaN],
  ])('refuses %s every %d s', (model, seconds) => {
    const downlink = intervalDownlink(model, seconds)
    expect(downlink.ok || downlink.error.code).toBe('REPORT_INTERVAL_UNSUPPORTED')
  })

  test('refuses a model whose maker documents no such command', () => {
    const downlink = intervalDownlink('cayenne-lpp', 300)
    expect(downlink.ok || downlink.error.code).toBe('SETTINGS_UNKNOWN')
  })
})

describe.each([...deviceSettings.keys()].map((model) => ({ model })))('$model', ({ model }) => {
  test('is a device that we know', () => {
    expect(deviceDefinitions.has(model)).toBe(true)
  })

  test('takes the interval that we recommend', () => {
    expect(intervalDownlink(model, deviceSettings.get(model)?.reportEveryS ?? 0).ok).toBe(true)
  })
})

describe('settingsSheet', () => {
  test('says what to type, in Vietnamese', () => {
    const text = settingsSheet(sheet)
    expect(text.ok && text.value).toBe(
      [
        'Cảm biến mực nước siêu âm EM500-UDL · dong-ha-level',
        '  Cài bằng                      ứng dụng Milesight ToolBox (NFC hoặc USB)',
        '  Cách vào mạng                 OTAA, LoRaWAN 1.0.x',
        '  Lớp                           A',
        '  DevEUI                        24E124713C123456',
        '  JoinEUI (AppEUI)              24E124C0002A0001',
        '  AppKey                        ________________________________',
        '  Vùng tần số                   AS923-2',
        '  Kênh (MHz)                    921.4, 921.6',
        '  RX2                           921.4 MHz, DR2',
        '  Cổng ứng dụng                 85',
        '  Chu kỳ gửi                    300 s',
        '  Đòi xác nhận                  không',
        '  ADR                           bật',
        '  Cảnh báo ngưỡng của thiết bị  tắt: nút biên tự quyết định',
        '  Đổi chu kỳ từ xa              fPort 85, FF032C01',
        '',
      ].join('\n'),
    )
  })

  test.each([...deviceSettings.keys()])('can be written for %s in English', (model) => {
    const text = settingsSheet({ ...sheet, model, language: 'en' })
    expect(text.ok && text.value).toContain('Report interval')
  })

  test('refuses an interval that the device cannot keep', () => {
    const text = settingsSheet({ ...sheet, reportEveryS: 5 })
    expect(text.ok || text.error.code).toBe('REPORT_INTERVAL_UNSUPPORTED')
  })

  test('refuses a model that nobody has described', () => {
    const text = settingsSheet({ ...sheet, model: 'acme-1' })
    expect(text.ok || text.error.code).toBe('DEVICE_UNKNOWN_MODEL')
  })

  test('has none for a generic device', () => {
    const text = settingsSheet({ ...sheet, model: 'cayenne-lpp' })
    expect(text.ok || text.error.code).toBe('SETTINGS_UNKNOWN')
  })

  test('refuses a DevEUI that is none', () => {
    const text = settingsSheet({ ...sheet, devEui: 'see label' })
    expect(text.ok || text.error.code).toBe('LORAWAN_HEX_MALFORMED')
  })
})
