/** Bytes of MQTT 3.1.1 packets on the wire (OASIS MQTT 3.1.1, sections 2.2.3, 3.3 and 3.4). */

/** A PUBLISH with QoS 1: fixed header, topic, packet identifier, payload. */
export function publishBytes(topic: string, payloadBytes: number): number {
  const remaining = 2 + Buffer.byteLength(topic) + 2 + payloadBytes
  return 1 + remainingLengthBytes(remaining) + remaining
}

export const PUBACK_BYTES = 4

function remainingLengthBytes(length: number): number {
  if (length < 128) return 1
  if (length < 16_384) return 2
  return length < 2_097_152 ? 3 : 4
}
