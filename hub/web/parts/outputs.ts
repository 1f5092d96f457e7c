import { h } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import type { Voice } from '../wording.ts'
import { beaconPicture, sirenPicture } from './icons.ts'

export type OutputView = StationView['outputs'][number]

export function outputState(output: OutputView, { say }: Voice): string {
  if (output.on === null) return say('outputUnknown')
  if (output.means === 'siren') return say(output.on ? 'sounding' : 'quiet')
  return say(output.on ? 'flashing' : 'dark')
}

/** A siren or beacon as a picture with its state in words; it moves only while it is on. */
export function outputPiece(output: OutputView, voice: Voice): HTMLElement {
  const { say } = voice
  const state = output.on === null ? 'unknown' : output.on ? 'on' : 'off'
  return h(
    'div',
    { class: `output output-${output.means} output-${state}` },
    output.means === 'siren' ? sirenPicture() : beaconPicture(),
    h(
      'div',
      { class: 'output-words' },
      h('span', { class: 'output-name' }, say(`${output.means}-${output.place}`)),
      h('strong', { class: 'output-state' }, outputState(output, voice)),
    ),
  )
}
