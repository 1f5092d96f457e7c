import type { ByteStream } from '../../../core/ports/byte-stream.ts'
import type { VirtualBoard } from '../../../sim/firmata/virtual-board.ts'

/**
 * What is under way on real sockets: a test on a fake clock goes on only when all of it has arrived, so that its seconds
 * are exact on a machine of any speed.
 */
export interface Wires {
  /** The node's end of a line of bytes, counted. */
  near(stream: ByteStream, answers: 'each' | 'counted'): ByteStream
  /** The board at the far end of such a line. */
  board(board: VirtualBoard): VirtualBoard
  /** Until all that was sent has been heard; what never arrives was lost on the way. */
  settled(): Promise<void>
  /** A unit does not answer: nothing is waited for long. */
  deaf(is: boolean): void
}

const TURNS_MIN = 2
const PATIENCE_MS = 400
const DEAF_MS = 10
/** A process that was kept from running for seconds has waited for one turn alone. */
const TURN_MS = 2

export function countedWires(): Wires {
  /** Bytes of boards, opened lines, and questions without an answer yet. */
  let waiting = 0
  let opening = 0
  let unanswered = 0
  let silent = false

  return {
    near(stream, answers) {
      stream.onBytes((bytes) => {
        if (answers === 'each') unanswered = 0
        else waiting -= bytes.length
      })
      return {
        ...stream,
        async open() {
          opening++
          const opened = await stream.open()
          opening--
          return opened
        },
        write(bytes) {
          if (!stream.isOpen()) return stream.write(bytes)
          if (answers === 'each') unanswered = 1
          else waiting += bytes.length
          return stream.write(bytes)
        },
      }
    },
    board: (board) => ({
      ...board,
      attach(send) {
        const line = board.attach((bytes) => {
          waiting += bytes.length
          send(bytes)
        })
        return {
          ...line,
          hear(bytes) {
            waiting -= bytes.length
            line.hear(bytes)
          },
        }
      },
    }),
    async settled() {
      let waited = 0
      for (let turn = 0; ; turn++) {
        const began = performance.now()
        await new Promise((resolve) => setImmediate(resolve))
        if (turn < TURNS_MIN) continue
        if (waiting === 0 && opening === 0 && unanswered === 0) return
        waited += Math.min(performance.now() - began, TURN_MS)
        if (waited > (silent && opening === 0 ? DEAF_MS : PATIENCE_MS)) break
      }
      waiting = 0
      unanswered = 0
    },
    deaf(is) {
      silent = is
    },
  }
}
