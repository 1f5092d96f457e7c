import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import type { Mono } from '../../core/clock.ts'
import { edgeId, siteId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import type { Reading } from '../../core/reading.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { Ack } from '../../core/wire/messages.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import { amount, type Bench, type Measurement, type Outcome } from '../measurement.ts'
import { PUBACK_BYTES, publishBytes } from '../mqtt-bytes.ts'
import { CHANNELS, readingSets, recordedStages, shapeOf, syntheticStages } from '../series.ts'
import { sound } from '../values.ts'

const SETS_PER_BATCH = 100
const SETS = 2_000

/** Everything that crosses the link for the readings, in both directions, without the TCP below. */
export const wireBytes: Measurement = {
  name: 'wire-bytes',
  title: 'bytes on the wire per reading, batches of 100 sets of ten channels',
  run: async (bench) => {
    const count = amount(bench.effort, SETS / SETS_PER_BATCH, 2) * SETS_PER_BATCH
    const recorded = recordedStages()
    const stages = recorded ?? syntheticStages(count)
    const sets = [...readingSets(count, stages)]
    const readings = count * CHANNELS.length
    const ours = oursBytes(bench, sets) / readings
    const json = jsonBytes(sets) / readings
    const batched = jsonBatchBytes(sets) / readings
    return outcome(ours, json, batched, recorded !== undefined)
  },
}

function outcome(ours: number, json: number, batched: number, recorded: boolean): Outcome {
  const target = { of: 'ours', bound: 'at most', limit: 3 } as const
  const unit = 'bytes'
  return {
    figures: [
      {
        what: 'a reading, all MQTT packets',
        unit,
        ours: [ours],
        peer: { name: 'a JSON object a reading', values: [json] },
        target,
      },
      {
        what: 'the same',
        unit,
        ours: [ours],
        peer: { name: 'JSON array of 100 sets, deflated', values: [batched] },
      },
    ],
    notes: [
      `The stage follows ${recorded ? 'the recorded hydrograph of Dead Run, May 2019' : 'a synthetic flood wave'}; the other channels are synthetic with noise. The bytes do not vary from run to run.`,
      'Counted both ways: PUBLISH and PUBACK, and for ours also the acknowledgement of the commit. The dictionary, sent once a connection, is not.',
    ],
  }
}

/** The real outbox cuts the frames. */
function oursBytes({ workplace }: Bench, sets: readonly (readonly Reading[])[]): number {
  const clock = systemClock()
  const outbox = createOutbox({
    source: sqliteSource(join(workplace.folder('wire'), 'outbox.db')),
    boot: 'bench',
    clock,
    random: systemRandom,
    log: silentLog,
    shape: shapeOf,
    onFault: (problem) => {
      throw new Error(problem.code)
    },
  })
  const topics = edgeTopics(sound(siteId('quang-tri')), sound(edgeId('dong-ha')))
  let bytes = 0
  let framed = 0
  try {
    for (let from = 0; from < sets.length; from += SETS_PER_BATCH) {
      for (const set of sets.slice(from, from + SETS_PER_BATCH)) {
        const at = set[0]?.at ?? 0
        outbox.readings(set, { at, mono: at as Mono, quality: 'synced' })
      }
      outbox.flush()
      const [range] = outbox.unframed('live')
      if (range === undefined) throw new Error('nothing to frame')
      for (const { first, last, crc } of outbox.cut('live', range, Number.POSITIVE_INFINITY)) {
        const frame = outbox.bytes('live', first)
        const ack: Ack = {
          v: 1,
          epoch: outbox.epoch() ?? '',
          lane: 'live',
          upTo: last + 1,
          ranges: [[first, last]],
          frames: [[first, last, crc]],
          whole: false,
          at: clock.now(),
        }
        framed += last - first + 1
        bytes += publishBytes(topics.up('live'), frame?.length ?? 0) + PUBACK_BYTES
        bytes += publishBytes(topics.ack, encodeCbor(ack).length) + PUBACK_BYTES
      }
    }
  } finally {
    outbox.close()
  }
  if (framed !== sets.flat().length) throw new Error(`${framed} readings were framed`)
  return bytes
}

/** As sparse as JSON that says what ours says can be: the point is in the topic. */
function jsonBytes(sets: readonly (readonly Reading[])[]): number {
  let bytes = 0
  for (const { device, channel, at, value, flag } of sets.flat()) {
    const payload = JSON.stringify({ at, value, flag })
    bytes += publishBytes(`quang-tri/dong-ha/${device}/${channel}`, payload.length) + PUBACK_BYTES
  }
  return bytes
}

function jsonBatchBytes(sets: readonly (readonly Reading[])[]): number {
  let bytes = 0
  for (let from = 0; from < sets.length; from += SETS_PER_BATCH) {
    const payload = deflateRawSync(JSON.stringify(sets.slice(from, from + SETS_PER_BATCH).flat()))
    bytes += publishBytes('quang-tri/dong-ha/readings', payload.length) + PUBACK_BYTES
  }
  return bytes
}
