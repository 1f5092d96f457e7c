import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import type { OutputRequest } from '../../../devices/define.ts'
import type { IoPlugin } from './io-plugin.ts'

/** What was written and is not read back yet: the newest for each pin. Firmata itself acknowledges nothing. */
export interface Deliveries {
  /** It was written; asks the board what the pin does. */
  add(pin: number, request: OutputRequest): void
  /** The board said what a pin holds; false for a pin that nothing is awaited of. */
  answered(pin: number, holds: number | undefined): boolean
  /** Everything that is still awaited is given up by whoever calls. */
  clear(): readonly OutputRequest[]
  waiting(): number
}

interface Delivery {
  readonly request: OutputRequest
  tries: number
  cancel: Cancel
}

const ANSWER_MS = 700
const TRIES = 3

export function createDeliveries(parts: {
  readonly device: string
  readonly clock: Clock
  readonly plugin: IoPlugin
  query(pin: number): void
  /** Writes once more what the pin should hold. */
  rewrite(pin: number): void
  confirmed(request: OutputRequest): void
  failed(request: OutputRequest, problem: Fault): void
}): Deliveries {
  const { device, clock, plugin, query } = parts
  const awaited = new Map<number, Delivery>()

  const ask = (pin: number, delivery: Delivery) => {
    delivery.cancel()
    delivery.cancel = clock.after(ANSWER_MS, () => missed(pin, delivery, undefined))
    query(pin)
  }
  const missed = (pin: number, delivery: Delivery, read: number | undefined) => {
    delivery.tries++
    if (delivery.tries < TRIES) {
      parts.rewrite(pin)
      return ask(pin, delivery)
    }
    remove(pin, delivery)
    const { request } = delivery
    const problem =
      read === undefined
        ? fault('FIRMATA_DOWN', { device })
        : fault('FIRMATA_READ_BACK', {
            ...{ device, output: request.output, read },
            written: plugin.writtenTo(pin) ?? request.value,
          })
    parts.failed(request, problem)
  }
  const remove = (pin: number, delivery: Delivery) => {
    delivery.cancel()
    awaited.delete(pin)
  }

  return {
    add(pin, request) {
      awaited.get(pin)?.cancel()
      const delivery: Delivery = { request, tries: 0, cancel: () => {} }
      awaited.set(pin, delivery)
      ask(pin, delivery)
    },
    answered(pin, holds) {
      const delivery = awaited.get(pin)
      if (delivery === undefined) return false
      if (holds === plugin.writtenTo(pin)) {
        remove(pin, delivery)
        parts.confirmed(delivery.request)
      } else missed(pin, delivery, holds)
      return true
    },
    clear() {
      const all = [...awaited.values()]
      for (const { cancel } of all) cancel()
      awaited.clear()
      return all.map(({ request }) => request)
    },
    waiting: () => awaited.size,
  }
}
