import { messageDecoder } from './cbor.ts'
import { Ack, AlarmEvent, Alive, Describe, Hello, Series, Want } from './messages.ts'

/** One decoder for each message, compiled once for both sides. */
export const decodeHello = messageDecoder('hello', Hello)
export const decodeAck = messageDecoder('ack', Ack)
export const decodeWant = messageDecoder('want', Want)
export const decodeSeries = messageDecoder('series', Series)
export const decodeAlive = messageDecoder('alive', Alive)
export const decodeDescribe = messageDecoder('describe', Describe)
export const decodeAlarmEvent = messageDecoder('alarm event', AlarmEvent)
