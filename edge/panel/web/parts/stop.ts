import { type Cancel, type Clock, sleep } from '../../../../core/clock.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import type { Api } from '../api.ts'
import type { Scene, Voice } from '../scene.ts'
import { stopSign } from './icons.ts'

export interface StopOptions {
  readonly voice: Voice
  readonly api: Api
  readonly clock: Clock
  readonly scene: () => Scene
  readonly notice: (text: string, tone: 'good' | 'bad') => void
}

/** A press that did not reach the node is sent again for so long: whoever stops means it now, and not in an hour. */
const ATTEMPTS = 4
const AGAIN_MS = 1_500
/** A second tap of the finger that stopped must not let it run again. */
const RESUME_AFTER_MS = 1_500

/** The red button, and the strip that lets things go on: in different places, so that one finger cannot do both. */
export function createStop({ voice, api, clock, scene, notice }: StopOptions) {
  const { say, language } = voice
  const words = h('span', { class: 'stop-words' }, say('stopAll'))
  const key = h(
    'button',
    { type: 'button', class: 'stop-key stop', 'aria-label': say('stopAllLabel') },
    stopSign(),
    words,
  )
  const go = button(say('resume'), () => void resume(), { class: 'resume' })
  const strip = h(
    'div',
    { class: 'paused-strip', hidden: true },
    h('span', { class: 'paused-words' }, say('pausedTitle')),
    go,
  )
  let stopping = false
  let cancel: Cancel = () => {}

  key.addEventListener('click', () => void stop())
  const houses = () => scene().state?.greenhouses.map(({ id }) => id) ?? []
  /** What the node said of each house; nothing of those that it was not reached for. */
  const answersOf = async (asked: readonly string[]) => {
    const answers = await Promise.all(asked.map(async (house) => ({ house, answer: await api.stop(house) })))
    return answers.filter(({ answer }) => answer.ok || answer.refusal.status !== 0)
  }
  const stop = async () => {
    if (stopping) return
    stopping = true
    setText(words, say('stopping'))
    const answered = new Set<string>()
    let reason = ''
    for (let attempt = 1; ; attempt++) {
      for (const { house, answer } of await answersOf(houses().filter((house) => !answered.has(house)))) {
        answered.add(house)
        if (!answer.ok) reason = answer.refusal.reason[language]
      }
      // Where nothing is known of the node, not even what there is to stop is.
      const isUnheard = houses().length === 0 || houses().some((house) => !answered.has(house))
      if (isUnheard) notice(say('stopFailed'), 'bad')
      else if (reason === '') notice(say('stopDone'), 'good')
      else notice(say('failed', { reason }), 'bad')
      if (!isUnheard || attempt === ATTEMPTS) break
      await sleep(clock, AGAIN_MS)
    }
    stopping = false
    show()
  }
  const resume = async () => {
    go.disabled = true
    const paused = scene().state?.greenhouses.filter((house) => house.paused !== null) ?? []
    const answers = await Promise.all(paused.map(({ id }) => api.resume(id)))
    go.disabled = false
    const refused = answers.find((answer) => !answer.ok)
    if (refused === undefined || refused.ok) notice(say('resumed'), 'good')
    else notice(say('failed', { reason: refused.refusal.reason[language] }), 'bad')
  }
  const show = () => {
    const paused = scene().state?.greenhouses.some((house) => house.paused !== null) ?? false
    if (paused && strip.hidden) {
      go.disabled = true
      cancel()
      cancel = clock.after(RESUME_AFTER_MS, () => {
        go.disabled = false
      })
    }
    setAttributes(strip, { hidden: !paused })
    if (!stopping) setText(words, say(paused ? 'stopped' : 'stopAll'))
    key.classList.toggle('stop-done', paused)
  }
  return { button: key, strip, press: () => void stop(), update: show }
}
