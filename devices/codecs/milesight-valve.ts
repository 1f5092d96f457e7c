import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Downlink, OutputRequest } from '../define.ts'
import type { Field } from './fields.ts'
import { outOfOrder } from './findings.ts'
import { MILESIGHT_PORT } from './milesight.ts'
import { littleEndian } from './relay-requests.ts'

/** The longest time that a valve task holds, in three bytes. */
export const VALVE_TASK_S = 16_777_215

const TIMED = 0x80
const OPEN = 0x20
const TASK = [0xff, 0x1d] as const

export interface ValveTask {
  /** 1 or 2. */
  readonly valve: number
  readonly open: boolean
  /** The device shuts the valve by itself after so many seconds; null for not. */
  readonly forS: number | null
  /**
   * 0 is carried out whenever it comes. A task with another number is carried out once: told again with the same number,
   * a valve would not open a second time.
   */
  readonly sequence: number
}

/** `FF1D control sequence time(3) pulses(4)`, little-endian; no pulses are set. */
export function valveTask({ valve, open, forS, sequence }: ValveTask): readonly number[] {
  const timed = open && forS !== null
  const control = (timed ? TIMED : 0) | (open ? OPEN : 0) | (valve - 1)
  const time = timed ? Math.max(1, Math.ceil(forS)) : 0
  return [...TASK, control, sequence, ...littleEndian(time, 3), ...littleEndian(0, 4)]
}

/**
 * One downlink a valve, of two requests for one the newest. A time that the device cannot keep is refused rather than
 * dropped: water that nobody ends floods.
 * ACTION_UNSUPPORTED for another output, a value that is not 0 or 1, or a time that is none or too long.
 */
export function valveDownlinks(
  model: string,
  valves: number,
  requests: readonly OutputRequest[],
): Result<readonly Downlink[]> {
  const tasks = new Map<number, ValveTask>()
  for (const { output, value, forS } of requests) {
    const valve = Number(/^valve([1-9])$/.exec(output)?.[1] ?? 0)
    const timeSound = forS === undefined || (forS > 0 && forS <= VALVE_TASK_S)
    if (valve < 1 || valve > valves || (value !== 0 && value !== 1) || !timeSound)
      return err(fault('ACTION_UNSUPPORTED', { model, output: output.slice(0, 40) }))
    tasks.set(valve, { valve, open: value === 1, forS: forS ?? null, sequence: 0 })
  }
  return ok(
    [...tasks.values()]
      .sort((a, b) => a.valve - b.valve)
      .map((task) => ({ fPort: MILESIGHT_PORT, bytes: Uint8Array.from(valveTask(task)) })),
  )
}

/** Bytes that say in themselves that a channel cannot be measured. */
export function brokenSensor(channel: string): Field {
  return {
    size: 1,
    channels: [channel],
    read: (_view, _at, findings) => outOfOrder(findings, channel, 'sensor-fault'),
  }
}
