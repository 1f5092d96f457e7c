import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import { isFaultName } from '../../../core/documents/greenhouse-faults.ts'
import { jsonEqual } from '../../../core/documents/json-values.ts'
import { keepRoots } from './balance/follow.ts'
import type { Draft } from './draft.ts'
import { houseSubject, settle } from './fault-book.ts'
import { cutPulse } from './fertigation/doser.ts'
import { endTurn, finish, isActive } from './irrigation/runs.ts'
import { layoutOf } from './layout.ts'
import { createChannel, createZone } from './state.ts'

/**
 * Puts a new document in force while water runs. Zones and channels that stay keep what is known of them; a run whose
 * zone is gone or hangs on another valve ends, and its valve is shut.
 */
export function changeDocument(draft: Draft, house: Greenhouse): void {
  if (house.id !== draft.house.id || jsonEqual(house, draft.house)) return
  const before = draft.house
  // What was given counts towards the day of its stock, whatever becomes of its run.
  cutPulse(draft)
  for (const run of draft.runs) {
    const [old, now] = [before, house].map(({ zones }) => zones.find(({ id }) => id === run.zone))
    const program = house.programs.find(({ id }) => id === run.program)
    const recipe = house.recipes.some(({ id }) => id === run.recipe)
    const gone = now === undefined || !jsonEqual(old?.valve, now.valve)
    const unasked = run.program !== null && (program === undefined || !program.on)
    if (gone) finish(draft, run, 'edited')
    else if (isActive(run) ? run.recipe !== null && !recipe : unasked || (run.recipe !== null && !recipe))
      endTurn(draft, run, 'edited')
  }
  shutForgotten(draft, before, house)
  const zones = new Map(draft.zones.map((zone) => [zone.id, zone]))
  const channels = new Map(draft.channels.map((channel) => [channel.id, channel]))
  draft.house = house
  draft.layout = layoutOf(house)
  draft.zones = house.zones.map((zone) => zones.get(zone.id) ?? createZone(zone))
  draft.channels = (house.fertiliser?.channels ?? []).map(
    (channel) => channels.get(channel.id) ?? createChannel(channel),
  )
  draft.sensors = kept(draft.sensors, (key) => draft.layout.sensors.has(key))
  draft.outputs = kept(draft.outputs, (key) => draft.layout.outputs.has(key))
  draft.interlocks = kept(draft.interlocks, (key) => draft.layout.outputs.has(key))
  const pairs = new Set(house.programs.flatMap(({ id, zones: of }) => of.map((zone) => `${id}/${zone}`)))
  draft.starts = kept(draft.starts, (key) => pairs.has(key))
  draft.skips = kept(draft.skips, (key) => house.programs.some(({ id }) => id === key))
  keepRoots(draft, house)
  endForgotten(draft)
  draft.save = true
}

/** Outputs that the new document does not have are told to rest for the last time. */
function shutForgotten(draft: Draft, before: Greenhouse, house: Greenhouse): void {
  const [old, now] = [layoutOf(before), layoutOf(house)]
  for (const key of old.outputs) {
    const memory = draft.outputs[key]
    const slash = key.indexOf('/')
    if (now.outputs.has(key) || memory === undefined || memory.asked === 0) continue
    draft.outputsNow.push({
      ...{ device: key.slice(0, slash), output: key.slice(slash + 1), value: 0 },
      ...{ urgency: 'normal', purpose: 'rest', validS: 60 },
      reason: { vi: 'không còn trong hồ sơ nhà kính', en: 'no longer in the document of the greenhouse' },
    })
  }
}

/** Faults of zones, sensors and channels that are gone are over. */
function endForgotten(draft: Draft): void {
  const { layout, house } = draft
  const channels = new Set((house.fertiliser?.channels ?? []).map(({ id }) => id))
  for (const whole of Object.keys(draft.faults)) {
    const slash = whole.indexOf('/')
    const [name, key] = [whole.slice(0, slash), whole.slice(slash + 1)]
    if (!isFaultName(name) || key === '') continue
    if (layout.zoneIndex.has(key) || layout.sensors.has(key) || channels.has(key)) continue
    settle(draft, name, { ...houseSubject(draft), key, text: { vi: key, en: key } })
  }
}

function kept<T>(
  record: Readonly<Record<string, T>>,
  isKept: (key: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => isKept(key)))
}
