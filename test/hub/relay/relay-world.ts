import type { EdgeId } from '../../../core/ids.ts'
import { edgeId } from '../../../core/ids.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { unpackAck } from '../../../core/relay/ack-frame.ts'
import { packAlarm } from '../../../core/relay/alarm-frame.ts'
import { toRadio } from '../../../core/relay/alarm-identity.ts'
import { relayDictionary } from '../../../core/relay/dictionary.ts'
import { createSeal, type SealedKind } from '../../../core/relay/seal.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { decodeRelayed } from '../../../core/wire/decoders.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import { edgeTopics } from '../../../core/wire/topics.ts'
import { createRelay, type RelayChanges } from '../../../hub/relay/relay.ts'
import { createTold } from '../../../hub/relay/told.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'
import { createWorld, EDGE, EPOCH, SITE, T0, TOPICS } from '../world.ts'

/** The hub's relay on a real database: edge-1 has no network, edge-2 hears it by radio. */

export const KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
export const DICTIONARY = relayDictionary([DONG_HA])

function edge2(): EdgeId {
  const id = edgeId('edge-2')
  if (!id.ok) throw new Error(id.error.code)
  return id.value
}
export const VIA = edge2()
const VIA_TOPICS = edgeTopics(SITE, VIA)

export const EVENT: AlarmEvent = {
  v: 1,
  alarm: `${DONG_HA.id}/level/7`,
  station: DONG_HA.id,
  rule: 'level',
  event: 'raised',
  level: 2,
  at: T0 - 10_000,
  value: 3.12,
  unit: 'm',
  text: { vi: 'Vượt BĐ2', en: 'Above BĐ2' },
}

export interface SealOptions {
  readonly key?: Uint8Array
  readonly edge?: string
  readonly epoch?: string | undefined
}

export function sealed(kind: SealedKind, plain: Uint8Array, options: SealOptions = {}): Uint8Array {
  const { key = KEY, edge = EDGE } = options
  const epoch = 'epoch' in options ? options.epoch : EPOCH
  return createSeal({ key, edge, kind, ...(epoch === undefined ? {} : { epoch }) }).seal(plain)
}

export function alarmFrame(
  seq: number,
  part: Partial<AlarmEvent> = {},
  options: SealOptions = {},
): Uint8Array {
  const radio = toRadio({ ...EVENT, ...part }, seq, DICTIONARY, T0)
  if (radio === undefined) throw new Error('an alarm that cannot be told')
  return sealed('alarm', packAlarm(radio), options)
}

export async function createRelayWorld(wrap = (sql: SqlStore) => sql) {
  const world = await createWorld('Asia/Ho_Chi_Minh', wrap)
  const changes: RelayChanges[] = []
  const told = createTold(world.sql)
  const { clock, store, edges, alerts, refusals } = world
  const relay = createRelay({
    clock,
    wall: clock,
    broker: world.edge,
    site: SITE,
    edges,
    store,
    alerts,
    told,
    keys: new Map([[EDGE, KEY]]),
    refuse: ({ code }) => refusals.count(code),
  })
  relay.start()
  relay.onCommit((change) => changes.push(change))
  const acks: (readonly number[])[] = []
  world.edge.subscribe(VIA_TOPICS.relayed, (_topic, bytes) => {
    const message = decodeRelayed(bytes)
    if (!message.ok || message.value.to !== EDGE) throw new Error('not an answer')
    const { payload } = message.value
    const plain = [EPOCH, NEW_EPOCH, ...MORE_EPOCHS]
      .map((epoch) => createSeal({ key: KEY, edge: EDGE, kind: 'ack', epoch }).open(payload))
      .find((opened) => opened !== undefined)
    const ack = plain === undefined ? undefined : unpackAck(plain)
    if (ack?.ok !== true) throw new Error('an answer that does not open')
    acks.push(ack.value)
  })
  const describe = { v: 1, epoch: EPOCH, name: EVENT.text, devices: [], stations: [DONG_HA] }
  void world.edge.publish(TOPICS.describe, encodeCbor(describe))
  world.hello()
  await world.settle()
  return {
    ...world,
    told,
    changes,
    /** Answers, as the numbers in them. */
    answers: acks,
    alertsNow: () => alerts.list({ limit: 100 }),
    /** What edge-2 passes on, and lets the hub work on it. */
    async hear(
      payload: Uint8Array,
      from: string = EDGE,
      topic: string = VIA_TOPICS.relay,
      waited_s?: number,
    ) {
      const waited = waited_s === undefined ? {} : { waited_s }
      void world.edge.publish(topic, encodeCbor({ v: 1, from, payload, ...waited }))
      await world.settle()
    },
    refusedCodes: () => refusals.all(),
  }
}

export const NEW_EPOCH = 'ffeeddccbbaa9988'
export const MORE_EPOCHS = ['a1', 'b2', 'c3', 'd4'].map((digits) => digits.repeat(8))
