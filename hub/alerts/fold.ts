import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { AlertView } from '../api/schema.ts'

/** The life of an alarm, without what people did about it. */
export type AlarmLife = Omit<AlertView, 'id' | 'edge' | 'acknowledgedBy' | 'acknowledgedAt'>

/**
 * Tells the state of an alarm from its events in the order in which the node noticed them.
 * A pure fold over all of them: duplicates do not get here, and late ones only need the fold to be done again.
 * Undefined while there are nothing but notes.
 */
export function foldAlarm(events: readonly AlarmEvent[]): AlarmLife | undefined {
  let life: AlarmLife | undefined
  for (const event of events) {
    if (event.event !== 'note') life = step(life ?? born(event), event)
  }
  return life
}

/** An alarm whose `raised` is still on its way begins with what is known of it. */
function born(event: AlarmEvent): AlarmLife {
  return {
    station: event.station,
    ...(event.device !== undefined && { device: event.device }),
    ...(event.output !== undefined && { output: event.output }),
    ...(event.channel !== undefined && { channel: event.channel }),
    ...(event.part !== undefined && { part: event.part }),
    rule: event.rule,
    level: event.level,
    peak: event.level,
    state: 'active',
    raisedAt: event.at,
    changedAt: event.at,
    clearedAt: null,
    silenced: false,
    text: event.text,
    value: null,
    unit: null,
  }
}

function step(life: AlarmLife, event: AlarmEvent): AlarmLife {
  const told = {
    ...life,
    changedAt: event.at,
    text: event.text,
    value: event.value ?? life.value,
    unit: event.unit ?? life.unit,
  }
  switch (event.event) {
    case 'raised':
      return {
        ...told,
        level: event.level,
        peak: Math.max(life.peak, event.level),
        state: 'active',
        clearedAt: null,
      }
    case 'lowered':
      return { ...told, level: event.level }
    case 'cleared':
      return { ...told, level: event.level, state: 'cleared', clearedAt: event.at, silenced: false }
    case 'silenced':
      return { ...told, silenced: true }
    case 'resounded':
      return { ...told, silenced: false }
    case 'note':
      return life
  }
}
