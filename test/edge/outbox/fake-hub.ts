import type { Clock } from '../../../core/clock.ts'
import type { EdgeId, SiteId } from '../../../core/ids.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import type { Random } from '../../../core/random.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { decodeHello, decodeSeries } from '../../../core/wire/decoders.ts'
import type { Frame, FrameEvent, FrameReading } from '../../../core/wire/frame.ts'
import { decodeFrame, frameCrc } from '../../../core/wire/frame-codec.ts'
import type { Ack, Hello, Series, Want } from '../../../core/wire/messages.ts'
import { edgeTopics, LANES, type Lane } from '../../../core/wire/topics.ts'

export interface FakeHub {
  /** First number of a frame → its bytes, per epoch and lane; a second version of a frame is a test failure. */
  readonly frames: Map<string, { readonly frame: Frame; readonly bytes: string }>
  readonly hellos: Hello[]
  readonly series: Series['entries'][number][]
  readonly order: {
    readonly lane: Lane
    readonly first: number
    readonly last: number
    readonly at: number
  }[]
  readonly problems: string[]
  /** What was asked of who sent other rows under numbers that are held. */
  readonly forks: NonNullable<Want['fork']>[]
  /** Sequence numbers of live rows and alarms, in the order of their storing. */
  rows(lane: Lane): number[]
  /** The live rows of all epochs, each once for every time that it is held. */
  readings(): readonly FrameReading[]
  alarms(): readonly FrameEvent[]
  send(message: Ack): void
  ask(message: Want): void
  /** Restored from before anything came. */
  forget(): void
  silent: boolean
}

/** A hub that commits in memory and acknowledges; `chance` is how often a message to or from it is lost or doubled. */
export function fakeHub(parts: {
  readonly broker: Broker
  readonly clock: Clock
  readonly random: Random
  readonly site: SiteId
  readonly edge: EdgeId
  readonly chance: number
}): FakeHub {
  const { broker, clock, random, chance } = parts
  const topics = edgeTopics(parts.site, parts.edge)
  /** Per epoch and lane, what stands under each number: a row or a gap. */
  const held = new Map<string, Map<number, string>>()
  const kept: { readonly lane: Lane; readonly seq: number; readonly row: FrameReading | FrameEvent }[] = []
  const hub: FakeHub = {
    frames: new Map(),
    hellos: [],
    series: [],
    order: [],
    problems: [],
    forks: [],
    forget() {
      hub.frames.clear()
      held.clear()
      kept.length = 0
    },
    silent: false,
    rows: (lane) => kept.flatMap((row) => (row.lane === lane ? [row.seq] : [])),
    readings: () => kept.flatMap(({ lane, row }) => (lane === 'live' && 'flag' in row ? [row] : [])),
    alarms: () => kept.flatMap(({ row }) => ('body' in row ? [row] : [])),
    send: (message) => void broker.publish(topics.ack, encodeCbor(message)),
    ask: (message) => void broker.publish(topics.want, encodeCbor(message)),
  }
  const acknowledge = (epoch: string, lane: Lane, answer: Pick<Ack, 'whole' | 'frames' | 'asked'>) => {
    const numbers = held.get(`${epoch}/${lane}`) ?? new Map()
    let upTo = 0
    while (numbers.has(upTo)) upTo++
    const above = [...numbers.keys()].filter((seq) => seq >= upTo).sort((one, two) => one - two)
    const ranges: [number, number][] = []
    for (const seq of above) {
      const last = ranges.at(-1)
      if (last !== undefined && last[1] === seq - 1) last[1] = seq
      else ranges.push([seq, seq])
    }
    hub.send({ v: 1, epoch, lane, upTo, ranges: ranges.slice(0, 256), at: clock.now(), ...answer })
  }
  const store = (bytes: Uint8Array) => {
    const decoded = decodeFrame(bytes)
    if (!decoded.ok) return void hub.problems.push(decoded.error.code)
    const frame = decoded.value
    const { epoch, lane, first, last } = frame
    const numbers = held.get(`${epoch}/${lane}`) ?? new Map<number, string>()
    held.set(`${epoch}/${lane}`, numbers)
    const lines = linesOf(frame)
    const differs = lines.find(([seq, line]) => lane !== 'state' && (numbers.get(seq) ?? line) !== line)
    if (differs !== undefined) {
      const fork = { lane, at: differs[0], frame: frameCrc(bytes) }
      hub.forks.push(fork)
      return hub.ask({ v: 1, epoch, fork })
    }
    if (lines.some(([seq]) => !numbers.has(seq))) {
      hub.frames.set(`${epoch}/${lane}/${first}`, { frame, bytes: Buffer.from(bytes).toString('hex') })
      hub.order.push({ lane, first, last, at: clock.monotonic() })
    }
    const rows = frame.lane === 'alarm' ? frame.events : frame.readings
    for (const row of rows) {
      if (!numbers.has(row.seq)) kept.push({ lane, seq: row.seq, row })
    }
    for (const [seq, line] of lines) numbers.set(seq, line)
    acknowledge(epoch, lane, { whole: false, frames: [[first, last, frameCrc(bytes)]] })
  }
  /** Lost, doubled or late now and then. */
  const unreliably = (work: () => void) => {
    if (hub.silent || random.next() < chance) return
    const copies = random.next() < chance ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      clock.after(random.next() < chance ? 50 + random.next() * 500 : 1, work)
    }
  }
  for (const lane of LANES)
    broker.subscribe(topics.up(lane), (_topic, bytes) => unreliably(() => store(bytes)))
  broker.subscribe(topics.hello, (_topic, bytes) => {
    unreliably(() => {
      const hello = decodeHello(bytes)
      if (!hello.ok) return void hub.problems.push(hello.error.code)
      hub.hellos.push(hello.value)
      const { epoch, former, ask } = hello.value
      const asked = ask === undefined ? {} : { asked: ask }
      for (const old of former ?? []) for (const lane of LANES) acknowledge(old, lane, { whole: true })
      for (const lane of LANES) acknowledge(epoch, lane, { whole: true, ...asked })
    })
  })
  broker.subscribe(topics.series, (_topic, bytes) => {
    const series = decodeSeries(bytes)
    if (!series.ok) return void hub.problems.push(series.error.code)
    hub.series.splice(series.value.from, series.value.entries.length, ...series.value.entries)
  })
  return hub
}

/** Each number of the frame with what it says of it. */
function linesOf(frame: Frame): [number, string][] {
  const rows = frame.lane === 'alarm' ? frame.events : frame.readings
  const gaps = frame.gaps.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index): [number, string] => [first + index, 'gap']),
  )
  return [...gaps, ...rows.map((row): [number, string] => [row.seq, JSON.stringify(row)])].sort(
    ([one], [two]) => one - two,
  )
}
