import type { Cancel, Clock } from '../../core/clock.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import { FOXTRON_FRAMING, readFoxtronSend, writeFoxtron } from '../../devices/codecs/dali-foxtron.ts'
import { createFramer } from '../../devices/codecs/serial-frames.ts'
import type { VirtualDaliBus } from './bus.ts'

/** A forward frame and its answer on a line of 1200 baud. */
export const FORWARD_MS = 22
export const BACKWARD_MS = 9

/** A DALI232 at the far end of a serial line: sends what it is asked to, and tells what came back. */
export async function serveFoxtron(
  stream: ByteStream,
  { bus, clock }: { readonly bus: VirtualDaliBus; readonly clock: Clock },
): Promise<{ close(): Promise<void> }> {
  let free = clock.monotonic() as number
  const timers = new Set<Cancel>()
  const after = (ms: number, work: () => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      work()
    })
    timers.add(cancel)
  }
  const say = (message: Parameters<typeof writeFoxtron>[0]) => void stream.write(writeFoxtron(message))
  const put = (forward: number, twice: boolean) => {
    if (!bus.powered()) return say({ kind: 'event', event: 'unpowered' })
    const first = bus.forward(forward)
    const back = twice ? bus.forward(forward) : first
    if (back === 'nothing') say({ kind: 'unanswered', forward })
    else say({ kind: 'answered', forward, value: back === 'mangled' ? undefined : back })
  }
  const framer = createFramer(FOXTRON_FRAMING, {
    frame(payload) {
      const asked = readFoxtronSend(payload)
      if (asked === undefined) return
      const now = clock.monotonic()
      const takes = (asked.twice ? 2 : 1) * FORWARD_MS + BACKWARD_MS
      free = Math.max(free, now) + takes
      after(free - now, () => put(asked.forward, asked.twice))
    },
  })
  const off = stream.onBytes(framer.take)
  await stream.open()
  return {
    async close() {
      off()
      for (const cancel of timers) cancel()
      await stream.close()
    },
  }
}
