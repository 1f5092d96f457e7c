import { Duplex } from 'node:stream'

/** Follows the MQTT packets in a byte stream; `false` once one announces more than the limit. */
export function packetLimit(bytesMax: number): (chunk: Uint8Array) => boolean {
  /** Bytes of the current packet still to come; while reading its head, -1. */
  let left = -1
  let headByte = 0
  let length = 0
  let shift = 0
  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const step = Math.min(left, chunk.length - at)
        left -= step
        at += step
        if (left === 0) left = -1
        continue
      }
      const byte = chunk[at++] ?? 0
      if (headByte++ === 0) continue
      // MQTT 3.1.1, 2.2.3: seven bits a byte, lowest first, at most four bytes.
      length += (byte & 0x7f) * 2 ** shift
      shift += 7
      if (length > bytesMax || (byte >= 0x80 && headByte > 4)) return false
      if (byte >= 0x80) continue
      left = length === 0 ? -1 : length
      headByte = 0
      length = 0
      shift = 0
    }
    return true
  }
}

/** A stream like `inner` that ends, after telling `refused`, when a packet announces more than the limit. */
export function limitPackets(inner: Duplex, bytesMax: number, refused: () => void): Duplex {
  const within = packetLimit(bytesMax)
  const outer = new Duplex({
    read: () => void inner.resume(),
    write: (chunk: Buffer, _encoding, done) => void inner.write(chunk, done),
    // What was corked together leaves as one segment: without this each field of a packet would be one.
    writev: (chunks: { chunk: Buffer }[], done) =>
      void inner.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
    final: (done) => void inner.end(done),
    destroy: (error, done) => {
      inner.destroy()
      done(error)
    },
  })
  inner.on('data', (chunk: Buffer) => {
    if (!within(chunk)) {
      refused()
      outer.destroy()
    } else if (!outer.push(chunk)) inner.pause()
  })
  inner.on('end', () => outer.push(null))
  inner.on('error', () => outer.destroy())
  inner.on('close', () => outer.destroy())
  return outer
}
