import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runTryFlood, type TryFloodArguments } from '../../../provisioning/try/flood.ts'

const REAL = fileURLToPath(
  new URL('../../../../shared/testdata/hydrograph-dead-run-2019-05.csv', import.meta.url),
)

function csv(...stages: readonly (number | string)[]): string {
  const rows = stages.map((stage, index) => {
    const time = new Date(Date.UTC(2026, 8, 1) + index * 300_000).toISOString()
    return `${time},${stage}`
  })
  return ['time_utc,stage_m', ...rows].join('\n')
}

async function run(text: string, said: Partial<TryFloodArguments> = {}) {
  const out: string[] = []
  const errors: string[] = []
  const exit = await runTryFlood(
    { record: 'record.csv', levels: '0.6,1.0,1.5', ...said },
    { readFile: () => text, out: (line) => out.push(line), err: (line) => errors.push(line) },
  )
  return { exit, out, errors }
}

describe('tram try flood', () => {
  test('with --json tells each change of level, a line each', async () => {
    const flood = csv(0.2, 0.7, 0.7, 1.6, 1.6, ...Array(8).fill(0.2))
    const { exit, out } = await run(flood, { json: true })
    expect(exit).toBe(0)
    expect(out.map((line) => JSON.parse(line))).toEqual([
      { at: '2026-09-01T00:10:00.000Z', event: 'raised', level: 1, stage_m: 0.7 },
      { at: '2026-09-01T00:20:00.000Z', event: 'raised', level: 3, stage_m: 1.6 },
      { at: '2026-09-01T00:55:00.000Z', event: 'lowered', level: 0, stage_m: 0.2 },
    ])
  })
  test('without it prints the log in Vietnamese with the local time', async () => {
    const { out } = await run(csv(0.2, 0.7, 0.7))
    expect(out).toEqual([
      '2026-09-01 07:10  Báo động 1. Mực nước trạm thử 0,70 m, trên BĐ1 0,10 m.',
      '3 số liệu từ 2026-09-01 07:00 đến 2026-09-01 07:10 (Asia/Ho_Chi_Minh): 1 lần lên mức báo động.',
    ])
  })
  test('or in English', async () => {
    const { out } = await run(csv(0.2, 0.7, 0.7), { lang: 'en' })
    expect(out[0]).toBe(
      '2026-09-01 07:10  Alarm level 1. Water level at the trial station 0.70 m, 0.10 m above BĐ1.',
    )
  })
  test('need and of can be chosen', async () => {
    const { out } = await run(csv(0.2, 0.7, 0.2), { json: true, need: '1', of: '1' })
    expect(out).toHaveLength(1)
  })
  test('hold and clear can be chosen', async () => {
    const record = csv(0.2, 0.7, 0.7, 0.55, 0.55)
    expect((await run(record, { json: true, holdMin: '5', clearBelow: '0.05' })).out).toHaveLength(2)
    expect((await run(record, { json: true, holdMin: '5', clearBelow: '0.1' })).out).toHaveLength(1)
  })
  test.skipIf(!existsSync(REAL))(
    'the real record: levels 0.6, 1.0 and 1.5 come 8, 2 and 1 times (needs ../shared/testdata)',
    async () => {
      const { out } = await run(readFileSync(REAL, 'utf8'), { json: true })
      let before = 0
      const times = [0, 0, 0]
      for (const line of out) {
        const { level } = JSON.parse(line)
        for (let up = before; up < level; up++) times[up] = (times[up] ?? 0) + 1
        before = level
      }
      expect(times).toEqual([8, 2, 1])
    },
  )
  test('a file that cannot be read is one clear sentence and exit 1', async () => {
    const errors: string[] = []
    const io = {
      readFile: () => {
        throw new Error('ENOENT')
      },
      out: () => {},
      err: (line: string) => errors.push(line),
    }
    expect(await runTryFlood({ record: 'no.csv', levels: '1', lang: 'en' }, io)).toBe(1)
    expect(errors).toEqual([
      'RECORD_UNREADABLE: The file no.csv cannot be read: ENOENT. Check the path and its permissions.',
    ])
  })
})

describe('options that cannot be', () => {
  const refused = async (said: Partial<TryFloodArguments>) => {
    const { exit, errors } = await run(csv(1), said)
    return [exit, errors[0]?.split(':')[0], errors.length]
  }
  const REFUSED = [2, 'TRIAL_OPTION_INVALID', 1]

  test('levels that are no numbers', async () => expect(await refused({ levels: '1,x' })).toEqual(REFUSED))
  test('no levels', async () => expect(await refused({ levels: '' })).toEqual(REFUSED))
  test('levels that do not rise', async () => expect(await refused({ levels: '2,1' })).toEqual(REFUSED))
  test('more than three levels', async () => expect(await refused({ levels: '1,2,3,4' })).toEqual(REFUSED))
  test('more samples needed than looked at', async () =>
    expect(await refused({ need: '4', of: '3' })).toEqual(REFUSED))
  test('a negative hold', async () => expect(await refused({ holdMin: '-1' })).toEqual(REFUSED))
  test('an unknown language', async () => expect(await refused({ lang: 'fr' })).toEqual(REFUSED))
  test('an unknown time zone', async () => expect(await refused({ timeZone: 'Mars/Hue' })).toEqual(REFUSED))
})
