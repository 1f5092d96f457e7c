import { describe, expect, test } from 'vitest'
import { checkLightingStreet } from '../../../core/documents/check-lighting-street.ts'
import type { Body, Edit } from '../../../core/documents/edit.ts'
import type { LightingStreet } from '../../../core/documents/lighting-street.ts'
import { mergeVersions } from '../../../core/documents/merge.ts'
import { policyOf } from '../../../core/documents/merge-policies.ts'
import { streetOf } from '../../edge/control/lighting/street.ts'

/** Two people who edit a street apart from each other: at the hub, and at the cabinet. */

const base = streetOf()
const [usual] = base.profiles
if (usual === undefined) throw new Error('the street has a profile')

function merge(edge: Partial<LightingStreet>, hub: Partial<LightingStreet>, edgeIsNewer = false) {
  const version = (change: Partial<LightingStreet>, side: Edit['side'], at: number) => ({
    rev: `2-${side}`,
    body: { ...base, ...change } as Body,
    edit: { at, by: side, side, clock: 'synced' as const },
  })
  return mergeVersions(
    policyOf('lighting-street'),
    { ...base },
    version(edge, 'edge', edgeIsNewer ? 9_000 : 1_000),
    version(hub, 'hub', 5_000),
    undefined,
  )
}

const feast = (id: string, day: string) => ({
  ...{ id, name: { vi: id, en: id }, from: day, to: day, yearly: false, profile: 'usual' },
})
const dimmer = { ...usual, steps: usual.steps.map((step) => ({ ...step, level: step.level / 2 })) }
const second = { ...usual, id: 'second' }

describe('a merge of two editions of a street', () => {
  test('keeps a profile of each', () => {
    const { body, lost } = merge({ profiles: [dimmer] }, { profiles: [usual, second] })
    expect(body).toMatchObject({ profiles: [dimmer, second] })
    expect(lost).toEqual([])
  })
  test('takes the newer of two edits of one profile whole, and lists the other', () => {
    const brighter = { ...usual, steps: usual.steps.slice(1) }
    const { body, lost } = merge({ profiles: [dimmer] }, { profiles: [brighter] }, true)
    expect(body).toMatchObject({ profiles: [dimmer] })
    expect(lost.length).toBe(1)
  })
  test('keeps an exception of each', () => {
    const calendar = (day: string, id: string) => ({
      calendar: { ...base.calendar, exceptions: [feast(id, day)] },
    })
    const { body } = merge(calendar('2027-02-05', 'tet'), calendar('2027-09-02', 'quoc-khanh'))
    expect(body).toMatchObject({ calendar: { exceptions: [{ id: 'quoc-khanh' }, { id: 'tet' }] } })
  })
  test('two exceptions of one date do not hold together: that shows in the check of what was merged', () => {
    const calendar = (id: string) => ({
      calendar: { ...base.calendar, exceptions: [feast(id, '2027-02-05')] },
    })
    const { body } = merge(calendar('a'), calendar('b'))
    const exceptions = [feast('a', '2027-02-05'), feast('b', '2027-02-05')]
    expect(body).toMatchObject({ calendar: { exceptions } })
    const merged = streetOf({ calendar: { ...base.calendar, exceptions } })
    expect(checkLightingStreet(merged).map(({ code }) => code)).toEqual(['STREET_EXCEPTIONS_OVERLAP'])
  })
  test('takes the lamps as the hub has them, however old its edit', () => {
    const moved = base.lamps.map((lamp) => ({ ...lamp, feeder: 'f1' }))
    const renamed = base.lamps.map((lamp) => ({ ...lamp, pole: `X${lamp.pole}` }))
    const { body } = merge({ lamps: moved }, { lamps: renamed }, true)
    expect(body).toMatchObject({ lamps: renamed })
  })
  test('takes the newer photocell and fault limits', () => {
    const limits = (low: number) => ({ faults: { ...base.faults, low } })
    const { body } = merge(limits(0.7), limits(0.6), true)
    expect(body).toMatchObject({ faults: { low: 0.7 } })
  })
})
