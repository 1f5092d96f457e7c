import { closeSync, existsSync, openSync, statSync, writeSync } from 'node:fs'
import { integer, type Random } from '../../../core/random.ts'

const PAGE_BYTES = 4096

/**
 * One page of a database file reads as rubbish, as a worn card gives it back. It begins with a byte that no page of a
 * tree begins with: what reads as a sound page with other contents is beyond any database. Returns its number, from 1.
 */
export function spoilPage(file: string, random: Random): number | undefined {
  if (!existsSync(file)) return undefined
  const pages = Math.floor(statSync(file).size / PAGE_BYTES)
  if (pages === 0) return undefined
  const page = integer(random, 1, pages)
  const rubbish = random.next() < 0.5 ? random.bytes(PAGE_BYTES) : new Uint8Array(PAGE_BYTES)
  rubbish[0] = 0xff
  const descriptor = openSync(file, 'r+')
  try {
    writeSync(descriptor, rubbish, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES)
  } finally {
    closeSync(descriptor)
  }
  return page
}
