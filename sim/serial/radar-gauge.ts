import { type Clock, every } from '../../core/clock.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { Random } from '../../core/random.ts'
import { frameOf } from '../../devices/codecs/serial-frames.ts'
import geoluxLx80 from '../../devices/flood/geolux-lx-80.ts'

export interface RadarGauge {
  /** `silent`: no power. `noise`: garbage between sentences. `cut`: every sentence loses its end. */
  trouble(kind: 'silent' | 'noise' | 'cut' | 'none'): void
  close(): Promise<void>
}

const MM_A_METRE = 1000
const CUT_BYTES = 6

/** An LX-80 that speaks by itself, as its maker set it up: millimetres, some sentences a second. */
export async function startRadarGauge(parts: {
  readonly stream: ByteStream
  readonly clock: Clock
  readonly random: Random
  /** Metres from the antenna to the water. */
  readonly distance_m: () => number
  readonly every_ms?: number
  readonly checkSums?: boolean
}): Promise<RadarGauge> {
  const { stream, clock, random, distance_m, every_ms = 500, checkSums = false } = parts
  const { framing } = geoluxLx80.via.serial
  let trouble: Parameters<RadarGauge['trouble']>[0] = 'none'
  const say = () => {
    const mm = Math.round(distance_m() * MM_A_METRE)
    const text = new TextEncoder().encode(`LVX,${mm},${mm},28.5,${5_000 - mm},${5_000 - mm},38.2,17`)
    const frame = checkSums ? frameOf(text, framing) : withoutSum(text)
    switch (trouble) {
      case 'silent':
        return
      case 'noise':
        void stream.write(random.bytes(1 + Math.floor(random.next() * 40)))
        break
      case 'cut':
        return void stream.write(frame.slice(0, -CUT_BYTES))
      case 'none':
        break
    }
    void stream.write(frame)
  }
  await stream.open()
  const stop = every(clock, every_ms, say)
  return {
    trouble(kind) {
      trouble = kind
    },
    async close() {
      stop()
      await stream.close()
    },
  }
}

function withoutSum(text: Uint8Array): Uint8Array {
  const { start, end, max } = geoluxLx80.via.serial.framing
  return frameOf(text, { kind: 'line', start, end, max })
}
