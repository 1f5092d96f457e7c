import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PLANTS, type PlantName, plant } from './season/plants.ts'
import { asJson, asTable, passed } from './season/report.ts'
import { type Outcome, runSeason } from './season/run.ts'

/**
 * `npm run prove`: a season of many nodes, their broker and the hub on one clock and from one seed, with every fault
 * that the design names. docs/proof.md says what is simulated, what is checked, and how to repeat a run.
 */

const DAYS = 60
const NODES = 20
const SEED_MAX = 2 ** 31
const TRACES = 'prove-traces'

const USAGE = `npm run prove -- [--seed N] [--days D] [--nodes K] [--night RUNS] [--json]
  [--plant ${PLANTS.join('|')}]`

interface Wish {
  readonly seed: number
  readonly days: number
  readonly nodes: number
  readonly runs: number
  readonly json: boolean
  readonly planted: PlantName | undefined
}

function read(args: readonly string[]): Wish | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        days: { type: 'string', default: String(DAYS) },
        nodes: { type: 'string', default: String(NODES) },
        night: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        plant: { type: 'string' },
      },
    })
    const seed = values.seed === undefined ? Math.floor(Math.random() * SEED_MAX) : Number(values.seed)
    const [days, nodes, runs] = [values.days, values.nodes, values.night].map(Number)
    const planted = PLANTS.find((name) => name === values.plant)
    const whole = (value: number | undefined, least: number) =>
      Number.isSafeInteger(value) && Number(value) >= least
    if (!whole(seed, 0) || !whole(nodes, 1) || !whole(runs, 1) || !(Number(days) > 0)) return undefined
    if (values.plant !== undefined && planted === undefined) return undefined
    return { seed, days: Number(days), nodes: Number(nodes), runs: Number(runs), json: values.json, planted }
  } catch {
    return undefined
  }
}

async function prove({ days, nodes, planted, json }: Wish, seed: number): Promise<Outcome> {
  const say = (text: string) => void process.stderr.write(text)
  say(`Hạt giống · Seed ${seed}: ${days} ngày · days, ${nodes} nút · nodes\n`)
  const outcome = await runSeason({ seed, days, nodes, plants: plant(planted) }, (share, season) => {
    const { commits } = season.hub.counts
    say(`\r${String(Math.round(share * 100)).padStart(3)} %  ${commits} lần ghi ở hub · commits at the hub `)
  })
  say('\n')
  if (!json) process.stdout.write(`${asTable(outcome)}\n`)
  if (!passed(outcome)) writeTraces(outcome)
  return outcome
}

/** The last events of the nodes in question, for who looks into it. */
function writeTraces({ seed, findings, traces }: Outcome): void {
  mkdirSync(TRACES, { recursive: true })
  const file = `${TRACES}/seed-${seed}.txt`
  const found = findings.told.map(({ kind, where, what }) => `${kind}: ${where}: ${what}`)
  const last = Object.entries(traces).flatMap(([who, lines]) => ['', who, ...lines])
  writeFileSync(file, `${[...found, ...last].join('\n')}\n`)
  process.stderr.write(`Nhật ký · Trace: ${file}\n`)
}

async function main(): Promise<number> {
  const wish = read(process.argv.slice(2))
  if (wish === undefined) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  const outcomes: Outcome[] = []
  for (let run = 0; run < wish.runs; run++) outcomes.push(await prove(wish, wish.seed + run))
  const failed = outcomes.filter((outcome) => !passed(outcome))
  const seeds = failed.map(({ seed }) => seed).join(', ')
  if (wish.runs > 1)
    process.stderr.write(
      `${wish.runs} lần chạy · runs, ${failed.length} không đạt · failed: ${seeds || '-'}\n`,
    )
  if (wish.json) for (const outcome of outcomes) process.stdout.write(`${asJson(outcome)}\n`)
  return failed.length === 0 ? 0 : 1
}

process.exitCode = await main()
