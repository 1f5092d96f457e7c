import { readdirSync, readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dictionaryCrc } from '../../../core/wire/dictionary-crc.ts'
import { decodeFrame, encodeFrame } from '../../../core/wire/frame-codec.ts'
import { anyFrame } from './frames.ts'
import { strangersCrc, strangersFrame } from './stranger.ts'

/** docs/protocol.md is enough to read what we write, to the byte. */

const folder = new URL('../../fixtures/wire/', import.meta.url)
const vectors = readdirSync(folder)
  .filter((name) => name.startsWith('frame-'))
  .map((name): [string, string] => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')).hex])

/** `body`, a Buffer in one decoder, as the bytes it is. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (key === 'body' ? Buffer.from(part).toString('hex') : part)),
  )
}

test.each(vectors)('a stranger reads %s as we do', (_name, hex) => {
  const bytes = Buffer.from(hex, 'hex')
  const ours = decodeFrame(bytes)
  expect(plain(strangersFrame(bytes))).toEqual(ours.ok && plain(ours.value))
})

test('a stranger reads whatever frame we write', () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      expect(plain(strangersFrame(encodeFrame(frame)))).toEqual(plain(frame))
    }),
    { numRuns: 300 },
  )
})

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')

/** The hexadecimal at the beginning of the indented lines that follow `intro`. */
function bytesBehind(intro: string): string {
  const block = document.slice(document.indexOf(intro)).match(/\n\n((?: {4}.*\n)+)/)?.[1] ?? ''
  return block.replace(/^ {4}((?:[0-9a-f]{2} +)*[0-9a-f]{2})\b.*$/gm, '$1').replace(/\s/g, '')
}

test('the frame that the document takes apart inflates to its bytes', () => {
  const hex = vectors.find(([name]) => name === 'frame-v2-live-two-sets.json')?.[1] ?? ''
  // Head of 12 bytes, three varints of one byte each, and the checksum.
  const inflated = inflateRawSync(Buffer.from(hex, 'hex').subarray(15, -4)).toString('hex')
  expect(bytesBehind('frame-v2-live-two-sets.json`, inflated:')).toBe(inflated)
})

test('the dictionary that the document writes out in bytes has the checksum that it says', () => {
  const bytes = Buffer.from(bytesBehind('The entry `{device: "dong-ha"'), 'hex')
  const entry = { device: 'dong-ha', channel: 'stage', unit: 'm', resolution: 0.001 }
  expect(strangersCrc(bytes).toString(16)).toBe('c8b1eadf')
  expect(dictionaryCrc([entry]).toString(16)).toBe('c8b1eadf')
})
