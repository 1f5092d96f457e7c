import { EventEmitter } from 'node:events'
import { type Cancel, type Clock, every } from '../../../core/clock.ts'
import type { FirmataIo, Libraries } from './libraries.ts'
import { createSplitter, isFirmware, isSane } from './protocol.ts'

/** A conversation with a board, from its first word to the loss of its line. */
export interface BoardLink {
  readonly library: FirmataIo
  /** The line is open, or the board began anew: it is made to let go of everything, and asked who it is. */
  begin(): void
  /** The line is gone. */
  end(): void
  take(bytes: Uint8Array): void
  /** For handlers of the library's events: runs when it is done with the message. */
  later(work: () => void): void
}

interface LinkEvents {
  /** It has said what its pins can do. */
  ready(): void
  /** It said who it is without having been asked: it has restarted. */
  restarted(): void
  broken(): void
}

/** A board that opens its line takes up to two seconds to start, and hears nothing meanwhile. */
const ASK_MS = 1_000

const STEPS = ['version', 'firmware', 'capabilities', 'mapping', 'ready'] as const
type Step = (typeof STEPS)[number]

/**
 * One instance of firmata-io, for it keeps each one that ever used I²C: it is emptied at each beginning. It believes every
 * byte and may throw, so it hears whole messages that make sense, and what it tells is acted on when it is done.
 */
export function createBoardLink(parts: {
  readonly libraries: Pick<Libraries, 'Firmata'>
  readonly clock: Clock
  send(bytes: Uint8Array): void
  readonly on: LinkEvents
}): BoardLink {
  const { clock, on } = parts
  const transport = Object.assign(new EventEmitter(), {
    write(bytes: Uint8Array, done: () => void) {
      parts.send(bytes)
      done()
    },
  })
  const library = new parts.libraries.Firmata(transport, { skipCapabilities: true, reportVersionTimeout: 0 })
  // It would ask by a timer of the platform, once.
  clearTimeout(library.reportVersionTimeoutId)
  library.setMaxListeners(0)

  let step: Step | undefined
  let asking: Cancel = () => {}
  const told: (() => void)[] = []

  const ask = () => {
    const nothing = () => {}
    if (step === 'version') library.reportVersion(nothing)
    if (step === 'firmware') library.queryFirmware(nothing)
    if (step === 'capabilities') library.queryCapabilities(nothing)
    if (step === 'mapping') library.queryAnalogMapping(nothing)
  }
  const pass = (done: Step) => {
    if (step !== done) return
    step = STEPS[STEPS.indexOf(done) + 1]
    if (step !== 'ready') return ask()
    asking()
    on.ready()
  }
  const clean = () => {
    asking()
    splitter.reset()
    told.length = 0
    library.removeAllListeners()
    library.pins.length = 0
    library.analogPins.length = 0
    library.buffer.length = 0
    library.versionReceived = false
  }
  const hear = (message: Uint8Array) => {
    const known = { pins: library.pins.length, mapped: library.analogPins.length > 0 }
    if (step === undefined || !isSane(message, known)) return
    if (step === 'ready' && isFirmware(message)) return on.restarted()
    try {
      transport.emit('data', message)
    } catch {
      // What else it stumbles over is no more than a message lost.
      library.buffer.length = 0
      on.broken()
    }
    for (const tell of told.splice(0)) tell()
  }
  const splitter = createSplitter({ message: hear, broken: on.broken })
  const events = {
    reportversion: 'version',
    queryfirmware: 'firmware',
    'capability-query': 'capabilities',
    'analog-mapping-query': 'mapping',
  } as const

  return {
    library,
    begin() {
      clean()
      step = 'version'
      for (const [event, done] of Object.entries(events)) library.on(event, () => told.push(() => pass(done)))
      library.reset()
      ask()
      asking = every(clock, ASK_MS, ask)
    },
    end() {
      clean()
      step = undefined
    },
    take: (bytes) => splitter.take(bytes),
    later: (work) => void told.push(work),
  }
}
