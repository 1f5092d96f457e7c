import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { createMulticastCounters } from '../../../edge/drivers/lorawan/multicast-counters.ts'
import { group, lampStreet } from './lamp-street.ts'

/** What goes to a group, against LoRaWAN 1.0.3 §4.3.3 and §4.4 as written out here with AES alone. */

function aes(key: Uint8Array, block: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}

/** RFC 4493. */
function cmac(key: Uint8Array, message: Uint8Array): Buffer {
  const double = (block: Buffer) => {
    const shifted = Buffer.from(
      block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff),
    )
    if (((block[0] ?? 0) & 0x80) !== 0) shifted[15] = (shifted[15] ?? 0) ^ 0x87
    return shifted
  }
  const first = double(aes(key, Buffer.alloc(16)))
  const blocks = Math.max(1, Math.ceil(message.length / 16))
  const last = Buffer.alloc(16)
  const rest = Buffer.from(message.subarray((blocks - 1) * 16))
  rest.copy(last)
  if (rest.length < 16) last[rest.length] = 0x80
  let state: Buffer = Buffer.alloc(16)
  for (let index = 0; index < blocks - 1; index++) {
    state = aes(key, xor(state, message.subarray(index * 16, index * 16 + 16)))
  }
  return aes(key, xor(state, xor(last, rest.length === 16 ? first : double(first))))
}

function block(first: number, devAddr: number, fCnt: number, last: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes[0] = first
  bytes[5] = 1 // down
  bytes.writeUInt32LE(devAddr, 6)
  bytes.writeUInt32LE(fCnt, 10)
  bytes[15] = last
  return bytes
}

const NWK = Buffer.from('11'.repeat(16), 'hex')
const APP = Buffer.from('22'.repeat(16), 'hex')

describe('a frame to a group', () => {
  test('is an unconfirmed downlink to the group’s address, sealed and encrypted with the group’s keys', async () => {
    const street = await lampStreet({ lamps: 4 })
    street.drive(street.names, 60)
    await street.clock.advance(5_000)
    const [phy = new Uint8Array()] = street.toGroup
    const frame = Buffer.from(phy)
    const fCnt = frame.readUInt16LE(6)
    expect(frame[0]).toBe(0x60)
    expect(frame.readUInt32LE(1)).toBe(0xfc00ac01)
    expect(frame[5]).toBe(0)
    expect(frame[8]).toBe(60)
    const sealed = frame.subarray(0, -4)
    const mic = cmac(NWK, Buffer.concat([block(0x49, 0xfc00ac01, fCnt, sealed.length), sealed])).subarray(
      0,
      4,
    )
    expect(frame.subarray(-4)).toEqual(mic)
    const clear = xor(frame.subarray(9, -4), aes(APP, block(0x01, 0xfc00ac01, fCnt, 1)))
    expect(clear.toString('hex')).toBe('01fe3c')
  })

  test('its copies are the same bytes, so that whoever heard one takes the others for repetitions', async () => {
    const street = await lampStreet({
      lamps: 4,
      groups: [group(['lamp-0', 'lamp-1', 'lamp-2', 'lamp-3'], { copies: 3 })],
    })
    street.drive(street.names, 60)
    await street.clock.advance(20_000)
    expect(street.toGroup.length).toBe(3)
    expect(new Set(street.toGroup.map((phy) => Buffer.from(phy).toString('hex'))).size).toBe(1)
  })

  test('every command has a counter of its own', async () => {
    const street = await lampStreet({ lamps: 4 })
    for (const level of [60, 40, 20]) {
      street.drive(street.names, level)
      await street.clock.advance(70_000)
    }
    const counters = street.toGroup.map((phy) => Buffer.from(phy).readUInt16LE(6))
    expect([...new Set(counters)]).toEqual([0, 1, 2])
  })
})

describe('counters of groups', () => {
  const ADDRESS = 0xfc00ac01
  const counters = (store: SqlStore) => createMulticastCounters({ store, refused: () => {} })

  test('are never used twice, whenever the process is killed', () => {
    const store = openSqlite(':memory:')
    const used: number[] = []
    for (let life = 0; life < 50; life++) {
      const now = counters(store)
      now.open(ADDRESS)
      for (let index = 0; index < (life * 7) % 45; index++) used.push(now.next(ADDRESS) ?? -1)
      // Killed: nothing is closed.
    }
    expect(new Set(used).size).toBe(used.length)
    expect(used).toEqual(used.toSorted((a, b) => a - b))
    expect(used).not.toContain(-1)
  })

  test('an orderly restart skips none', () => {
    const store = openSqlite(':memory:')
    const first = counters(store)
    expect([first.next(ADDRESS), first.next(ADDRESS)]).toEqual([0, 1])
    first.close()
    expect(counters(store).next(ADDRESS)).toBe(2)
  })

  test('a disk that keeps nothing gives none, rather than one that may have been used', () => {
    const whole = openSqlite(':memory:')
    const refused: string[] = []
    let broken = false
    const store: SqlStore = {
      ...whole,
      exec(sql) {
        if (broken) throw new FaultError(fault('STORE_FULL', {}))
        whole.exec(sql)
      },
    }
    const now = createMulticastCounters({ store, refused: ({ code }) => void refused.push(code) })
    now.open(ADDRESS)
    broken = true
    const given = Array.from({ length: 40 }, () => now.next(ADDRESS))
    expect(given.filter((fCnt) => fCnt !== undefined).length).toBe(32)
    expect(refused).toContain('STORE_FULL')
  })
})
