import { crc32c } from './crc32c.ts'
import type { Series } from './messages.ts'
import { byteWriter } from './varint.ts'

type SeriesEntry = Series['entries'][number]

const utf8 = new TextEncoder()

/**
 * CRC-32C of a dictionary, entry after entry: device, channel and unit, each as a varint with its length in bytes and
 * its UTF-8, then the resolution as a big-endian double. With the checksum of the entries `before`, that of all of
 * them together: of every beginning of a dictionary in one pass.
 */
export function dictionaryCrc(entries: readonly SeriesEntry[], before = 0): number {
  return entries.reduce((crc, entry) => crc32c(entryBytes(entry), crc), before)
}

function entryBytes({ device, channel, unit, resolution }: SeriesEntry): Uint8Array {
  const writer = byteWriter(128)
  for (const text of [device, channel, unit]) {
    const bytes = utf8.encode(text)
    writer.varint(bytes.length)
    writer.bytes(bytes)
  }
  const double = new Uint8Array(8)
  new DataView(double.buffer).setFloat64(0, resolution)
  writer.bytes(double)
  return writer.done()
}
