import { fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Language, Text } from '../core/text.ts'
import type { FirmataRead, FirmataWrite } from '../devices/define.ts'
import { findDefinition } from '../devices/registry.ts'

export interface PinSheetOptions {
  readonly model: string
  /** The board's id in the node's configuration. */
  readonly device: string
  readonly language: Language
}

interface PinLine {
  readonly pin: string
  readonly what: Text
  readonly how: Text
}

/**
 * What is written into a board and wired to it, as plain text for who stands at the cabinet and for the handover.
 * DEVICE_UNKNOWN_MODEL, SETTINGS_UNKNOWN for a model that is no board.
 */
export function pinSheet({ model, device, language }: PinSheetOptions): Result<string> {
  const definition = findDefinition(model)
  if (!definition.ok) return definition
  const { label, telemetry, outputs, via } = definition.value
  const binding = via.firmata
  if (binding === undefined) return err(fault('SETTINGS_UNKNOWN', { model }))
  const named = (labels: Readonly<Record<string, { readonly label: Text }>>, name: string): Text => {
    const words = labels[name]?.label ?? { vi: name, en: name }
    return { vi: `${words.vi} (${name})`, en: `${words.en} (${name})` }
  }
  const lines: readonly PinLine[] = [
    ...Object.entries(binding.write ?? {}).map(([name, write]) => ({
      ...{ pin: `${write.pin}`, what: named(outputs, name), how: writtenAs(write) },
    })),
    ...(binding.heartbeat === undefined ? [] : [heartbeatLine(binding.heartbeat.pin)]),
    ...Object.entries(binding.read).map(([name, read]) => ({
      what: named(telemetry, name),
      ...readAs(read),
    })),
  ]
  const width = Math.max(...lines.map(({ what }) => what[language].length))
  return ok(
    [
      `${device}: ${label[language]}`,
      ...HEAD.map((text) => `- ${text[language]}`),
      '',
      ...lines.map(
        ({ pin, what, how }) => `${pin.padEnd(8)}${what[language].padEnd(width + 2)}${how[language]}`,
      ),
      '',
    ].join('\n'),
  )
}

const HEAD: readonly Text[] = [
  {
    vi: 'Nạp StandardFirmata 2.5 trở lên (Arduino IDE: File, Examples, Firmata), 57600 baud',
    en: 'Upload StandardFirmata 2.5 or later (Arduino IDE: File, Examples, Firmata), 57600 baud',
  },
  {
    vi: 'Chỉ dùng mô-đun rơ-le kích mức cao: khi khởi động lại, bo kéo mọi chân xuống thấp',
    en: 'Use active-high relay modules alone: at each start the board makes every pin low',
  },
  {
    vi: 'Tiếp điểm nối về mát, không nối lên 5 V',
    en: 'Contacts go to ground, never to 5 V',
  },
  {
    vi: 'Rơ-le giám sát cấp nguồn cho các cuộn dây; thử: rút cáp USB khi bơm chạy, bơm phải dừng',
    en: 'A watchdog relay feeds the coils; try it: pull the USB cable while the pump runs, it must stop',
  },
]

function heartbeatLine(pin: number): PinLine {
  return {
    pin: `${pin}`,
    what: { vi: 'Nhịp sống của nút', en: 'Heartbeat of the node' },
    how: { vi: 'tới rơ-le giám sát', en: 'to the watchdog relay' },
  }
}

function writtenAs(write: FirmataWrite): Text {
  switch (write.kind) {
    case 'digital':
      return write.inverted === true
        ? { vi: 'rơ-le, mức thấp là bật', en: 'relay, on while low' }
        : { vi: 'rơ-le, mức cao là bật', en: 'relay, on while high' }
    case 'pwm':
      return { vi: 'PWM, 0 đến 100 %', en: 'PWM, 0 to 100 %' }
    case 'servo':
      return {
        vi: `servo, ${write.from_deg}° đến ${write.to_deg}°`,
        en: `servo, ${write.from_deg}° to ${write.to_deg}°`,
      }
  }
}

function readAs(read: FirmataRead): Pick<PinLine, 'pin' | 'how'> {
  switch (read.kind) {
    case 'digital':
      return {
        pin: `${read.pin}`,
        how:
          read.inverted === true
            ? { vi: 'tiếp điểm về mát, đóng là 1', en: 'contact to ground, 1 while closed' }
            : { vi: 'tiếp điểm về mát, mở là 1', en: 'contact to ground, 1 while open' },
      }
    case 'analog': {
      const [least, most] = read.sound_V ?? [0, read.full_V]
      const how = `${least.toFixed(2)} – ${most.toFixed(2)} V`
      return { pin: `A${read.pin}`, how: { vi: how, en: how } }
    }
    case 'pulses':
    case 'pulse-rate':
      return {
        pin: `${read.pin}`,
        how: { vi: `${read.perUnit} xung mỗi đơn vị`, en: `${read.perUnit} pulses a unit` },
      }
    case 'i2c': {
      const how = `I²C 0x${read.address.toString(16)}`
      return { pin: 'SDA/SCL', how: { vi: how, en: how } }
    }
  }
}
