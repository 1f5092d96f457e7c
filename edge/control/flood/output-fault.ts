import type { FloodStation } from '../../../core/documents/flood-station.ts'
import { clear, inForce, raise, remark, type Word } from './alarm-book.ts'
import type { FloodState } from './state.ts'
import type { Turn } from './turn.ts'

const RULE = 'output-fault'
/** Orders, answers and their repeats may take a busy radio this long, or a third of what the site calls silence. */
const OBEY_WITHIN_MS = 300_000
const OBEY_SHARE = 1 / 3

/**
 * Tells people of a siren or beacon that does not do as it was told: one that is to sound and has not answered, or that
 * reads back otherwise though it answered. Whoever relies on it must not learn so from the next day's test.
 */
export function followObedience(state: FloodState, turn: Turn): FloodState {
  const patience = Math.max(OBEY_WITHIN_MS, state.station.level.silent_s * 1000 * OBEY_SHARE)
  let found: string[] | undefined
  for (const key in state.outputs) {
    const since = state.outputs[key]?.contrary?.t
    if (since === undefined || turn.t - since < patience) continue
    found ??= []
    found.push(key)
  }
  const disobeying = found ?? []
  if (disobeying.join() === state.disobeying.join()) return state
  const next: FloodState = { ...state, disobeying }
  const word = disobedienceWord(state.station, disobeying)
  if (disobeying.length === 0) return clear(next, turn, RULE, word)
  return inForce(next, RULE) ? remark(next, turn, RULE, 'note', word) : raise(next, turn, RULE, 0, word)
}

function disobedienceWord({ name }: FloodStation, outputs: readonly string[]): Word {
  const names = outputs.join(', ')
  return {
    text:
      outputs.length === 0
        ? { vi: `Còi và đèn ở ${name.vi} lại theo lệnh.`, en: `Sirens and beacons at ${name.en} obey again.` }
        : {
            vi: `Còi hoặc đèn ở ${name.vi} không theo lệnh: ${names}. Cần người đến xem.`,
            en: `A siren or beacon at ${name.en} does not obey: ${names}. Somebody must go and see.`,
          },
  }
}
