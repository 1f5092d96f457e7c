/**
 * What becomes of a field that was edited on both sides, as data per kind. A field that only one side edited is that
 * side's, whatever the rule says.
 */
export type Policy =
  /** A safety limit: the one that alarms or acts earlier, or stops later. */
  | { readonly rule: 'stricter'; readonly than: 'lower' | 'higher' }
  /** A setting or schedule: the newer edit, whole. */
  | { readonly rule: 'newest' }
  /** Who and where something is: the hub's. */
  | { readonly rule: 'hub' }
  /** What somebody at the site does by hand: the site's until the UTC in this field has passed, then the newer. */
  | { readonly rule: 'site-until'; readonly until: string }
  /** An object field by field; `absence` says whether leaving a field out counts as an edit that can win. */
  | {
      readonly rule: 'fields'
      readonly fields: Readonly<Record<string, Policy>>
      /** `truth`: these others say one thing together. Where both sides changed some of them, all are the newer edit's. */
      readonly others: Policy | 'truth'
      readonly absence: Absence
    }
  /** A list whose items are known by these keys. */
  | {
      readonly rule: 'items'
      readonly by: readonly string[]
      readonly item: Policy
      readonly absence: Absence
    }

/** `stays`: what one side changed and the other took away is kept; `newest`: the newer edit decides. */
export type Absence = 'stays' | 'newest'

const lower: Policy = { rule: 'stricter', than: 'lower' }
const higher: Policy = { rule: 'stricter', than: 'higher' }
const newest: Policy = { rule: 'newest' }
const hub: Policy = { rule: 'hub' }

function fields(
  absence: Absence,
  known: Readonly<Record<string, Policy>>,
  others: Policy | 'truth' = newest,
): Policy {
  return { rule: 'fields', fields: known, others, absence }
}

const pattern = fields('stays', { on_s: higher, off_s: lower })

const floodStation = fields('stays', {
  kind: hub,
  id: hub,
  name: hub,
  location: hub,
  water: hub,
  timeZone: hub,
  // What the sensor is and how it stands is one truth, not a limit: one sensor with the datum of another measures no
  // water. Only how soon it is missed is a limit.
  level: fields('newest', { silent_s: lower }, 'truth'),
  levels: { rule: 'items', by: ['level'], item: fields('stays', { stage_m: lower }), absence: 'stays' },
  raise: fields('stays', { need: lower, of: higher }),
  clear: fields('stays', { below_m: higher, hold_min: higher }),
  rise: fields('stays', { m_per_h: lower }),
  rain: fields(
    'stays',
    {
      limits: {
        rule: 'items',
        by: ['over', 'level'],
        item: fields('stays', { mm: lower }),
        absence: 'stays',
      },
    },
    'truth',
  ),
  alarms: {
    rule: 'items',
    by: ['device', 'output'],
    item: fields('stays', { patterns: fields('stays', { '1': pattern, '2': pattern, '3': pattern }) }),
    absence: 'stays',
  },
  selfTest: newest,
  provenWithin_h: lower,
  silence: fields('newest', { longest_min: lower }),
})

const items = (absence: Absence): Policy => ({ rule: 'items', by: ['id'], item: newest, absence })

// Where lamps hang and what they are is surveyed and kept at the hub; how the street is lit is whoever's edit is newer,
// profile by profile and date by date, so that two people may edit two of them.
const lightingStreet = fields('stays', {
  kind: hub,
  id: hub,
  name: hub,
  location: hub,
  timeZone: hub,
  road: hub,
  luminaires: hub,
  cabinet: hub,
  feeders: hub,
  lamps: hub,
  groups: items('newest'),
  // One that the calendar still names is kept where only one side took it away.
  profiles: items('stays'),
  calendar: fields('newest', { exceptions: items('newest') }),
  photocell: newest,
  motion: newest,
  raises: items('newest'),
  faults: newest,
})

// What is built and how it is piped is surveyed and kept at the hub; what the crop gets is whoever's edit is newer,
// program by program and recipe by recipe. What a day may take at most is a limit: the lower one holds.
const greenhouse = fields('stays', {
  kind: hub,
  id: hub,
  name: hub,
  location: hub,
  timeZone: hub,
  water: hub,
  zones: {
    rule: 'items',
    by: ['id'],
    item: fields('newest', {
      ...{ id: hub, name: hub, valve: hub, area_m2: hub, flow_Lmin: hub, efficiency: hub, rained: hub },
      ...{ longest_min: lower, daily_L: lower },
    }),
    absence: 'stays',
  },
  fertiliser: fields('newest', {
    channels: {
      rule: 'items',
      by: ['id'],
      item: fields('newest', { part: hub, pump: hub, rate_mLmin: hub, daily_mL: lower }),
      absence: 'stays',
    },
    ec: hub,
    ph: hub,
  }),
  recipes: items('stays'),
  programs: items('newest'),
  climate: newest,
  weather: hub,
  faults: newest,
})

export const MERGE_POLICIES: Readonly<Record<string, Policy>> = {
  'flood-station': floodStation,
  'lighting-street': lightingStreet,
  greenhouse,
  hold: { rule: 'site-until', until: 'until' },
}

export function policyOf(kind: string): Policy {
  return MERGE_POLICIES[kind] ?? newest
}
