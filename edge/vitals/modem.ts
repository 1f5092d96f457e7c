import type { ModemState } from '../relay/modem.ts'
import type { RelayStatus } from '../relay/sender.ts'
import { numbersOnly, type VitalSource } from './vitals.ts'

const STATE: Readonly<Record<ModemState, number>> = { unplugged: 0, joining: 1, joined: 2 }

/** The modem of a node that tells its alarms by radio while the hub is out of reach; nothing for one without. */
export function modemVitals(status: () => RelayStatus | undefined): VitalSource {
  return {
    name: 'modem',
    read() {
      const relay = status()
      if (relay === undefined) return {}
      return numbersOnly({
        modem_state: STATE[relay.modem],
        modem_rssi: relay.signal?.rssi_dBm,
        modem_snr: relay.signal?.snr_dB,
        modem_sent: relay.sent,
      })
    },
  }
}
