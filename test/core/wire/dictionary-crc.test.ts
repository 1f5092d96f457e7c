import { expect, test } from 'vitest'
import { crc32c } from '../../../core/wire/crc32c.ts'
import { dictionaryCrc } from '../../../core/wire/dictionary-crc.ts'

const STAGE = { device: 'dong-ha', channel: 'stage', unit: 'm', resolution: 0.001 }
const RISE = { device: 'dong-ha', channel: 'rise', unit: 'm/h', resolution: 0.001 }

test('the checksum of a dictionary is that of its texts with their lengths and its resolutions as doubles', () => {
  const bytes = '07646f6e672d6861057374616765016d3f50624dd2f1a9fc'
  expect(dictionaryCrc([STAGE])).toBe(crc32c(Buffer.from(bytes, 'hex')))
  expect(dictionaryCrc([STAGE])).toBe(0xc8b1eadf)
})

test('the checksum of a longer dictionary goes on from that of its beginning', () => {
  expect(dictionaryCrc([RISE], dictionaryCrc([STAGE]))).toBe(dictionaryCrc([STAGE, RISE]))
})

test('letters that move from one text to the next change the checksum', () => {
  const moved = { ...STAGE, channel: 'stagem', unit: '' }
  expect(dictionaryCrc([moved])).not.toBe(dictionaryCrc([STAGE]))
})

test('a resolution that differs in its last bit changes the checksum', () => {
  expect(dictionaryCrc([{ ...STAGE, resolution: 0.0010000000000000002 }])).not.toBe(dictionaryCrc([STAGE]))
})

test('no entries have the checksum 0', () => {
  expect(dictionaryCrc([])).toBe(0)
})
