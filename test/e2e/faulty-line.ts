import { connect, createServer, type Socket } from 'node:net'
import type { Random } from '../../core/random.ts'

/** What is wrong with a line. */
export type LineFault =
  /** Every connection ends, some in the middle of a packet. */
  | 'cut'
  /** Bytes arrive late, in both directions. */
  | 'slow'
  /** Connections stand, and new ones are taken, but not a byte comes through any of them ever again. */
  | 'half-open'
  /** The same in one direction alone. */
  | 'deaf'
  | 'mute'

export interface FaultyLine {
  readonly port: number
  /** A connection stands that bytes pass through. */
  sound(): boolean
  /** Connections that met a fault, by fault. */
  readonly suffered: Readonly<Record<LineFault, number>>
  begin(fault: LineFault): void
  /** New connections are sound again, and slow ones quick; a half-open one stays so for ever. */
  mend(): void
  close(): Promise<void>
}

const SLOW_MS = 700
/** Bytes of one write that a cut lets through, so that it falls into a packet. */
const TORN_BYTES = 200

interface Line {
  readonly near: Socket
  readonly far: Socket
  /** Not a byte passes any more, towards the hub or back. */
  swallowUp: boolean
  swallowDown: boolean
  torn: boolean
}

/** A TCP relay on loopback that fails on request. */
export async function openFaultyLine(target: number, port: number, random: Random): Promise<FaultyLine> {
  const lines = new Set<Line>()
  const suffered = { cut: 0, slow: 0, 'half-open': 0, deaf: 0, mute: 0 }
  let fault: LineFault | undefined

  const strike = (line: Line) => {
    if (fault === undefined) return
    suffered[fault]++
    if (fault === 'half-open' || fault === 'mute') line.swallowUp = true
    if (fault === 'half-open' || fault === 'deaf') line.swallowDown = true
    if (fault === 'cut') {
      line.torn = random.next() < 0.5
      if (!line.torn) drop(line)
    }
  }
  const drop = ({ near, far }: Line) => {
    // Half of them without a goodbye.
    const end = random.next() < 0.5 ? 'resetAndDestroy' : 'destroy'
    near[end]()
    far[end]()
  }
  /** One direction; late bytes keep their order. */
  const relay = (line: Line, from: Socket, to: Socket, swallowed: () => boolean) => {
    const late: { readonly due: number; readonly bytes: Buffer }[] = []
    const deliver = () => {
      for (let [head] = late; head !== undefined && head.due <= performance.now(); [head] = late) {
        late.shift()
        if (!swallowed() && !to.destroyed) to.write(head.bytes)
      }
      const [next] = late
      if (next !== undefined) setTimeout(deliver, next.due - performance.now() + 1)
    }
    from.on('data', (bytes: Buffer) => {
      if (swallowed() || to.destroyed) return
      if (line.torn) return tear(line, to, bytes)
      const due = Math.max(late.at(-1)?.due ?? 0, performance.now() + (fault === 'slow' ? SLOW_MS : 0))
      late.push({ due, bytes })
      if (late.length === 1) deliver()
    })
    from.on('error', () => from.destroy())
    from.on('close', () => {
      lines.delete(line)
      to.destroy()
    })
  }
  const tear = (line: Line, to: Socket, bytes: Buffer) => {
    line.torn = false
    line.swallowUp = true
    line.swallowDown = true
    to.end(bytes.subarray(0, Math.floor(random.next() * TORN_BYTES)), () => drop(line))
  }
  const server = createServer((near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    near.setNoDelay(true)
    const line: Line = { near, far, swallowUp: false, swallowDown: false, torn: false }
    lines.add(line)
    relay(line, near, far, () => line.swallowUp)
    relay(line, far, near, () => line.swallowDown)
    strike(line)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port,
    suffered,
    sound: () => [...lines].some(({ swallowUp, swallowDown, torn }) => !swallowUp && !swallowDown && !torn),
    begin(next) {
      fault = next
      for (const line of [...lines]) strike(line)
    },
    mend() {
      fault = undefined
    },
    close() {
      for (const { near, far } of [...lines]) {
        near.destroy()
        far.destroy()
      }
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
