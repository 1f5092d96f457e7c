/** A modem's longest line is a received frame: some 550 characters. */
const LINE_BYTES_MAX = 1_024
const LF = 10
const CR = 13

/**
 * Cuts a stream of bytes into lines of printable ASCII. Noise (a wrong speed, half a line after replugging) spoils the
 * line it is in and no more: at the next end of line everything begins anew. Empty lines are left out.
 */
export function createLines(hear: (line: string) => void): {
  take(bytes: Uint8Array): void
  /** Forgets half a line. */
  reset(): void
} {
  let line = ''
  let spoilt = false
  const reset = () => {
    line = ''
    spoilt = false
  }
  return {
    reset,
    take(bytes) {
      for (const byte of bytes) {
        if (byte === LF || byte === CR) {
          const whole = line.trim()
          const sound = !spoilt && whole !== ''
          reset()
          if (sound) hear(whole)
        } else if (byte < 32 || byte > 126 || line.length >= LINE_BYTES_MAX) {
          spoilt = true
        } else {
          line += String.fromCharCode(byte)
        }
      }
    },
  }
}
