import type { GreenhouseView, ZoneView } from '../api-types.ts'
import { countdown } from './duration.ts'
import type { Voice } from './scene.ts'
import type { WordKey } from './words.ts'

export const PHASE_WORDS = {
  opening: 'phaseOpening',
  before: 'phaseBefore',
  dosing: 'phaseDosing',
  after: 'phaseAfter',
  plain: 'phasePlain',
  closing: 'phaseClosing',
} as const satisfies Record<NonNullable<ZoneView['running']>['phase'], WordKey>

type Waiting = NonNullable<ZoneView['waiting']>

const WAIT_WORDS = {
  turn: 'waitTurn',
  soak: 'waitSoak',
  interlock: 'waitInterlock',
  paused: 'waitPaused',
} as const satisfies Record<Waiting['for'], WordKey>

/** A machine that rests between two runs is no lock: it goes on by itself, at a time that is known. */
const rests = ({ for: what, until }: Waiting): boolean => what === 'interlock' && until !== null

/** Whether it is the pump that rests: then it is neither off nor locked. */
export function isPumpResting({ pump, zones }: Pick<GreenhouseView, 'pump' | 'zones'>): boolean {
  return pump === 'held' && zones.some(({ waiting }) => waiting !== null && rests(waiting))
}

const PUMP_WORDS = { on: 'pumpOn', off: 'pumpOff', held: 'pumpHeld' } as const

/** What a pump does; of a greenhouse that has one. */
export function pumpWord(
  pump: NonNullable<GreenhouseView['pump']>,
  house: Pick<GreenhouseView, 'pump' | 'zones'>,
): WordKey {
  return isPumpResting(house) ? 'pumpRests' : PUMP_WORDS[pump]
}

/** What a zone waits for, and how long still where that is known. */
export function waitWords(
  waiting: Waiting,
  house: Pick<GreenhouseView, 'pump' | 'zones'>,
  now: number,
  { say }: Pick<Voice, 'say'>,
): { readonly what: string; readonly left: string } {
  const { for: what, until } = waiting
  const resting = say(isPumpResting(house) ? 'waitPumpRests' : 'waitMachineRests')
  return {
    what: rests(waiting) ? resting : say(WAIT_WORDS[what]),
    left: until === null ? '' : say('left', { left: countdown((until - now) / 1000) }),
  }
}

export function litres(value: number, { voice: { format } }: { readonly voice: Voice }): string {
  return format.quantity(value, value < 10 && value > 0 ? 1 : 0, 'L')
}
