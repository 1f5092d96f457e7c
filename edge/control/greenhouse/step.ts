import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type { Text } from '../../../core/text.ts'
import type { Controller, Now, Step } from '../controller.ts'
import { followCeilings, followWater } from './account.ts'
import { followBalance, hearWeather, waterRoots } from './balance/follow.ts'
import { followClimate } from './climate/follow.ts'
import { changeDocument } from './document-change.ts'
import { closeDraft, type Draft, openDraft } from './draft.ts'
import { houseSubject, judge, wakeFaults } from './fault-book.ts'
import { followDosing } from './fertigation/doser.ts'
import { hearVolume } from './flow.ts'
import { followFlow, followTank } from './flow-faults.ts'
import { clockState, followClock } from './house-clock.ts'
import type { GreenhouseInput } from './inputs.ts'
import { followInterlocks, hearInterlock, seeRunning, wakeInterlocks } from './interlocks.ts'
import { endHeldRuns } from './irrigation/held-runs.ts'
import { noteReset, resumeWater, skipProgram, stopWater, takeOrder } from './irrigation/orders.ts'
import { followProbes } from './irrigation/probes.ts'
import { followQueue, LATE_MS } from './irrigation/queue.ts'
import { driveWater, finish, followRuns, isActive } from './irrigation/runs.ts'
import { followStarts } from './irrigation/starts.ts'
import { hearOutput, wakeOutputs } from './outputs.ts'
import { followPoints } from './points.ts'
import { hearRain } from './rain.ts'
import { followSensors, hearSensors, wakeSensors } from './sensors.ts'
import { createGreenhouseState, type GreenhouseState, restoreGreenhouseState } from './state.ts'

/** A greenhouse's controller: see docs/greenhouse.md for its rules. */
export const greenhouseController: Controller<Greenhouse, GreenhouseInput, GreenhouseState> = {
  kind: 'greenhouse',
  create: createGreenhouseState,
  restore: restoreGreenhouseState,
  documentOf: ({ house }) => house,
  step,
}

/** One input at one moment gives the next state and what there is to tell. Pure: the given state is left alone. */
export function step(state: GreenhouseState, input: GreenhouseInput, now: Now): Step<GreenhouseState> {
  const draft = openDraft(state, now)
  if (draft.away !== null) waken(draft, draft.away)
  followClock(draft)
  // The water of the time that has passed is counted for who had it then, before anything changes.
  followWater(draft)
  waterRoots(draft)
  take(draft, input)
  const ticks = input.type === 'tick'
  if (ticks) {
    followSensors(draft)
    followFlow(draft)
    followTank(draft)
    followBalance(draft)
    followStarts(draft)
  }
  followRuns(draft)
  followQueue(draft)
  followDosing(draft)
  driveWater(draft)
  // Mist is water too.
  if (ticks || input.type === 'water-stop') followClimate(draft)
  if (ticks) {
    followProbes(draft)
    followCeilings(draft)
    followInterlocks(draft)
    followTime(draft)
    followPoints(draft)
  }
  return closeDraft(draft)
}

function take(draft: Draft, input: GreenhouseInput): void {
  switch (input.type) {
    case 'tick':
      break
    case 'telemetry':
      hearSensors(draft, input.device, input.telemetry, input.failed)
      hearVolume(draft, input.device, input.telemetry)
      hearRain(draft, input.device, input.telemetry)
      hearWeather(draft, input.device)
      break
    case 'output':
      hearOutput(draft, input.device, input.requests, input.stage)
      for (const { output, value } of input.requests)
        if (input.stage === 'confirmed' && value !== 0) seeRunning(draft, { device: input.device, output })
      break
    case 'document':
      changeDocument(draft, input.document)
      break
    case 'interlock':
      hearInterlock(draft, input)
      endHeldRuns(draft, input)
      break
    case 'water':
      takeOrder(draft, input)
      break
    case 'water-stop':
      stopWater(draft, input.zone, input.who)
      break
    case 'water-resume':
      resumeWater(draft, input.who)
      break
    case 'interlock-reset':
      noteReset(draft, input, input.who)
      break
    case 'program-skip':
      skipProgram(draft, input.program, input.who)
      break
  }
}

/**
 * After a restart. A run that watered when the power went is over with what it gave: nobody knows what the valve did
 * since, and no plant is watered twice. What only waited goes on, unless its time is long over.
 */
function waken(draft: Draft, away: number): void {
  wakeSensors(draft, away)
  wakeFaults(draft)
  wakeInterlocks(draft)
  wakeOutputs(draft)
  draft.doser = null
  draft.flow = { counts: [], group: '', sinceT: draft.t, measured: { L: 0, s: 0 } }
  for (const run of draft.runs) {
    const waited = draft.t - Math.max(run.queuedT, run.phase === 'soaking' ? run.readyT : run.queuedT)
    if (isActive(run)) finish(draft, run, run.phase === 'closing' ? (run.end ?? 'cut') : 'cut')
    else if (away >= LATE_MS && waited >= LATE_MS) finish(draft, run, run.s > 0 ? 'cut' : 'missed')
  }
}

const CLOCK_PATIENCE_MS = 900_000

/** Tells by what the programs go while nobody knows the time. */
function followTime(draft: Draft): void {
  const how = clockState(draft, draft.clockKnown)
  const bad = how !== 'known'
  const goesByClock = draft.house.programs.some(({ on, start }) => on && start.by !== 'moisture')
  judge(draft, 'clock-lost', houseSubject(draft), {
    bad: bad && goesByClock,
    forMs: bad ? CLOCK_PATIENCE_MS : 0,
    ...(how === 'known' ? {} : { detail: WITHOUT_TIME[how] }),
  })
}

const WITHOUT_TIME: Readonly<Record<'carried' | 'guessed' | 'none', Text>> = {
  carried: {
    vi: 'các chương trình theo nhịp ngày của lần cuối biết giờ, có thể lệch giờ',
    en: 'programs go by the rhythm of the days when it was last known, and may be hours off',
  },
  guessed: {
    vi: 'các chương trình theo giờ đoán của nút, có thể lệch giờ',
    en: 'programs go by what its clock showed first, and may be hours off',
  },
  none: {
    vi: 'chương trình theo giờ chờ một ngày cho đến khi biết giờ; theo độ ẩm vẫn tưới',
    en: 'programs by the clock wait up to a day for it; those by moisture go on',
  },
}
