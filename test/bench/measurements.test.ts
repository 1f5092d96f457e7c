import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Effort, Figure, Measurement } from '../../bench/measurement.ts'
import { backlog } from '../../bench/measurements/backlog.ts'
import { hubIngest } from '../../bench/measurements/hub-ingest.ts'
import { idle } from '../../bench/measurements/idle.ts'
import { lorawanUplinks } from '../../bench/measurements/lorawan-uplinks.ts'
import { modbusCycle } from '../../bench/measurements/modbus-cycle.ts'
import { outboxRows } from '../../bench/measurements/outbox-rows.ts'
import { panel } from '../../bench/measurements/panel.ts'
import { recovery } from '../../bench/measurements/recovery.ts'
import { sirenPath } from '../../bench/measurements/siren-path.ts'
import { thresholdRule } from '../../bench/measurements/threshold-rule.ts'
import { wireBytes } from '../../bench/measurements/wire-bytes.ts'
import { CHROMIUM } from '../../bench/panel/page-loads.ts'
import { verdict } from '../../bench/report.ts'
import { openWorkplace } from '../../bench/workplace.ts'

/** Each measurement once, as small as it goes: it works, measures something, and leaves nothing behind. */

const UNSHOWN = existsSync(CHROMIUM) ? '' : ` (the latter skipped: ${CHROMIUM} is not installed)`
const TINY: Effort = { rounds: 1, share: 0.002 }

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tram-bench-test-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

async function figuresOf(measurement: Measurement): Promise<readonly Figure[]> {
  const workplace = openWorkplace(base)
  try {
    const outcome = await measurement.run({ effort: TINY, workplace, say: () => {} })
    if ('skipped' in outcome) throw new Error(outcome.skipped)
    return outcome.figures
  } finally {
    await workplace.close()
  }
}

function first(figures: readonly Figure[], what: string): number {
  const value = figures.find((figure) => figure.what === what)?.ours[0]
  if (value === undefined) throw new Error(`no figure "${what}"`)
  return value
}

describe('in this process', () => {
  test('the outbox is measured beside two bare loops', async () => {
    const figures = await figuresOf(outboxRows)
    expect(figures.every(({ ours, peer }) => (ours[0] ?? 0) > 0 && (peer?.values[0] ?? 0) > 0)).toBe(true)
  })

  test('ingest stores every row once', async () => {
    expect(first(await figuresOf(hubIngest), 'a reading every 5 min')).toBeGreaterThan(0)
  })

  test('a reading takes three bytes at most on the wire', async () => {
    expect(first(await figuresOf(wireBytes), 'a reading, all MQTT packets')).toBeLessThanOrEqual(3)
  })

  test('a full Modbus line is asked as fast as it can carry, and a dead unit costs little', async () => {
    const figures = await figuresOf(modbusCycle)
    const verdicts = figures.filter(({ target }) => target !== undefined).map(verdict)
    expect(verdicts).toEqual(['met', 'met', 'met'])
  }, 120_000)

  test('nothing is left behind', async () => {
    await figuresOf(wireBytes)
    expect(readdirSync(base)).toEqual([])
  })
})

describe('with real processes', () => {
  test('a flood is answered by an order for the siren', async () => {
    expect(first(await figuresOf(sirenPath), 'p50')).toBeGreaterThan(0)
  }, 120_000)

  test('uplinks reach the committed outbox', async () => {
    expect(first(await figuresOf(lorawanUplinks), 'to the committed outbox')).toBeGreaterThan(0)
  }, 120_000)

  test('the same rule fires in an edge node and in Node-RED', async () => {
    const figures = await figuresOf(thresholdRule)
    expect(
      figures.filter(({ what }) => what === 'p99').map(({ peer }) => (peer?.values[0] ?? 0) > 0),
    ).toEqual([true, true])
  }, 120_000)

  test('a killed node loses and doubles nothing', async () => {
    const figures = await figuresOf(backlog)
    expect([first(figures, 'lost'), first(figures, 'doubled')]).toEqual([0, 0])
  }, 120_000)

  test('a node that was dark tells its alarms, its present and its past, and loses nothing by dying meanwhile', async () => {
    const figures = await figuresOf(recovery)
    const seconds = ['first alarm', 'present of every point'].map((what) =>
      first(figures, `until the ${what}`),
    )
    expect(seconds.every((value) => value > 0 && value <= first(figures, 'until complete'))).toBe(true)
    expect([first(figures, 'lost when killed midway'), first(figures, 'doubled by it')]).toEqual([0, 0])
  }, 240_000)

  test('an idle node and hub say how much they hold', async () => {
    const figures = await figuresOf(idle)
    expect(first(figures, 'node, resident')).toBeGreaterThan(10)
  }, 120_000)

  test(`a tap reaches the valve and a stop the pump, and a phone is shown its zones${UNSHOWN}`, async () => {
    const figures = await figuresOf(panel)
    const times = ['tap to valve, p50', 'stop to pump at rest, p50'].map((what) => first(figures, what))
    expect(times.every((value) => value > 0)).toBe(true)
    expect(first(figures, 'resident, 3 phones looking')).toBeGreaterThan(10)
    if (UNSHOWN !== '') return
    const loads = figures.filter(({ what }) => what.includes('until the first zone'))
    expect(loads.map(({ ours }) => (ours[0] ?? 0) > 0)).toEqual(loads.map(() => true))
  }, 240_000)
})
