import type { ZoneView } from '../api-types.ts'
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

export const WAIT_WORDS = {
  turn: 'waitTurn',
  soak: 'waitSoak',
  interlock: 'waitInterlock',
  paused: 'waitPaused',
} as const satisfies Record<NonNullable<ZoneView['waiting']>['for'], WordKey>

export function litres(value: number, { voice: { format } }: { readonly voice: Voice }): string {
  return format.quantity(value, value < 10 && value > 0 ? 1 : 0, 'L')
}
