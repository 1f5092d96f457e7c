import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { every } from '../../../core/clock.ts'
import { HIGH_EVERY_S, SIREN, STAGES_M } from './devices.ts'
import type { Findings } from './findings.ts'
import { PACE } from './node-life.ts'
import type { Pole, Season } from './season.ts'

/** What is looked at while the season runs. */

const LOOK_MS = 300_000
/** Two of three reports, one of them just missed, a tick, and a downlink that was lost. */
const SIREN_MS = 3 * HIGH_EVERY_S * 1000 + 2 * PACE.tickMs + 15 * 60_000
const ABOVE_M = 0.05
/** A database and the journal beside it, which is written back when it has grown to this. */
const JOURNAL_BYTES = 5 * 1024 * 1024
const QUARANTINE_WITHIN_MS = 6 * 3_600_000
const OPERATOR_MS = 3 * 3_600_000

export function watchSeason(season: Season, findings: Findings): () => void {
  const { world, poles } = season
  const quietSince = new Map<Pole, number>()
  const heldSince = new Map<Pole, number>()
  const cancels = [
    every(world, LOOK_MS, () => {
      for (const pole of poles) listen(season, pole, quietSince, findings)
    }),
    every(world, 6 * 3_600_000, () => {
      for (const pole of poles) weigh(pole, findings)
    }),
    every(world, 3_600_000, () => {
      for (const pole of poles) {
        lookForClone(season, pole, findings)
        operate(season, pole, heldSince, findings)
      }
    }),
  ]
  return () => {
    for (const cancel of cancels) cancel()
  }
}

/** A siren is heard within its time of the water, whatever ails disk and network. */
function listen({ world }: Season, pole: Pole, quietSince: Map<Pole, number>, findings: Findings): void {
  const now = world.now()
  const { node, equipment, river } = pole
  const above = river.stage(now) >= STAGES_M[0] + ABOVE_M
  const sounding = equipment.value(SIREN, 'relay1') !== 0
  const able = node.life() !== undefined && equipment.sensor() !== 'stuck' && equipment.sensor() !== 'silent'
  const since = quietSince.get(pole) ?? now
  if (!above || sounding || !able) quietSince.set(pole, now)
  else if (now - since > SIREN_MS) {
    findings.add('silent-siren', pole.id, `silent since ${new Date(since).toISOString()}`)
    quietSince.set(pole, now)
  }
}

function weigh({ id, node, outboxBytes }: Pole, findings: Findings): void {
  const file = join(node.folder(), 'outbox.db')
  if (!existsSync(file)) return
  const journal = existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0
  const { size } = statSync(file)
  if (size > outboxBytes || journal > JOURNAL_BYTES)
    findings.add('disk-over-budget', id, `${size} bytes of ${outboxBytes}, journal ${journal}`)
}

/** A copy that has been on line for so long must have been noticed. */
function lookForClone({ world, hub, lines }: Season, pole: Pole, findings: Findings): void {
  const life = hub.life()
  const { twin, clonedAt } = pole
  if (life === undefined || twin === undefined || clonedAt === undefined || !lines.up()) return
  const online =
    twin.life() !== undefined && pole.node.life() !== undefined && pole.lineBusyUntil < world.now()
  if (life.edges.quarantined(pole.id)) pole.noticedAt ??= world.now()
  if (!online || pole.noticedAt !== undefined || world.now() - clonedAt < QUARANTINE_WITHIN_MS) return
  findings.add('clone-unnoticed', pole.id, `copied ${new Date(clonedAt).toISOString()}`)
  pole.noticedAt = world.now()
}

/** An operator looks into a quarantine: ends it some hours after there is no copy, or never was. */
function operate(
  { world, hub, trace }: Season,
  pole: Pole,
  heldSince: Map<Pole, number>,
  findings: Findings,
): void {
  const now = world.now()
  const held = hub.life()?.edges.quarantined(pole.id) === true
  if (!held || pole.twin !== undefined) return void heldSince.delete(pole)
  const since = heldSince.get(pole) ?? now
  heldSince.set(pole, since)
  if (now - since < OPERATOR_MS) return
  heldSince.delete(pole)
  const reason = hub.life()?.edges.get(pole.id).quarantine?.reason ?? 'unknown'
  findings.saw(
    pole.noticedAt === undefined ? `quarantines without a copy (${reason})` : 'quarantines of copies',
  )
  pole.noticedAt = undefined
  trace.note(pole.id, 'an operator ends the quarantine')
  hub.ask((life) => void life.quarantine.clear(pole.id, 'operator', now))
}
