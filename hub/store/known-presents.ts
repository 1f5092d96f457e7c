import type { EdgePresents, Present } from './presents.ts'
import { counts } from './rollups.ts'

/**
 * Without the values that stand for none: a gear that a bus has missed is told as 0, and is neither out nor has it done
 * as an order asked.
 */
export function knownPresents(presents: EdgePresents): EdgePresents {
  return {
    get: (device, channel) => known(presents.get(device, channel)),
    of(device) {
      const channelOf = presents.of(device)
      return (channel) => known(channelOf(channel))
    },
  }
}

function known(present: Present | undefined): Present | undefined {
  return present !== undefined && counts(present.flag) ? present : undefined
}
