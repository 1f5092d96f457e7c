import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withEdit } from '../../../core/documents/edit.ts'
import { successor } from '../../../core/documents/revision.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { type Disk, disk, node } from '../node.ts'

/** Holds as a person makes them, on a whole node on a fake clock. */

let here: Disk
beforeEach(() => {
  here = disk()
})
afterEach(() => here.remove())

const HOUR_MS = 3_600_000
const asked = { device: 'dh-siren', output: 'relay1', value: 0, for_s: 3_600, who: 'Minh', why: 'thay còi' }
const decisionOf = (one: ReturnType<typeof node>) =>
  one.agent.outputs().find(({ output }) => output === 'relay1')?.decision
const hold = async (one: ReturnType<typeof node>, part: Partial<typeof asked> = {}) => {
  const held = await one.agent.holds?.hold({ ...asked, ...part })
  await one.clock.advance(1)
  return held?.ok === false ? held.error.code : 'held'
}

describe('an output held by hand', () => {
  test('stays as it is held whatever the water does, and the decision says who and why', async () => {
    const one = node({ disk: here })
    await one.start()
    expect(await hold(one)).toBe('held')
    await one.flood(2.1)
    expect(decisionOf(one)).toMatchObject({ winner: 'manual', value: 0 })
    expect(decisionOf(one)?.reason.vi).toContain('Minh')
    expect(one.drivesOf('relay1').every(({ value }) => value === 0)).toBe(true)
    expect(one.drivesOf('relay2').at(-1)?.value).toBe(1)
    await one.stop()
  })

  test('is let go after its time, and no document of it stays', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    await one.flood(2.1)
    await one.clock.advance(HOUR_MS)
    expect(decisionOf(one)?.winner).not.toBe('manual')
    expect(await one.documents.list('hold:')).toEqual([])
    await one.stop()
  })

  test('is let go by a word', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    expect(await one.agent.holds?.release('dh-siren', 'relay1', 'Minh')).toMatchObject({ ok: true })
    await one.clock.advance(1)
    expect(decisionOf(one)?.winner).not.toBe('manual')
    expect(await one.agent.holds?.release('dh-siren', 'relay1', 'Minh')).toMatchObject({
      ok: false,
      error: { code: 'DOCUMENT_UNKNOWN' },
    })
    await one.stop()
  })

  test('is held on after a restart, until its time by a known clock', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    await one.stop()
    const next = node({ disk: here, at: one.clock.now() + HOUR_MS / 2, boot: '2' })
    await next.start()
    expect(decisionOf(next)?.winner).toBe('manual')
    await next.clock.advance(HOUR_MS / 2)
    expect(decisionOf(next)?.winner).not.toBe('manual')
    await next.stop()
  })

  test('for longer is not driven to and fro', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(2.1)
    await hold(one)
    await one.clock.advance(60_000)
    const before = one.drivesOf('relay1').length
    await hold(one, { for_s: 7_200 })
    const since = one.drivesOf('relay1').slice(before)
    expect(since.filter(({ value }) => value !== 0)).toEqual([])
    await one.clock.advance(HOUR_MS)
    expect(decisionOf(one)?.winner).toBe('manual')
    await one.stop()
  })

  test('is not made to last by saying that it was made later than it was seen', async () => {
    const one = node({ disk: here })
    await one.start()
    const at = one.clock.now()
    const made = { boot: '1', mono: 9e14 }
    const edit = { at, by: 'Lan', side: 'hub', clock: 'synced' } as const
    const content = { kind: 'hold', ...asked, until: at + HOUR_MS, made }
    await here.documents.append([
      successor('dong-ha/hold:dh-siren/relay1', undefined, withEdit(content, edit)),
    ])
    await one.clock.advance(HOUR_MS + 2_000)
    expect(one.agent.holds?.views()).toEqual([])
    await one.stop()
  })

  test('that is held anew in the moment of its end is not let go', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    await one.clock.advance(HOUR_MS - 2_000)
    const again = one.agent.holds?.hold(asked)
    const old = (await one.documents.get('hold:dh-siren/relay1'))?.rev
    await again
    expect(await one.documents.remove('hold:dh-siren/relay1', 'clock', old)).toMatchObject({
      ok: false,
      error: { code: 'DOCUMENT_CONFLICT' },
    })
    await one.clock.advance(60_000)
    expect(decisionOf(one)?.winner).toBe('manual')
    await one.stop()
  })

  test('whose end cannot be read back from the disk ends all the same, and nothing crashes', async () => {
    let failing = false
    const { documents } = here
    const reads = async (id: string) => {
      if (failing) throw new FaultError(fault('STORE_UNWRITABLE', { file: 'documents', reason: 'EIO' }))
      return documents.leaves(id)
    }
    const one = node({ disk: { ...here, documents: { ...documents, leaves: reads } } })
    await one.start()
    await hold(one)
    failing = true
    await one.clock.advance(HOUR_MS + 2_000)
    expect(decisionOf(one)?.winner).not.toBe('manual')
    expect(one.refusals.counts().STORE_UNWRITABLE).toBeGreaterThan(0)
    await one.stop()
  })

  test('ends in time by the monotonic clock though the wall jumps', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    one.clock.stepWall(-10 * HOUR_MS)
    await one.clock.advance(HOUR_MS / 2)
    expect(decisionOf(one)?.winner).toBe('manual')
    await one.clock.advance(HOUR_MS / 2 + 1_000)
    expect(decisionOf(one)?.winner).not.toBe('manual')
    await one.stop()
  })

  test('lasts its length once more where the time is not known after a restart', async () => {
    const one = node({ disk: here })
    await one.start()
    await hold(one)
    await one.stop()
    const next = node({ disk: here, at: 0, boot: '2' })
    next.clock.setQuality('unknown')
    await next.start()
    await next.clock.advance(HOUR_MS - 10_000)
    expect(decisionOf(next)?.winner).toBe('manual')
    await next.clock.advance(20_000)
    expect(decisionOf(next)?.winner).not.toBe('manual')
    await next.stop()
  })

  /** A hold that an operator at the hub wrote arrives by replication. */
  const fromHub = async (one: ReturnType<typeof node>) => {
    const at = one.clock.now()
    const content = { kind: 'hold', ...asked, until: at + HOUR_MS }
    const edit = { at, by: 'Lan', side: 'hub', clock: 'synced' } as const
    await here.documents.append([
      successor('dong-ha/hold:dh-siren/relay1', undefined, withEdit(content, edit)),
    ])
    await one.clock.advance(1)
  }

  test('from the hub comes into force when it arrives, as what is asked from afar', async () => {
    const one = node({ disk: here })
    await one.start()
    await fromHub(one)
    expect(decisionOf(one)).toMatchObject({ winner: 'command', value: 0 })
    await one.stop()
  })

  test.each([
    ['a day', 24],
    ['ten years', 10 * 365 * 24],
  ])('from the hub lasts no longer though the clock is set back by %s', async (_name, hours) => {
    const one = node({ disk: here })
    await one.start()
    await fromHub(one)
    one.clock.stepWall(-hours * HOUR_MS)
    await one.clock.advance(HOUR_MS / 2)
    expect(decisionOf(one)).toMatchObject({ winner: 'command', value: 0 })
    await one.clock.advance(HOUR_MS / 2 + 2_000)
    expect(decisionOf(one)?.winner).not.toBe('command')
    expect(await one.documents.list('hold:')).toEqual([])
    await one.stop()
  })

  test('from the hub quiets no alarm: nobody is known to stand there', async () => {
    const one = node({ disk: here })
    await one.start()
    await fromHub(one)
    await one.flood(4.1)
    expect(decisionOf(one)).toMatchObject({ winner: 'alarm', value: 1 })
    await one.stop()
  })

  test.each([
    ['an output that is not here', { output: 'relay9' }, 'ACTION_UNSUPPORTED'],
    ['a value out of range', { value: 5 }, 'OUTPUT_CLAIM_INVALID'],
    ['no time', { for_s: 0 }, 'DOCUMENT_INVALID'],
    ['a year', { for_s: 365 * 86_400 }, 'DOCUMENT_INVALID'],
  ])('is refused for %s', async (_name, part, code) => {
    const one = node({ disk: here })
    await one.start()
    expect(await hold(one, part)).toBe(code)
    await one.stop()
  })
})
