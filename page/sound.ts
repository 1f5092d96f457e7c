import type { Cancel, Clock } from '../core/clock.ts'

const REPEAT_MS = 12_000
/** Two tones a fourth apart, which stand out from speech and from telephones. */
const TONES_HZ = [740, 988] as const
const TONE_S = 0.22

/** The page's bell. It rings once for each new alarm, and again while an alarm waits for its acknowledgement. */
export function createBell(clock: Clock) {
  let audio: AudioContext | undefined
  let cancel: Cancel | undefined
  const ring = (times: number) => {
    if (audio === undefined || audio.state !== 'running') return
    for (let turn = 0; turn < times * TONES_HZ.length; turn++) {
      const from = audio.currentTime + turn * (TONE_S + 0.05)
      const tone = audio.createOscillator()
      const volume = audio.createGain()
      tone.frequency.value = TONES_HZ[turn % TONES_HZ.length] ?? 740
      volume.gain.setValueAtTime(0, from)
      volume.gain.linearRampToValueAtTime(0.25, from + 0.02)
      volume.gain.linearRampToValueAtTime(0, from + TONE_S)
      tone.connect(volume).connect(audio.destination)
      tone.start(from)
      tone.stop(from + TONE_S)
    }
  }
  const stop = () => {
    cancel?.()
    cancel = undefined
  }
  return {
    /** Call from a press: browsers let nothing sound before one. */
    async allow(): Promise<void> {
      audio ??= new AudioContext()
      await audio.resume()
      ring(1)
    },
    ring,
    /** Rings again and again for as long as `waiting` is true. */
    remind(waiting: boolean): void {
      if (!waiting) stop()
      if (!waiting || cancel !== undefined) return
      const again = () => {
        ring(2)
        cancel = clock.after(REPEAT_MS, again)
      }
      cancel = clock.after(REPEAT_MS, again)
    },
  }
}
