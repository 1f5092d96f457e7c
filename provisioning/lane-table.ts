import type { Lane } from '../core/wire/topics.ts'
import type { NodeStatus } from '../edge/node-control.ts'
import { ago } from './duration.ts'

type LaneLedger = NodeStatus['ledger']['lanes'][number]
type Range = LaneLedger['storedRanges'][number]

/** Ranges written out from each end; what lies between is a number. */
const RANGES_AT_EACH_END = 2
const NAME_WIDTH = 17

const LANE_NAMES: Readonly<Record<Lane, string>> = {
  alarm: 'cảnh báo/alarm',
  state: 'hiện trạng/state',
  live: 'số đo/live',
}

/** Wide enough for their heads and for millions; the whole line fits a terminal of 80. */
const COLUMNS: readonly {
  readonly vi: string
  readonly en: string
  readonly width: number
  count(lane: LaneLedger): number
}[] = [
  { vi: 'sinh ra', en: 'produced', width: 12, count: ({ produced }) => produced },
  { vi: 'đang giữ', en: 'stored', width: 11, count: ({ stored }) => stored },
  { vi: 'đã xác nhận', en: 'acknowledged', width: 14, count: ({ acknowledged }) => acknowledged },
  { vi: 'đã thưa bớt', en: 'thinned', width: 13, count: ({ lost }) => lost.thinned ?? 0 },
  { vi: 'đã bỏ', en: 'dropped', width: 10, count: ({ lost }) => lost.dropped ?? 0 },
]

/** How people call each way in which a number holds no row; thinned and dropped have columns of their own. */
const REASONS: Readonly<Record<LaneLedger['lostRanges'][number]['reason'], string>> = {
  thinned: 'đã thưa bớt/thinned',
  dropped: 'đã bỏ/dropped',
  superseded: 'có giá trị mới hơn/superseded',
  released: 'đã giao từ trước/released',
  unreadable: 'không đọc được/unreadable',
  corrupt: 'hỏng/corrupt',
}

/** What became of every number of each lane: a row of counts, and beneath it which numbers they are, and how old at `at`. */
export function laneTable(lanes: readonly LaneLedger[], at: number): string[] {
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell, n) => cell.padStart(COLUMNS[n]?.width ?? 0)).join('')}`
  return [
    line(
      'luồng',
      COLUMNS.map(({ vi }) => vi),
    ),
    line(
      'lane',
      COLUMNS.map(({ en }) => en),
    ),
    ...lanes.flatMap((lane) => [
      line(
        LANE_NAMES[lane.lane],
        COLUMNS.map(({ count }) => count(lane).toLocaleString('en').replaceAll(',', ' ')),
      ),
      ...details(lane, at),
    ]),
  ]
}

function details({ lost, storedRanges, lostRanges, oldestAt }: LaneLedger, at: number): string[] {
  const age = oldestAt === undefined ? '' : ` · lâu nhất/oldest ${ago(at - oldestAt)}`
  const kept = storedRanges.length === 0 ? [] : [`    đang giữ/stored: ${shortRanges(storedRanges)}${age}`]
  const gone = Object.entries(lost).flatMap(([reason, count]) => {
    if (count === 0 || !isReason(reason)) return []
    const ranges = lostRanges.filter((range) => range.reason === reason)
    const where = ranges.length === 0 ? '' : `: ${shortRanges(ranges)}`
    return [`    ${REASONS[reason]} ${count}${where}`]
  })
  return [...kept, ...gone]
}

function isReason(reason: string): reason is keyof typeof REASONS {
  return Object.hasOwn(REASONS, reason)
}

/** `#1–500, #700, (+12), #8000, #9000–9500`: the ends of a long list, and how many ranges lie between. */
export function shortRanges(ranges: readonly Range[]): string {
  const text = ({ first, last }: Range) => (first === last ? `#${first}` : `#${first}–${last}`)
  const between = ranges.length - 2 * RANGES_AT_EACH_END
  if (between <= 0) return ranges.map(text).join(', ')
  return [
    ...ranges.slice(0, RANGES_AT_EACH_END).map(text),
    `(+${between})`,
    ...ranges.slice(-RANGES_AT_EACH_END).map(text),
  ].join(', ')
}
