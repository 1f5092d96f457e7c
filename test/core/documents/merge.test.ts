import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkFloodStation } from '../../../core/documents/check-flood-station.ts'
import type { Body, Edit } from '../../../core/documents/edit.ts'
import { jsonEqual } from '../../../core/documents/json-values.ts'
import {
  keepVersion,
  type Lost,
  mergeVersions,
  stricterVersion,
  type Version,
} from '../../../core/documents/merge.ts'
import { MERGE_POLICIES, policyOf } from '../../../core/documents/merge-policies.ts'
import { restoreLost } from '../../../core/documents/restore.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'

const policy = policyOf('flood-station')
const base: Body = { ...DONG_HA }

function edit(side: Edit['side'], at: number, clock: Edit['clock'] = 'synced'): Edit {
  return { at, by: side, side, clock }
}
function version(body: Body, side: Edit['side'], at = 1_000, rev = '2-a', clock?: Edit['clock']): Version {
  return { rev, body, edit: edit(side, at, clock) }
}
const levels = (...stages: number[]) => ({
  ...base,
  levels: stages.map((stage_m, index) => ({ level: index + 1, stage_m })),
})
const merge = (a: Version, b: Version, ancestor: Body | undefined = base, now?: number) =>
  mergeVersions(policy, ancestor, a, b, now)

describe('a merge of two editions of a flood station', () => {
  test('lets the stricter threshold win, and lists the other', () => {
    const { body, lost } = merge(
      version(levels(2, 3, 4), 'edge'),
      version(levels(1.8, 3, 4), 'hub', 2_000, '2-b'),
      levels(2.2, 3, 4),
    )
    expect(body).toMatchObject({ levels: [{ stage_m: 1.8 }, { stage_m: 3 }, { stage_m: 4 }] })
    expect(lost).toEqual([{ path: ['levels', '1', 'stage_m'], kept: 1.8, lost: 2, rev: '2-a' }])
  })

  test('takes what only one side changed, even where it is the looser', () => {
    const { body, lost } = merge(
      version(levels(2.5, 3, 4), 'edge'),
      version({ ...levels(2, 3, 4), provenWithin_h: 12 }, 'hub', 2_000, '2-b'),
      levels(2, 3, 4),
    )
    expect(body).toMatchObject({ provenWithin_h: 12, levels: [{ stage_m: 2.5 }, {}, {}] })
    expect(lost).toEqual([])
  })

  test('takes the newer self-test time by clocks that were known', () => {
    const at = (text: string, side: Edit['side'], time: number, rev: string) =>
      version({ ...base, selfTest: { at: text, pulse_s: 2 } }, side, time, rev)
    const { body } = merge(at('05:00', 'edge', 9_000, '2-a'), at('06:00', 'hub', 2_000, '3-b'))
    expect(body).toMatchObject({ selfTest: { at: '05:00' } })
  })

  test('goes by the number of edits where a clock was not known, and not by its time', () => {
    const { body } = merge(
      version({ ...base, selfTest: { at: '05:00', pulse_s: 2 } }, 'edge', 9e12, '2-a', 'unknown'),
      version({ ...base, selfTest: { at: '06:00', pulse_s: 2 } }, 'hub', 2_000, '3-b'),
    )
    expect(body).toMatchObject({ selfTest: { at: '06:00' } })
  })

  test('never gives one sensor the datum of another', () => {
    const placed = (part: object) => ({ ...base, level: { ...DONG_HA.level, ...part } })
    const { body, lost } = merge(
      version(placed({ device: 'new-sensor', datum_m: 7 }), 'edge', 1_000, '2-a'),
      version(placed({ datum_m: 5.2, silent_s: 60 }), 'hub', 2_000, '2-b'),
    )
    expect(body).toMatchObject({ level: { device: DONG_HA.level.device, datum_m: 5.2, silent_s: 60 } })
    expect(lost).toEqual([
      { path: ['level', 'device'], kept: DONG_HA.level.device, lost: 'new-sensor', rev: '2-a' },
      { path: ['level', 'datum_m'], kept: 5.2, lost: 7, rev: '2-a' },
    ])
  })

  test('takes what one side alone says of a sensor, beside a limit of the other', () => {
    const placed = (part: object) => ({ ...base, level: { ...DONG_HA.level, ...part } })
    const { body, lost } = merge(
      version(placed({ datum_m: 7 }), 'edge', 1_000, '2-a'),
      version(placed({ silent_s: 60 }), 'hub', 2_000, '2-b'),
    )
    expect(body).toMatchObject({ level: { datum_m: 7, silent_s: 60 } })
    expect(lost).toEqual([])
  })

  test('lets the hub say what the station is called', () => {
    const { body } = merge(
      version({ ...base, name: { vi: 'Trạm', en: 'Edge' } }, 'edge', 9_000, '9-a'),
      version({ ...base, name: { vi: 'Trạm', en: 'Hub' } }, 'hub'),
    )
    expect(body).toMatchObject({ name: { en: 'Hub' } })
  })

  test('keeps a level that one side edited and the other took away', () => {
    const { body, lost } = merge(
      version(levels(2, 3, 3.5), 'edge'),
      version(levels(2, 3), 'hub', 2_000, '2-b'),
      levels(2, 3, 4),
    )
    expect(body).toMatchObject({ levels: [{}, {}, { level: 3, stage_m: 3.5 }] })
    expect(lost).toEqual([{ path: ['levels', '3'], kept: { level: 3, stage_m: 3.5 }, rev: '2-b' }])
  })

  test('without an ancestor takes the stricter of all limits', () => {
    const { body } = mergeVersions(
      policy,
      undefined,
      version(levels(2, 3, 4), 'edge'),
      version(levels(1, 3.5, 4), 'hub', 2_000, '2-b'),
      undefined,
    )
    expect(body).toMatchObject({ levels: [{ stage_m: 1 }, { stage_m: 3 }, { stage_m: 4 }] })
  })

  test('knows which of two editions is the stricter one, and when neither is', () => {
    const strict = version(levels(1, 2, 3), 'edge')
    const loose = version(levels(2, 3, 4), 'hub', 1, '2-b')
    expect(stricterVersion(policy, loose, strict)).toBe(strict)
    expect(stricterVersion(policy, version(levels(1, 3.5, 4), 'edge'), loose)).toBeUndefined()
  })

  test('gives a lost edit back, field by field', () => {
    const mine = version(levels(2, 3), 'edge')
    const { body, lost } = merge(
      mine,
      version(levels(1.8, 2.9, 4), 'hub', 2_000, '2-b'),
      levels(2.2, 3.1, 4.1),
    )
    const restored = restoreLost(
      'flood-station',
      body,
      lost.filter(({ rev }) => rev === mine.rev),
    )
    expect(restored).toMatchObject(levels(2, 3))
    expect(checkFloodStation({ ...DONG_HA, ...restored })).toEqual([])
  })
})

describe('a manual hold', () => {
  const hold = (value: number, until: number): Body => ({ kind: 'hold', value, until })
  const site = version(hold(1, 5_000), 'edge', 1_000)
  const hub = version(hold(0, 9_000), 'hub', 2_000, '3-b')

  test('is the site’s until it ends', () => {
    expect(mergeVersions(policyOf('hold'), undefined, site, hub, 4_000).body).toEqual(site.body)
  })
  test('is the newer one’s afterwards', () => {
    expect(mergeVersions(policyOf('hold'), undefined, site, hub, 6_000).body).toEqual(hub.body)
  })
  test('is the site’s while nobody knows the time', () => {
    expect(mergeVersions(policyOf('hold'), undefined, site, hub, undefined).body).toEqual(site.body)
  })
})

const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y'))
const station = fc.record(
  {
    levels: fc.uniqueArray(
      fc.record({ level: fc.integer({ min: 1, max: 3 }), stage_m: fc.integer({ min: 0, max: 5 }) }),
      { selector: ({ level }) => level, maxLength: 3 },
    ),
    raise: fc.record({ need: leaf, of: leaf }, { requiredKeys: [] }),
    clear: fc.record({ below_m: fc.integer({ min: 0, max: 3 }) }),
    name: fc.record({ vi: leaf, en: leaf }),
    selfTest: leaf,
    level: fc.record({ device: leaf, datum_m: leaf, silent_s: leaf }, { requiredKeys: [] }),
    alarms: fc.array(
      fc.record({ device: fc.constantFrom('a', 'b'), output: fc.constantFrom('r'), means: leaf }),
      { maxLength: 3 },
    ),
    other: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['name'] },
)
/** JSON text has no -0, and documents are JSON. */
const json = <T>(value: fc.Arbitrary<T>) => value.map((one): Body => JSON.parse(JSON.stringify(one)))
const versions = fc
  .tuple(
    fc.option(json(station), { nil: undefined }),
    ...[0, 1].map((index) =>
      fc.record({
        body: json(station),
        rev: fc.integer({ min: 1, max: 4 }).map((generation) => `${generation}-${index}`),
        edit: fc.option(
          fc.record({
            at: fc.integer({ min: 1, max: 3 }),
            by: fc.constant('x'),
            side: fc.constantFrom<Edit['side']>('edge', 'hub'),
            clock: fc.constantFrom<Edit['clock']>('synced', 'unknown'),
          }),
          { nil: undefined },
        ),
      }),
    ),
  )
  .map(([ancestor, a, b]) => {
    if (a === undefined || b === undefined) throw new Error('two versions are made')
    return { ancestor, a, b }
  })
const kinds = fc.constantFrom(...Object.keys(MERGE_POLICIES), 'unknown')
const check = (
  property: (kind: string, given: { ancestor: Body | undefined; a: Version; b: Version }) => void,
) => fc.assert(fc.property(kinds, versions, property), { numRuns: 3_000 })
const both = (kind: string, { ancestor, a, b }: { ancestor: Body | undefined; a: Version; b: Version }) =>
  mergeVersions(policyOf(kind), ancestor, a, b, 2)
const sorted = (lost: readonly Lost[]) => lost.map((entry) => JSON.stringify(entry)).sort()
const stageOf = (body: Body, level: number) =>
  Array.isArray(body.levels) ? body.levels.find((item) => item.level === level)?.stage_m : undefined

describe('any merge', () => {
  test('comes out the same whichever edit is named first', () => {
    check((kind, { ancestor, a, b }) => {
      const one = both(kind, { ancestor, a, b })
      const other = both(kind, { ancestor, a: b, b: a })
      expect(JSON.stringify(one.body)).toBe(JSON.stringify(other.body))
      expect(sorted(one.lost)).toEqual(sorted(other.lost))
    })
  })

  test('of an edit with itself is that edit', () => {
    check((kind, { ancestor, a }) => {
      const { body, lost } = both(kind, { ancestor, a, b: a })
      expect([jsonEqual(body, a.body), lost]).toEqual([true, []])
    })
  })

  test('merged again with either side changes nothing', () => {
    check((kind, given) => {
      const { body } = both(kind, given)
      const again = mergeVersions(policyOf(kind), given.a.body, { ...given.b, body }, given.a, 2)
      expect(jsonEqual(again.body, body)).toBe(true)
    })
  })

  test('brings in no value that neither edit has there', () => {
    const parts = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) =>
            parts(inner, `${path}/${Array.isArray(value) ? '-' : key}`),
          )
        : [`${path}=${String(value)}`]
    check((kind, given) => {
      const known = new Set([...parts(given.a.body), ...parts(given.b.body)])
      expect(parts(both(kind, given).body).filter((part) => !known.has(part))).toEqual([])
    })
  })

  test('never relaxes a threshold that both sides changed', () => {
    check((_kind, given) => {
      const { body } = both('flood-station', given)
      for (const level of [1, 2, 3]) {
        const [a, b] = [stageOf(given.a.body, level), stageOf(given.b.body, level)]
        const before = given.ancestor === undefined ? undefined : stageOf(given.ancestor, level)
        if (typeof a !== 'number' || typeof b !== 'number') continue
        if (given.ancestor === undefined || (a !== before && b !== before))
          expect(stageOf(body, level)).toBe(Math.min(a, b))
      }
    })
  })

  test('lists everything of an edit that it did not take', () => {
    check((kind, given) => {
      const { body, lost } = both(kind, given)
      for (const side of [given.a, given.b]) {
        const restored = restoreLost(
          kind,
          body,
          lost.filter(({ rev }) => rev === side.rev),
        )
        // With its lost values back, merging the edit in once more finds nothing left to take from it.
        const again = mergeVersions(policyOf(kind), given.ancestor, { ...side, body: restored }, side, 2)
        if (given.a.rev !== given.b.rev) expect(again.lost).toEqual([])
      }
    })
  })

  test('that keeps one side whole lists all that the other changed', () => {
    check((kind, { ancestor, a, b }) => {
      const { body, lost } = keepVersion(policyOf(kind), ancestor, a, b)
      expect(body).toBe(a.body)
      const restored = restoreLost(kind, body, lost)
      expect(keepVersion(policyOf(kind), ancestor, { ...a, body: restored }, b).lost).toEqual([])
    })
  })
})
