import type { Clock } from '../../../core/clock.ts'
import type { EdgeId, SiteId } from '../../../core/ids.ts'
import type { Broker } from '../../../core/ports/broker.ts'
import type { Random } from '../../../core/random.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { decodeHello, decodeSeries } from '../../../core/wire/decoders.ts'
import type { Frame } from '../../../core/wire/frame.ts'
import { decodeFrame } from '../../../core/wire/frame-codec.ts'
import type { Ack, Hello, Series, Want } from '../../../core/wire/messages.ts'
import { edgeTopics, LANES, type Lane } from '../../../core/wire/topics.ts'

export interface FakeHub {
  /** First number of a frame → its bytes, per epoch and lane; a second version of a frame is a test failure. */
  readonly frames: Map<string, { readonly frame: Frame; readonly bytes: string }>
  readonly hellos: Hello[]
  readonly series: Series['entries'][number][]
  readonly order: { readonly lane: Lane; readonly first: number; readonly last: number }[]
  readonly problems: string[]
  /** Sequence numbers of live rows and alarms, in the order of their storing. */
  rows(lane: Lane): number[]
  send(message: Ack): void
  ask(message: Want): void
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
  const held = new Map<string, Set<number>>()
  const hub: FakeHub = {
    frames: new Map(),
    hellos: [],
    series: [],
    order: [],
    problems: [],
    silent: false,
    rows(lane) {
      return [...hub.frames.values()].flatMap(({ frame }) => {
        if (frame.lane !== lane) return []
        return (frame.lane === 'alarm' ? frame.events : frame.readings).map(({ seq }) => seq)
      })
    },
    send: (message) => void broker.publish(topics.ack, encodeCbor(message)),
    ask: (message) => void broker.publish(topics.want, encodeCbor(message)),
  }
  const acknowledge = (epoch: string, lane: Lane, whole: boolean) => {
    const numbers = held.get(`${epoch}/${lane}`) ?? new Set()
    let upTo = 0
    while (numbers.has(upTo)) upTo++
    const above = [...numbers].filter((seq) => seq >= upTo).sort((one, two) => one - two)
    const ranges: [number, number][] = []
    for (const seq of above) {
      const last = ranges.at(-1)
      if (last !== undefined && last[1] === seq - 1) last[1] = seq
      else ranges.push([seq, seq])
    }
    hub.send({ v: 1, epoch, lane, upTo, ranges: ranges.slice(0, 256), whole, at: clock.now() })
  }
  const store = (bytes: Uint8Array) => {
    const decoded = decodeFrame(bytes)
    if (!decoded.ok) return void hub.problems.push(decoded.error.code)
    const frame = decoded.value
    const key = `${frame.epoch}/${frame.lane}/${frame.first}`
    const text = Buffer.from(bytes).toString('hex')
    const before = hub.frames.get(key)
    if (before !== undefined && before.bytes !== text) hub.problems.push(`two versions of ${key}`)
    const numbers = held.get(`${frame.epoch}/${frame.lane}`) ?? new Set<number>()
    held.set(`${frame.epoch}/${frame.lane}`, numbers)
    if (before === undefined) {
      if (numbers.has(frame.first) || numbers.has(frame.last)) hub.problems.push(`overlap at ${key}`)
      hub.frames.set(key, { frame, bytes: text })
      hub.order.push({ lane: frame.lane, first: frame.first, last: frame.last })
      for (let seq = frame.first; seq <= frame.last; seq++) numbers.add(seq)
    }
    acknowledge(frame.epoch, frame.lane, false)
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
      for (const lane of LANES) acknowledge(hello.value.epoch, lane, true)
    })
  })
  broker.subscribe(topics.series, (_topic, bytes) => {
    const series = decodeSeries(bytes)
    if (!series.ok) return void hub.problems.push(series.error.code)
    hub.series.splice(series.value.from, series.value.entries.length, ...series.value.entries)
  })
  return hub
}
