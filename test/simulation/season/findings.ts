/** What the judges found: counts by kind, and the first few of each kind in words. */
export interface Findings {
  add(kind: FindingKind, where: string, what: string, count?: number): void
  /** Losses that have their reason, by reason. */
  account(reason: string, count?: number): void
  /** What there was to be judged, so that a zero says something. */
  saw(what: string, count?: number): void
  readonly seen: Readonly<Record<string, number>>
  readonly counts: Readonly<Record<FindingKind, number>>
  readonly accounted: Readonly<Record<string, number>>
  readonly told: readonly Finding[]
}

export interface Finding {
  readonly kind: FindingKind
  readonly where: string
  readonly what: string
}

export const FINDING_KINDS = [
  /** A durable row that the hub neither has nor can account for. */
  'lost',
  /** Stored more than once, or never made. */
  'duplicated',
  'misordered',
  /** A momentary or emergency command that started at or after its expiry, or ran again. */
  'late-command',
  'broken-interlock',
  /** A time outside what was promised of it. */
  'misdated',
  /** A summary that is not the sum of what it stands for. */
  'wrong-summary',
  'wrong-rollup',
  'command-without-outcome',
  'late-alarm',
  'silent-siren',
  'disk-over-budget',
  'clone-unnoticed',
  'clock-bounds-wrong',
  /** The hub does not know all rows at the end of the season. */
  'not-drained',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

const TOLD_MAX = 8

export function createFindings(): Findings {
  const counts = blank()
  const accounted: Record<string, number> = {}
  const seen: Record<string, number> = {}
  const told: Finding[] = []
  return {
    counts,
    accounted,
    seen,
    told,
    saw(what, count = 1) {
      seen[what] = (seen[what] ?? 0) + count
    },
    add(kind, where, what, count = 1) {
      if (count === 0) return
      if (told.filter((one) => one.kind === kind).length < TOLD_MAX) told.push({ kind, where, what })
      counts[kind] += count
    },
    account(reason, count = 1) {
      accounted[reason] = (accounted[reason] ?? 0) + count
    },
  }
}

function blank(): Record<FindingKind, number> {
  return {
    lost: 0,
    duplicated: 0,
    misordered: 0,
    'late-command': 0,
    'broken-interlock': 0,
    misdated: 0,
    'wrong-summary': 0,
    'wrong-rollup': 0,
    'command-without-outcome': 0,
    'late-alarm': 0,
    'silent-siren': 0,
    'disk-over-budget': 0,
    'clone-unnoticed': 0,
    'clock-bounds-wrong': 0,
    'not-drained': 0,
  }
}
