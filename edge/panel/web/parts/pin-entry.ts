import { type Clock, every } from '../../../../core/clock.ts'
import type { Answer } from '../../../../page/ask.ts'
import { h, setAttributes, setText } from '../../../../page/element.ts'
import { PIN_DIGITS } from '../../api-types.ts'
import { durationText } from '../duration.ts'
import type { Voice } from '../scene.ts'
import { createPinPad } from './pin-pad.ts'

/** The pad, what is wrong with what was entered, and how long it is locked. `send` takes the digits to the node. */
export function createPinEntry(
  { voice, clock }: { readonly voice: Voice; readonly clock: Clock },
  send: (digits: string) => Promise<Answer<unknown>>,
) {
  const { say, language } = voice
  const trouble = h('p', { class: 'trouble pin-trouble', role: 'alert' })
  let stopCounting = () => {}
  const pad = createPinPad(voice, PIN_DIGITS.most, (digits) => void enter(digits))
  const enter = async (digits: string) => {
    if (digits === '') return
    pad.busy(true)
    const answer = await send(digits)
    if (answer.ok) return
    pad.clear()
    const { reason, body } = answer.refusal
    const locked_s = numberIn(body, 'until_s')
    if (locked_s !== undefined) return lock(locked_s)
    pad.busy(false)
    setText(trouble, reason[language])
  }
  const lock = (seconds: number) => {
    const until = clock.monotonic() + seconds * 1000
    pad.busy(true)
    const tick = () => {
      const left = until - clock.monotonic()
      if (left > 0) return setText(trouble, say('pinLocked', { left: durationText(left, voice) }))
      stopCounting()
      setText(trouble, '')
      pad.busy(false)
    }
    stopCounting()
    stopCounting = every(clock, 1_000, tick)
    tick()
  }
  setAttributes(trouble, { 'aria-live': 'assertive' })
  return {
    element: h('div', { class: 'pin-entry' }, pad.element, trouble),
    close() {
      stopCounting()
      pad.close()
    },
  }
}

function numberIn(body: unknown, key: string): number | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const value: unknown = Object.entries(body).find(([name]) => name === key)?.[1]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
