import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { memoryBroker } from '../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { silentLog } from '../../core/log.ts'
import { serialStream } from '../../core/node/serial-stream.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { udpNetwork } from '../../core/node/udp.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import { DONG_HA } from '../edge/control/flood/station.ts'
import { openPtyPair, socatMissing } from '../pty-pair.ts'
import { createRadioPath, SITE, SPEAKER } from './radio-path.ts'

/** The same path over a real serial line, real UDP and the real clock: an alarm at DR2, and its acknowledgement. */

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function until(done: () => boolean, patienceMs: number): Promise<void> {
  const end = Date.now() + patienceMs
  while (!done()) {
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('an alarm goes over a pair of ptys, the virtual gateway and a neighbour to the hub, in 11 bytes', async (context) => {
  if (socatMissing) context.skip('socat is not installed')
  const clock = systemClock()
  const random = seededRandom(4)
  const broker = memoryBroker(clock)
  const ports = await openPtyPair()
  closers.push(ports.close)
  const near = serialStream({ path: ports.near, baud: 115_200 })
  const far = serialStream({ path: ports.far, baud: 115_200 })
  closers.push(
    () => near.close(),
    () => far.close(),
  )
  const probe = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const { port } = probe.local
  await probe.close()
  const parts = { clock, random, network: udpNetwork, broker, line: { near, far }, port, dataRate: 2 }
  const path = await createRadioPath(parts)
  closers.push(() => path.close())

  const outbox = createOutbox({
    source: sqliteSource(join(path.folder, 'outbox.db')),
    ...{ boot: '1', clock, random, log: silentLog },
    shape: () => ({ unit: 'm', resolution: 0.001 }),
    onFault: () => {},
  })
  closers.push(() => outbox.close())
  // The hub has heard of the node by network once.
  const epoch = outbox.epoch() ?? ''
  const once = broker.client(SPEAKER)
  await until(() => once.state() === 'online', 1_000)
  const name = { vi: 'x', en: 'x' }
  const describe = { v: 1, epoch, name, devices: [], stations: [DONG_HA] }
  await once.publish(edgeTopics(SITE, SPEAKER).describe, encodeCbor(describe))

  const sender = path.sender({
    outbox,
    present: { stations: () => [], outputs: () => [], health: () => ({}) },
    documents: () => [DONG_HA],
    reachable: () => false,
    after_s: 1,
    memory: 'relay.db',
  })
  closers.push(() => sender.stop())
  sender.start()
  const event: AlarmEvent = {
    ...{
      v: 1,
      alarm: `${DONG_HA.id}/level/1`,
      station: DONG_HA.id,
      rule: 'level',
      event: 'raised',
      level: 3,
    },
    ...{ at: clock.now(), value: 4.41, unit: 'm', text: name },
  }
  await outbox.alarm(event, { at: event.at, mono: clock.monotonic(), quality: 'synced' })

  // The hub does not know this database: it is announced first, and then the alarm told.
  await until(() => path.alerts().length > 0 && sender.status().untold === 0, 60_000)
  expect(path.alerts()).toMatchObject([{ edge: SPEAKER, rule: 'level', level: 3, value: 4.41, unit: 'm' }])
  const sent = path.virtual.heard.filter((command) => command.startsWith('AT+SEND=77:'))
  const lengths = sent.map((command) => (command.length - 'AT+SEND=77:'.length) / 2)
  expect(new Set(lengths)).toEqual(new Set([10, 11]))
}, 90_000)
