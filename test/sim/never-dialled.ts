import type { DialBroker } from '../../core/ports/broker.ts'

/** For a city without a street: nothing in it speaks MQTT. */
export const neverDialled: DialBroker = () => {
  throw new Error('nobody was to dial a broker')
}
