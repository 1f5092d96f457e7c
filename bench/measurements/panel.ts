import type { Measurement } from '../measurement.ts'
import { TURN_ROUND_MS } from '../modbus-line.ts'
import { measureLookingOn } from '../panel/looking-on.ts'
import { measureLoads } from '../panel/page-loads.ts'
import { measureTaps } from '../panel/taps.ts'

export const panel: Measurement = {
  name: 'panel',
  title: "the farmer's panel: tap to valve on Modbus TCP, first load on a phone, a node that is looked at",
  async run(bench) {
    const taps = await measureTaps(bench)
    const loads = await measureLoads(bench)
    if (loads === undefined) bench.say('SKIPPED: first and second load, as there is no /usr/bin/chromium')
    const looks = await measureLookingOn(bench)
    return {
      figures: [...taps, ...(loads ?? []), ...looks],
      notes: [
        `A whole node without a hub; four greenhouses for the taps, each with a board of eight relays (waveshare-relay) that thinks ${TURN_ROUND_MS} ms, four soil probes beside them, all on one Modbus TCP line that is polled meanwhile, and a phone that looks on at each. Taps and coils are timed in one process. The pump is told to wait for nothing (lead_s 0); as shipped it gives the valve 3 s.`,
        'Peers open the valve and start the pump at once: nothing is signed in, queued, written down, read back or forbidden. Node-RED: `http in`, a function that makes the frames, `tcp request`.',
        loads === undefined
          ? 'SKIPPED: loads of the page; there is no /usr/bin/chromium.'
          : 'Loads: headless Chromium with an empty store and a session, its processor slowed down four times, on a line of 3 Mbit/s and 60 ms both ways that pages, the service worker and the stream share; bytes are those of TCP, headers included. kB are thousands of bytes.',
        'Looked at: one greenhouse of four zones with soil probes that change with each poll; processor time is that of all threads.',
      ],
    }
  },
}
