import { expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer } from '../../../core/random.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { COMMAND_BYTES_MAX, readCommand } from '../../../edge/commands/read-command.ts'
import { command, emergency, setting } from './rig.ts'

test('a command comes out as it went in', () => {
  for (const given of [command(), setting(null), emergency({}, true)])
    expect(readCommand(encodeCbor(given))).toEqual({ ok: true, command: given })
})

test('no bytes crash it, and what is not whole is no command', () => {
  const random = seededRandom(20_261_121)
  const honest = [command(), setting(1), emergency({}, true)].map(encodeCbor)
  let refused = 0
  for (let round = 0; round < 100_000; round++) {
    const base = honest[round % honest.length] ?? new Uint8Array()
    const bytes = round % 10 === 0 ? random.bytes(integer(random, 0, 300)) : Uint8Array.from(base)
    for (let flips = integer(random, 1, 4); flips > 0 && bytes.length > 0; flips--)
      bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
    const whole = round % 7 === 0 ? bytes.subarray(0, integer(random, 0, bytes.length)) : bytes
    const read = readCommand(whole)
    if (!read.ok) refused++
    else if (read.command.v !== 1) expect.fail(`round ${round}`)
  }
  expect(refused).toBeGreaterThan(50_000)
}, 60_000)

test('more bytes than any honest command are not even decoded', () => {
  const padded = { ...command(), padding: 'x'.repeat(COMMAND_BYTES_MAX) }
  expect(readCommand(encodeCbor(padded))).toMatchObject({ ok: false, problem: { code: 'MESSAGE_TOO_LARGE' } })
})
