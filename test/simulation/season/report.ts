import { FAULT_KINDS, FAULTS } from './faults.ts'
import { FINDING_KINDS, type FindingKind } from './findings.ts'
import type { Outcome } from './run.ts'

/** What a season came to, for people (both languages) and for machines. */

/** The five that the proof stands on; everything else that was found breaks it, too. */
const COLUMNS = {
  lost: 'lost',
  duplicated: 'duplicated',
  misordered: 'misordered',
  late_commands: 'late-command',
  broken_interlocks: 'broken-interlock',
} as const satisfies Readonly<Record<string, FindingKind>>

const WORDS: Readonly<Record<FindingKind, string>> = {
  lost: 'Dòng bị mất · Rows lost',
  duplicated: 'Dòng bị lặp · Rows duplicated',
  misordered: 'Dòng sai thứ tự · Rows misordered',
  'late-command': 'Lệnh chạy trễ · Commands late',
  'broken-interlock': 'Khóa an toàn bị phá · Interlocks broken',
  misdated: 'Giờ ngoài giới hạn · Times out of bounds',
  'wrong-summary': 'Tóm tắt sai · Summaries wrong',
  'wrong-rollup': 'Tổng hợp sai · Rollups wrong',
  'command-without-outcome': 'Lệnh không có kết quả · Commands without one outcome',
  'late-alarm': 'Cảnh báo tới trễ · Alarms late',
  'silent-siren': 'Còi im khi nước cao · Sirens silent above the limit',
  'disk-over-budget': 'Vượt hạn mức đĩa · Disks over budget',
  'clone-unnoticed': 'Đĩa sao chép không bị phát hiện · Clones unnoticed',
  'clock-bounds-wrong': 'Giới hạn giờ sai · Clock bounds wrong',
  'not-drained': 'Chưa gửi hết · Not told at the end',
}

export function passed({ findings }: Outcome): boolean {
  return FINDING_KINDS.every((kind) => findings.counts[kind] === 0)
}

export function asJson(outcome: Outcome): string {
  const { seed, days, nodes, faults, messages, readings, alarms, commands, findings, digest } = outcome
  const columns = Object.entries(COLUMNS).map(([name, kind]) => [name, findings.counts[kind]] as const)
  const main = new Set<FindingKind>(Object.values(COLUMNS))
  const others = FINDING_KINDS.filter((kind) => !main.has(kind))
  return JSON.stringify({
    ...{ seed, days, nodes, faults, messages, readings: readings.durable, stored: readings.stored },
    ...{ alarms, commands },
    ...Object.fromEntries(columns),
    others: Object.fromEntries(others.map((kind) => [kind.replaceAll('-', '_'), findings.counts[kind]])),
    ...{ accounted: findings.accounted, looked_at: findings.seen, digest },
  })
}

export function asTable(outcome: Outcome): string {
  const { seed, days, nodes, faults, messages, readings, alarms, commands, findings, digest } = outcome
  const main = new Set<FindingKind>(Object.values(COLUMNS))
  const others = FINDING_KINDS.filter((kind) => !main.has(kind))
  const number = (value: number) => String(value).padStart(9)
  const line = (value: number, words: string) => `${number(value)}  ${words}`
  return [
    `Hạt giống · Seed ${seed}: ${days} ngày · days, ${nodes} nút · nodes`,
    '',
    'Sự cố đã gây ra · Faults injected',
    ...FAULT_KINDS.map((kind) => line(faults[kind], `${FAULTS[kind].label.vi} · ${FAULTS[kind].label.en}`)),
    line(messages.lost, 'tin mất · messages lost'),
    line(messages.delayed, 'tin trễ trên 1 s · messages late by more than 1 s'),
    line(messages.duplicated, 'tin lặp · messages duplicated'),
    line(messages.reordered, 'tin đảo thứ tự · messages reordered'),
    '',
    'Dữ liệu · Data',
    line(readings.made, 'số đo tạo ra · readings made'),
    line(readings.durable, 'đã nằm trên đĩa nút · durable on a node'),
    line(readings.stored, 'dòng ở hub · rows at the hub'),
    line(alarms, 'dòng cảnh báo và kết quả lệnh ở hub · alarm rows and command outcomes at the hub'),
    ...Object.entries(commands).map(([end, count]) => line(count, `lệnh · commands: ${end}`)),
    '',
    'Mất có lý do · Accounted for',
    ...Object.entries(findings.accounted).map(([reason, count]) => line(count, reason)),
    '',
    'Đã xem · Looked at',
    ...Object.entries(findings.seen).map(([what, count]) => line(count, what)),
    '',
    'Phải bằng 0 · Must be 0',
    ...Object.values(COLUMNS).map((kind) => line(findings.counts[kind], WORDS[kind])),
    ...others.map((kind) => line(findings.counts[kind], WORDS[kind])),
    ...findings.told.map(({ kind, where, what }) => `  ${kind}: ${where}: ${what}`),
    '',
    `${passed(outcome) ? 'ĐẠT · PASSED' : 'KHÔNG ĐẠT · FAILED'}   hạt giống · seed ${seed}   ${digest.slice(0, 16)}`,
  ].join('\n')
}
