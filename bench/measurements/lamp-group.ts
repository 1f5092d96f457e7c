import { deviceId } from '../../core/ids.ts'
import { airtime_ms } from '../../core/lorawan/airtime.ts'
import { lampStreet } from '../lamp-street.ts'
import { amount, type Measurement } from '../measurement.ts'
import { percentile } from '../statistics.ts'
import { sound } from '../values.ts'

const LAMPS = 400
const NOTICE_S = 120
const COMMANDS = 6
const BETWEEN_MS = 20 * 60_000
/** 13 bytes of frame and three of command, at DR2 (SF10). */
const FRAME_MS = airtime_ms({ spreadingFactor: 10, bandwidth_kHz: 125, bytes: 16, crc: false })
/** A status report of 18 bytes at SF7, which a lamp near its gateway uses. */
const REPORT_MS = airtime_ms({ spreadingFactor: 7, bandwidth_kHz: 125, bytes: 31 })
const CHANNELS = 7
/** Unslotted ALOHA carries 1/2e of its channels at best (Abramson 1970). */
const ALOHA = 1 / (2 * Math.E)

/** One street of 400 lamps: a level for all of them. */
export const lampGroup: Measurement = {
  name: 'lamp-group',
  title: `a level for ${LAMPS} lamps on LoRaWAN, in one command to their group`,
  async run({ effort, say }) {
    const commands = amount(effort, COMMANDS, 2)
    const grouped = await commanded(true, commands)
    say(
      `${grouped.confirmed_s.length} of ${LAMPS * commands} confirmed, p50 ${percentile(grouped.confirmed_s, 50).toFixed(0)} s`,
    )
    const alone = await commanded(false, 1)
    const limit_s = (LAMPS * REPORT_MS) / ALOHA / CHANNELS / 1_000
    const each = { name: 'a frame to each lamp', values: [(LAMPS * FRAME_MS) / 1_000] }
    return {
      figures: [
        {
          what: 'gateway time on the air for a command, retries and answers to reports included',
          unit: 's',
          ours: [grouped.airtime_s],
          peer: each,
          target: { of: 'ratio', bound: 'at most', limit: 0.25 },
        },
        {
          what: 'share of the lamps that confirm in the end',
          unit: '%',
          ours: [(100 * grouped.confirmed_s.length) / (LAMPS * commands)],
          target: { of: 'ours', bound: 'at least', limit: 100 },
        },
        {
          what: 'command to confirmed lamp, p50',
          unit: 's',
          ours: [percentile(grouped.confirmed_s, 50)],
          peer: { name: 'one by one', values: [percentile(alone.confirmed_s, 50)] },
        },
        {
          what: 'the same, p99',
          unit: 's',
          ours: [percentile(grouped.confirmed_s, 99)],
          peer: { name: 'one by one', values: [percentile(alone.confirmed_s, 99)] },
          target: { of: 'ratio', bound: 'at most', limit: 0.5 },
        },
        {
          what: 'the time that lamps have to report in',
          unit: 's',
          ours: [NOTICE_S],
          peer: { name: 'what the reports need at least', values: [limit_s] },
        },
        { what: 'CPU for a command, virtual lamps included', unit: 's', ours: [grouped.cpu_s] },
        { what: 'memory of the process, virtual lamps included', unit: 'MiB', ours: [grouped.rss_MiB] },
      ],
      notes: [
        `One gateway of eight channels, RX2 at DR2 (${FRAME_MS.toFixed(0)} ms a frame), two copies of each command to the group, reports spread over ${NOTICE_S} s. The clock is simulated: times of the air are exact; CPU and memory are measured.`,
        'Most lamps answer in their own time; those whose report collides with another are told alone. What the reports need at least: their time on the air over the channels, at the best that unslotted ALOHA carries.',
      ],
    }
  },
}

async function commanded(grouped: boolean, commands: number) {
  const confirmed_s: number[] = []
  let orderedAt = 0
  const street = await lampStreet({
    lamps: LAMPS,
    notice_s: NOTICE_S,
    grouped,
    output: ({ stage, time }) => {
      if (stage === 'confirmed') confirmed_s.push((time.mono - orderedAt) / 1_000)
    },
  })
  const { clock, driver, lamps } = street
  street.airtime()
  const cpu = process.cpuUsage()
  let airtime_s = 0
  for (let command = 0; command < commands; command++) {
    orderedAt = clock.monotonic()
    const value = command % 2 === 0 ? 60 : 100
    for (const lamp of lamps)
      sound(driver.drive(sound(deviceId(lamp)), [{ output: 'level', value }], 'normal'))
    await clock.advance(BETWEEN_MS)
    airtime_s += street.airtime().all_ms / 1_000
  }
  const { user, system } = process.cpuUsage(cpu)
  const rss_MiB = process.memoryUsage().rss / 2 ** 20
  await driver.stop()
  return { confirmed_s, airtime_s: airtime_s / commands, cpu_s: (user + system) / 1e6 / commands, rss_MiB }
}
