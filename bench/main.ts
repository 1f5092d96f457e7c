import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Effort, FULL, type Measurement, QUICK } from './measurement.ts'
import { backlog } from './measurements/backlog.ts'
import { hubIngest } from './measurements/hub-ingest.ts'
import { idle } from './measurements/idle.ts'
import { lampGroup } from './measurements/lamp-group.ts'
import { lorawanUplinks } from './measurements/lorawan-uplinks.ts'
import { modbusCycle } from './measurements/modbus-cycle.ts'
import { outboxRows } from './measurements/outbox-rows.ts'
import { panel } from './measurements/panel.ts'
import { recovery } from './measurements/recovery.ts'
import { sirenPath } from './measurements/siren-path.ts'
import { thresholdRule } from './measurements/threshold-rule.ts'
import { wireBytes } from './measurements/wire-bytes.ts'
import { commandOf, type Finding, record, table, thisMachine, verdict } from './report.ts'
import { openWorkplace } from './workplace.ts'

const MEASUREMENTS: readonly Measurement[] = [
  sirenPath,
  lorawanUplinks,
  outboxRows,
  hubIngest,
  thresholdRule,
  wireBytes,
  backlog,
  recovery,
  idle,
  modbusCycle,
  lampGroup,
  panel,
]

const USAGE = `npm run bench [-- [--quick] [--data <folder>] [--profile <folder>] [--only <name>]... | [name...]]

${MEASUREMENTS.map(({ name, title }) => `  ${name.padEnd(16)} ${title}`).join('\n')}
`

const print = (text: string) => process.stdout.write(`${text}\n`)

interface Settings {
  readonly effort: Effort
  readonly base: string
  readonly profiles: string | undefined
}

async function measure(measurement: Measurement, { effort, base, profiles }: Settings): Promise<Finding> {
  const { name, title } = measurement
  const start = performance.now()
  const workplace = openWorkplace(base, profiles)
  const stop = () => void workplace.close().then(() => process.exit(130))
  process.once('SIGINT', stop)
  print(`${name}: ${title}`)
  const took_s = () => (performance.now() - start) / 1000
  try {
    const outcome = await measurement.run({ effort, workplace, say: (line) => print(`  ${line}`) })
    return { name, title, took_s: took_s(), outcome }
  } catch (cause) {
    const failed = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    return { name, title, took_s: took_s(), outcome: { failed } }
  } finally {
    process.off('SIGINT', stop)
    await workplace.close()
  }
}

/** The exit code: 0 where everything was measured, 1 where something failed. A missed target is no failure. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      data: { type: 'string', default: '.tram/bench' },
      profile: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  const wanted = [...positionals, ...values.only]
  const unknown = wanted.filter((name) => !MEASUREMENTS.some((known) => known.name === name))
  if (values.help || unknown.length > 0) {
    print(unknown.length > 0 ? `no measurement ${unknown.join(', ')}\n\n${USAGE}` : USAGE)
    return unknown.length > 0 ? 1 : 0
  }
  const settings: Settings = {
    effort: values.quick ? QUICK : FULL,
    base: resolve(values.data),
    profiles: values.profile === undefined ? undefined : resolve(values.profile),
  }
  const [loadBefore = 0] = loadavg()
  const findings: Finding[] = []
  for (const measurement of MEASUREMENTS) {
    if (wanted.length > 0 && !wanted.includes(measurement.name)) continue
    findings.push(await measure(measurement, settings))
  }
  save(findings, commandOf(process.argv.slice(2)), loadBefore)
  return findings.some(({ outcome }) => 'failed' in outcome) ? 1 : 0
}

/** `loadBefore`: how busy the machine was with other things; above its cores, times say more about those. */
function save(findings: readonly Finding[], command: string, loadBefore: number): void {
  const at = new Date().toISOString()
  const machine = thisMachine()
  const text = table(findings)
  const figures = findings.flatMap(({ outcome }) => ('figures' in outcome ? outcome.figures : []))
  const count = (wanted: string) => figures.filter((figure) => verdict(figure) === wanted).length
  const heading = `${at}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${loadBefore.toFixed(1)} before: ${count('met')} targets met, ${count('missed')} missed`
  print(`\n${text}\n\n${heading}`)
  const folder = resolve('bench', 'results')
  mkdirSync(folder, { recursive: true })
  const stem = join(folder, at.replaceAll(':', '-').slice(0, 19))
  writeFileSync(`${stem}.json`, record(findings, { at, command, machine, loadBefore }))
  writeFileSync(`${stem}.md`, `# ${heading}\n\n\`${command}\`\n\n${text}\n`)
  print(`${stem}.json, ${stem}.md`)
}

process.exitCode = await main()
