import type { RadioAlarm } from '../../core/relay/alarm-frame.ts'
import { toRadio } from '../../core/relay/alarm-identity.ts'
import type { RelayDictionary } from '../../core/relay/dictionary.ts'
import { decodeAlarmEvent } from '../../core/wire/decoders.ts'
import type { PendingAlarm } from '../outbox/outbox.ts'

/** An alarm that the hub may not know of yet, in short. */
export interface Tellable {
  readonly seq: number
  /** Whose life it is of. */
  readonly alarm: string
  readonly radio: RadioAlarm
}

/**
 * What is worth telling by radio, most urgent first: of every alarm the newest word alone (what led there comes by
 * network), no notes, nothing that the hub has acknowledged. `rows` are newest first.
 */
export function worthTelling(
  rows: readonly PendingAlarm[],
  dictionary: RelayDictionary,
  acknowledged: ReadonlySet<number>,
  now: number,
): { readonly tellable: readonly Tellable[]; readonly untellable: readonly string[] } {
  const seen = new Set<string>()
  const tellable: Tellable[] = []
  const untellable: string[] = []
  for (const { seq, at, body } of rows) {
    const event = decodeAlarmEvent(body)
    // A command's outcome, or a row that the hub will refuse in its turn.
    if (!event.ok || event.value.event === 'note' || seen.has(event.value.alarm)) continue
    seen.add(event.value.alarm)
    if (acknowledged.has(seq)) continue
    const radio = toRadio({ ...event.value, at }, seq, dictionary, now)
    if (radio === undefined) untellable.push(event.value.alarm)
    else tellable.push({ seq, alarm: event.value.alarm, radio })
  }
  return { tellable: tellable.sort(byUrgency), untellable }
}

/** The graver first; of equals the older. */
function byUrgency(one: Tellable, two: Tellable): number {
  return two.radio.level - one.radio.level || one.seq - two.seq
}
