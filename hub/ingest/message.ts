import { fault } from '../../core/errors.ts'
import type { EdgeId } from '../../core/ids.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { decodeAlive, decodeDescribe, decodeHello, decodeSeries } from '../../core/wire/decoders.ts'
import type { Frame } from '../../core/wire/frame.ts'
import { decodeFrame, frameCrc } from '../../core/wire/frame-codec.ts'
import type { Describe, Hello, Series } from '../../core/wire/messages.ts'
import { type Lane, parseUpTopic } from '../../core/wire/topics.ts'

/** What an edge said, decoded and checked. */
export type Message =
  | {
      readonly kind: 'frame'
      readonly edge: EdgeId
      readonly frame: Frame
      /** The frame's own checksum: what it is acknowledged by. */
      readonly crc: number
      readonly rows: number
    }
  | { readonly kind: 'hello'; readonly edge: EdgeId; readonly hello: Hello; readonly payload: Uint8Array }
  | { readonly kind: 'series'; readonly edge: EdgeId; readonly series: Series }
  | {
      readonly kind: 'describe'
      readonly edge: EdgeId
      readonly describe: Describe
      readonly payload: Uint8Array
    }
  | { readonly kind: 'alive'; readonly edge: EdgeId; readonly alive: boolean; readonly boot?: string }

/** Reads one message from the broker; never throws. */
export function decodeMessage(topic: string, payload: Uint8Array): Result<Message> {
  const up = parseUpTopic(topic)
  if (up === undefined) return err(fault('INGEST_FOREIGN_TOPIC', { topic: topic.slice(0, 100) }))
  const { edge } = up
  switch (up.kind) {
    case 'up':
      return frameMessage(edge, up.lane, payload)
    case 'hello':
      return helloMessage(edge, payload)
    case 'series': {
      const series = decodeSeries(payload)
      return series.ok ? ok({ kind: 'series', edge, series: series.value }) : series
    }
    case 'describe': {
      const describe = decodeDescribe(payload)
      return describe.ok ? ok({ kind: 'describe', edge, describe: describe.value, payload }) : describe
    }
    case 'alive': {
      const alive = decodeAlive(payload)
      if (!alive.ok) return alive
      const { alive: told, boot } = alive.value
      return ok({ kind: 'alive', edge, alive: told, ...(boot !== undefined && { boot }) })
    }
  }
}

function frameMessage(edge: EdgeId, lane: Lane, payload: Uint8Array): Result<Message> {
  const decoded = decodeFrame(payload)
  if (!decoded.ok) return decoded
  const frame = decoded.value
  if (frame.lane !== lane) return err(fault('INGEST_LANE_MISMATCH', { lane: frame.lane, topic: lane }))
  const rows = frame.lane === 'alarm' ? frame.events.length : frame.readings.length
  return ok({ kind: 'frame', edge, frame, crc: frameCrc(payload), rows })
}

function helloMessage(edge: EdgeId, payload: Uint8Array): Result<Message> {
  const decoded = decodeHello(payload)
  if (!decoded.ok) return decoded
  const wrong = decoded.value.lanes.find(({ oldest, next }) => oldest > next || !Number.isSafeInteger(next))
  if (wrong !== undefined) {
    const reason = 'oldest lies beyond next'
    return err(fault('MESSAGE_INVALID', { message: 'hello', key: `/lanes/${wrong.lane}`, reason }))
  }
  return ok({ kind: 'hello', edge, hello: decoded.value, payload })
}
