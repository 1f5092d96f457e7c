import { connect, type Socket } from 'node:net'

/**
 * MQTT 3.1.1 with QoS 1 as fast as a broker takes it, for messages by the million: packets are written and read whole
 * chunks at a time. It speaks just what the bench needs (OASIS MQTT 3.1.1, sections 3.1 to 3.8).
 */
export interface Message {
  readonly topic: string
  readonly payload: string
}

const CONNACK = 2
const PUBLISH = 3
const PUBACK = 4
const SUBACK = 9
const PUBLISH_QOS_1 = 0x32
const PUBACK_HEAD = 0x40
const SUBSCRIBE_HEAD = 0x82
const QOS_1 = 1
const KEEPALIVE_S = 0
/** Written before the next turn of the event loop. */
const BURST = 500
/** Published and not yet acknowledged; packet identifiers have 16 bits. */
const UNDER_WAY_MAX = 20_000
const WITHIN_MS = 10_000

/** Publishes all of them and resolves when each is acknowledged. */
export async function publishAll(port: number, messages: Iterator<Message>): Promise<void> {
  const socket = await dial(port, 'bench-publisher')
  let sent = 0
  let acknowledged = 0
  let ended = false
  await new Promise<void>((resolve, reject) => {
    const lost = () => reject(new Error('the broker hung up on the publisher'))
    socket.once('close', lost)
    const more = () => {
      const burst: Buffer[] = []
      while (!ended && burst.length < BURST && sent - acknowledged < UNDER_WAY_MAX) {
        const next = messages.next()
        if (next.done === true) ended = true
        else burst.push(publishPacket(next.value, (sent++ % 0xffff) + 1))
      }
      if (ended && acknowledged === sent) {
        socket.off('close', lost)
        return resolve()
      }
      if (burst.length === 0) return
      if (socket.write(Buffer.concat(burst))) setImmediate(more)
      else socket.once('drain', more)
    }
    onPackets(socket, (type) => {
      if (type !== PUBACK) return undefined
      const full = sent - acknowledged >= UNDER_WAY_MAX
      acknowledged++
      if (full || (ended && acknowledged === sent)) setImmediate(more)
      return undefined
    })
    more()
  })
  socket.destroy()
}

/** Hands over every message under `filter`; each is acknowledged. */
export async function subscribeAll(
  port: number,
  filter: string,
  heard: (topic: string, payload: Buffer) => void,
): Promise<{ close(): void }> {
  const socket = await dial(port, 'bench-subscriber')
  await new Promise<void>((resolve) => {
    onPackets(
      socket,
      (type, body) => {
        if (type === SUBACK) resolve()
        if (type !== PUBLISH) return undefined
        const topicEnd = 2 + body.readUInt16BE(0)
        heard(body.toString('latin1', 2, topicEnd), body.subarray(topicEnd + 2))
        return body.subarray(topicEnd, topicEnd + 2)
      },
      (identifiers) => socket.write(Buffer.concat(identifiers.map((id) => packet(PUBACK_HEAD, id)))),
    )
    socket.write(packet(SUBSCRIBE_HEAD, Buffer.from([0, 1]), text(filter), Buffer.from([QOS_1])))
  })
  return { close: () => void socket.destroy() }
}

function dial(port: number, client: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const flags = Buffer.from([4, 2, 0, KEEPALIVE_S])
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the broker did not answer')), WITHIN_MS)
    socket.once('error', reject)
    socket.once('data', (answer) => {
      clearTimeout(timer)
      if (answer[0] !== CONNACK << 4 || answer[3] !== 0) return reject(new Error('the broker refused'))
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.write(packet(0x10, text('MQTT'), flags, text(client)))
  })
}

/** Calls `each` for every whole packet, and `after` with what those returned once a chunk has been read. */
function onPackets(
  socket: Socket,
  each: (type: number, body: Buffer) => Buffer | undefined,
  after: (returned: Buffer[]) => void = () => {},
): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const returned: Buffer[] = []
    let at = 0
    for (
      let end = packetEnd(bytes, at);
      end !== undefined && end.end <= bytes.length;
      end = packetEnd(bytes, at)
    ) {
      const answer = each((bytes[at] ?? 0) >> 4, bytes.subarray(end.body, end.end))
      if (answer instanceof Buffer) returned.push(answer)
      at = end.end
    }
    rest = bytes.subarray(at)
    if (returned.length > 0) after(returned)
  })
}

/** Where the packet at `at` has its body and its end; undefined while its head is not there yet. */
function packetEnd(bytes: Buffer, at: number): { readonly body: number; readonly end: number } | undefined {
  let length = 0
  for (let index = at + 1, shift = 0; index < bytes.length; index++, shift += 7) {
    const byte = bytes[index] ?? 0
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) return { body: index + 1, end: index + 1 + length }
  }
  return undefined
}

function publishPacket({ topic, payload }: Message, identifier: number): Buffer {
  return packet(
    PUBLISH_QOS_1,
    text(topic),
    Buffer.from([identifier >> 8, identifier & 0xff]),
    Buffer.from(payload),
  )
}

function packet(head: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const lengthBytes: number[] = []
  for (let left = length; ; left >>= 7) {
    if (left < 0x80) {
      lengthBytes.push(left)
      break
    }
    lengthBytes.push((left & 0x7f) | 0x80)
  }
  return Buffer.concat([Buffer.from([head, ...lengthBytes]), ...parts])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
