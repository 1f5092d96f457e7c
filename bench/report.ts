import { cpus, release, totalmem } from 'node:os'
import type { Figure, Outcome, Target } from './measurement.ts'
import { ratios, type Spread, spread } from './statistics.ts'

/** A measurement's outcome beside its name, as it goes into the table and the files. */
export interface Finding {
  readonly name: string
  readonly title: string
  readonly took_s: number
  readonly outcome: Outcome | { readonly failed: string }
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory_GiB: number
  readonly node: string
  readonly kernel: string
}

export function thisMachine(): Machine {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory_GiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    kernel: release(),
  }
}

/** What a reader types to measure the same: npm hands on only what stands behind `--`. */
export function commandOf(args: readonly string[]): string {
  return ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ')
}

export type Verdict = 'met' | 'missed' | 'none'

/** Whether the middle round meets the target. */
export function verdict({ ours, peer, target }: Figure): Verdict {
  if (target === undefined) return 'none'
  const values = target.of === 'ours' ? ours : ratios(ours, peer?.values ?? [])
  if (values.length === 0) return 'missed'
  const { median } = spread(values)
  const met = target.bound === 'at least' ? median >= target.limit : median <= target.limit
  return met ? 'met' : 'missed'
}

const HEADINGS = ['figure', 'ours', 'peer', 'ratio', 'target', ''] as const

/** The table as Markdown, which is read on a terminal as well. */
export function table(findings: readonly Finding[]): string {
  const blocks = findings.map(({ name, title, took_s, outcome }) => {
    const heading = `### ${name}: ${title} (${took_s.toFixed(0)} s)`
    if ('failed' in outcome) return `${heading}\n\nfailed: ${outcome.failed}`
    if ('skipped' in outcome) return `${heading}\n\nskipped: ${outcome.skipped}`
    const rows = outcome.figures.map(rowOf)
    const notes = outcome.notes.map((note) => `- ${note}`).join('\n')
    return `${heading}\n\n${columns([HEADINGS, ...rows])}${notes === '' ? '' : `\n\n${notes}`}`
  })
  return blocks.join('\n\n')
}

/** JSON beside the table, for comparisons over time. */
export function record(
  findings: readonly Finding[],
  run: {
    readonly at: string
    readonly command: string
    readonly machine: Machine
    readonly loadBefore: number
  },
): string {
  const measured = findings.map(({ outcome, ...finding }) =>
    'figures' in outcome
      ? { ...finding, notes: outcome.notes, figures: outcome.figures.map(summary) }
      : { ...finding, ...outcome },
  )
  return `${JSON.stringify({ ...run, findings: measured }, undefined, 2)}\n`
}

function summary(figure: Figure) {
  const ratio = ratios(figure.ours, figure.peer?.values ?? [])
  return {
    ...figure,
    summary: {
      ours: spread(figure.ours),
      ...(figure.peer === undefined ? {} : { peer: spread(figure.peer.values) }),
      ...(ratio.length === 0 ? {} : { ratio: spread(ratio) }),
      verdict: verdict(figure),
    },
  }
}

function rowOf(figure: Figure): readonly string[] {
  const { what, unit, ours, peer, target } = figure
  const ratio = ratios(ours, peer?.values ?? [])
  return [
    what,
    `${spreadText(spread(ours))} ${unit}`,
    peer === undefined ? '' : `${spreadText(spread(peer.values))} ${unit} (${peer.name})`,
    ratio.length === 0 ? '' : spreadText(spread(ratio)),
    target === undefined ? '' : targetText(target, unit),
    { met: 'met', missed: 'MISSED', none: '' }[verdict(figure)],
  ]
}

function targetText({ of, bound, limit }: Target, unit: string): string {
  const sign = bound === 'at least' ? '≥' : '≤'
  return of === 'ratio' ? `ratio ${sign} ${number(limit)}` : `${sign} ${number(limit)} ${unit}`
}

/** `median [min to max]`, or one number where the rounds agree. */
function spreadText({ median, min, max }: Spread): string {
  if (number(min) === number(max)) return number(median)
  return `${number(median)} [${number(min)} to ${number(max)}]`
}

/** Three significant figures, whole thousands with separators. */
export function number(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [headings = [], ...body] = rows
  return [line(headings), rule, ...body.map(line)].join('\n')
}
