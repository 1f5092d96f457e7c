import type { Text } from '../../../core/text.ts'
import type { Draft } from './draft.ts'
import { placeKey } from './layout.ts'
import { LONG_AGO, type OutputMemory } from './state.ts'

/** What the greenhouse asks of valves, pumps and dosing pumps, and what is known of them. */

interface Place {
  readonly device: string
  readonly output: string
}

/** Claims die after this, and are told again well before. */
const VALID_S = 60
const RENEW_MS = 20_000
/** What was asked and is not known to be so is asked once more after this, and then more and more seldom. */
const AGAIN_MS = 30_000
const AGAIN_MAX_MS = 600_000
/** So long an output that has come to rest is still told to stay there. */
const REST_MS = 3_600_000

export interface Wish {
  readonly value: number
  readonly reason: Text
  /** On the timeline: the hardware should end by itself then. */
  readonly untilT?: number
}

export function outputOf(state: Pick<Draft, 'outputs' | 't'>, place: Place): OutputMemory {
  return state.outputs[placeKey(place)] ?? NEVER_ASKED
}

const NEVER_ASKED: OutputMemory = {
  ...{ asked: 0, askedT: LONG_AGO, toldT: LONG_AGO, troubledT: LONG_AGO, untilT: null },
  ...{ known: null, knownT: LONG_AGO, failed: false },
}

/** Asks an output for a value; says it again as often as its claim needs, and to one that does not follow. */
export function ask(draft: Draft, place: Place, wish: Wish): void {
  const key = placeKey(place)
  const before = outputOf(draft, place)
  const { t } = draft
  const news = before.asked !== wish.value
  // One that was never away from rest has nothing to be told.
  if (draft.outputs[key] === undefined && wish.value === 0) return
  const askedT = news ? t : before.askedT
  const follows = before.known === wish.value
  if (!news && wish.value === 0 && (follows || before.known === null) && t - askedT > REST_MS) return
  // One that followed once and was moved by others since is new to trouble.
  const again = !news && !follows && t - before.troubledT >= patience(t - Math.max(askedT, before.knownT))
  if (!news && !again && t - before.toldT < RENEW_MS) return
  const untilT = news ? (wish.untilT ?? null) : before.untilT
  const memory: OutputMemory = {
    ...before,
    ...{ asked: wish.value, askedT, toldT: t, untilT },
    ...(news ? { failed: false } : {}),
    ...(news || again ? { troubledT: t } : {}),
  }
  draft.outputs = { ...draft.outputs, [key]: memory }
  const forS = wish.value === 0 || untilT === null ? undefined : Math.max(1, Math.ceil((untilT - t) / 1000))
  draft.outputsNow.push({
    ...{ device: place.device, output: place.output, value: wish.value },
    ...(forS === undefined ? {} : { forS }),
    urgency: draft.urgent ? 'urgent' : 'normal',
    ...(again ? { again } : {}),
    purpose: wish.value === 0 ? 'rest' : 'schedule',
    validS: VALID_S,
    reason: wish.reason,
  })
}

/** A claim is renewed often; the device itself is troubled again more and more seldom. */
function patience(since: number): number {
  return Math.min(AGAIN_MAX_MS, Math.max(AGAIN_MS, since / 2))
}

/** What drivers sent and devices confirmed, asked by the greenhouse or by somebody whose right is higher. */
export function hearOutput(
  draft: Draft,
  device: string,
  requests: readonly { readonly output: string; readonly value: number }[],
  stage: 'sent' | 'confirmed' | 'failed',
): void {
  for (const { output, value } of requests) {
    const key = placeKey({ device, output })
    if (!draft.layout.outputs.has(key)) continue
    const before = outputOf(draft, { device, output })
    const mine = value === before.asked
    // One that says again that it does as it was told has done so since it said it first.
    const knownT = mine && value === before.known ? before.knownT : draft.t
    const change =
      stage === 'sent'
        ? { sent: value, known: isOpening(draft, key, before, value) ? null : before.known }
        : stage === 'confirmed'
          ? { known: value, knownT, failed: mine ? false : before.failed }
          : {
              failed: mine ? true : before.failed,
              known: value === 0 ? before.known : unreached(draft, before),
            }
    draft.outputs = { ...draft.outputs, [key]: { ...before, ...change } }
  }
}

/** A valve that was shut and is told to open may be open from then on, whether or not it has said so. */
function isOpening({ house }: Draft, key: string, { known }: OutputMemory, value: number): boolean {
  return known === 0 && value !== 0 && house.zones.some(({ valve }) => placeKey(valve) === key)
}

/** One that its driver could not reach is as it was before, where that was known in this boot. */
function unreached({ bootT }: Draft, { known, knownT }: OutputMemory): number | null {
  return known === null && knownT >= bootT ? 0 : known
}

/** What an output does after a restart is not what it did before: its hardware may have ended by itself. */
export function wakeOutputs(draft: Draft): void {
  draft.outputs = Object.fromEntries(
    Object.entries(draft.outputs).map(([key, memory]) => [
      key,
      { ...memory, known: null, sent: null, failed: false },
    ]),
  )
}
