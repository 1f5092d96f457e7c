import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unpackAck } from '../../../core/relay/ack-frame.ts'
import { createSeal } from '../../../core/relay/seal.ts'
import { encodeCbor as encode } from '../../../core/wire/cbor.ts'
import { decodeRelayed } from '../../../core/wire/decoders.ts'
import { DONG_HA } from '../../edge/control/flood/station.ts'
import { type RunningHub, startHub, until } from '../hub-world.ts'
import { EPOCH } from '../world.ts'
import { alarmFrame, KEY } from './relay-world.ts'

/** A whole hub over MQTT: edge-2 passes on what edge-1, without a network, says by radio. */

const encodeCbor = (value: unknown) => Buffer.from(encode(value))
const OWN = 'tram/v1/dong-ha/edge-2'
let running: RunningHub
beforeEach(async () => {
  running = await startHub({}, { relayKeys: new Map([['edge-1', KEY]]) })
  const silent = await running.connect('edge-1', 'key-1')
  const name = { vi: 'x', en: 'x' }
  const base = 'tram/v1/dong-ha/edge-1'
  const hello = { epoch: EPOCH, software: 't', boot: 'b', at: 0, clock: 'synced', lanes: [], series: 0 }
  await silent.publishAsync(`${base}/hello`, encodeCbor({ v: 1, ...hello }), { qos: 1 })
  const describing = { v: 1, epoch: EPOCH, name, devices: [], stations: [DONG_HA] }
  await silent.publishAsync(`${base}/describe`, encodeCbor(describing), { qos: 1 })
  await until(async () => (await stations()) > 0)
  await running.disconnect()
})
afterEach(() => running.close())

const get = async (path: string) => (await running.hub.inject(`/api/v1/${path}`)).json()
const stations = async () => (await get('overview')).stations.length
const pass = (payload: Uint8Array) => encodeCbor({ v: 1, from: 'edge-1', payload })

describe('a hub', () => {
  test('shows the alert, says who heard the node, and answers over that neighbour', async () => {
    const neighbour = await running.connect('edge-2', 'key-2')
    const answers: Uint8Array[] = []
    neighbour.on('message', (_topic, payload) => answers.push(payload))
    await neighbour.subscribeAsync(`${OWN}/relayed`, { qos: 1 })
    await neighbour.publishAsync(`${OWN}/relay`, pass(alarmFrame(40)), { qos: 1 })
    await until(() => answers.length > 0)
    const answer = decodeRelayed(answers[0] ?? new Uint8Array(0))
    const seal = createSeal({ key: KEY, edge: 'edge-1', kind: 'ack', epoch: EPOCH })
    const plain = answer.ok ? seal.open(answer.value.payload) : undefined
    expect(plain === undefined ? undefined : unpackAck(plain)).toEqual({ ok: true, value: [40] })
    expect((await get('overview')).alerts).toMatchObject([{ edge: 'edge-1', rule: 'level', level: 2 }])
    expect((await get('edges')).find(({ edge }: { edge: string }) => edge === 'edge-1')).toMatchObject({
      heardByRadio: { via: 'edge-2', at: expect.any(Number) },
    })
  })

  test('takes what an edge passes on from that edge alone', async () => {
    const neighbour = await running.connect('edge-2', 'key-2')
    const foreign = 'tram/v1/dong-ha/edge-1/relay'
    void neighbour.publishAsync(foreign, pass(alarmFrame(40)), { qos: 1 }).catch(() => {})
    await until(async () => ((await running.refused()).BROKER_TOPIC_FORBIDDEN ?? 0) > 0)
    expect((await get('overview')).alerts).toEqual([])
  })

  test('lets no edge listen to what another is to send', async () => {
    const neighbour = await running.connect('edge-2', 'key-2')
    await neighbour.subscribeAsync('tram/v1/dong-ha/edge-1/relayed', { qos: 1 }).catch(() => {})
    expect((await running.refused()).BROKER_TOPIC_FORBIDDEN).toBe(1)
  })
})
