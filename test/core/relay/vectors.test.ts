import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packAck, unpackAck } from '../../../core/relay/ack-frame.ts'
import { packAlarm, unpackAlarm } from '../../../core/relay/alarm-frame.ts'
import { createSeal } from '../../../core/relay/seal.ts'
import { packState, unpackState } from '../../../core/relay/state-frame.ts'
import { root } from '../../source-files.ts'

/** The vectors that docs/relay-protocol.md points at: whoever reproduces them speaks this protocol. */

const vectors = JSON.parse(readFileSync(join(root, 'test/fixtures/relay/vectors.json'), 'utf8'))
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (from: Uint8Array | undefined) => Buffer.from(from ?? []).toString('hex')
const sealOf = (kind: 'alarm' | 'state' | 'announce' | 'ack') =>
  createSeal({
    key: bytes(vectors.key),
    edge: vectors.edge,
    kind,
    ...(kind === 'announce' ? {} : { epoch: vectors.epoch }),
  })

describe.each(['alarm', 'state', 'announce', 'ack'] as const)('the vector of a sealed %s', (kind) => {
  const { plain, sealed } = vectors[kind]
  test('is what sealing gives', () => expect(hex(sealOf(kind).seal(bytes(plain)))).toBe(sealed))
  test('opens again', () => expect(hex(sealOf(kind).open(bytes(sealed)))).toBe(plain))
})

test('the alarm of the vector packs and unpacks', () => {
  const { fields, plain } = vectors.alarm
  expect(hex(packAlarm(fields))).toBe(plain)
  expect(unpackAlarm(bytes(plain))).toEqual({ ok: true, value: fields })
})

test('the state of the vector packs and unpacks', () => {
  const { fields, plain } = vectors.state
  expect(hex(packState(fields).plain)).toBe(plain)
  expect(unpackState(bytes(plain))).toEqual({ ok: true, value: fields })
})

test('the acknowledgement of the vector packs and unpacks', () => {
  const { fields, plain } = vectors.ack
  expect(hex(packAck(fields))).toBe(plain)
  expect(unpackAck(bytes(plain))).toEqual({ ok: true, value: fields })
})

describe('frames keep their budget', () => {
  test('an alarm has 11 bytes: DR2', () => expect(bytes(vectors.alarm.sealed)).toHaveLength(11))
  test('an announcement has 10', () => expect(bytes(vectors.announce.sealed)).toHaveLength(10))
  test('an acknowledgement has 11', () => expect(bytes(vectors.ack.sealed)).toHaveLength(11))
  test('a state has at most 51: DR3', () =>
    expect(bytes(vectors.state.sealed).length).toBeLessThanOrEqual(51))
})
