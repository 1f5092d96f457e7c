import type { ServerResponse } from 'node:http'
import type { Cancel, Clock } from '../../core/clock.ts'
import { createEventClients, eventText } from '../../core/http/event-clients.ts'
import type { Log } from '../../core/log.ts'
import type { PanelState } from './api-types.ts'

/** Tells those who look how all is: whole, at once, then when it changes. Nothing is worked out while nobody looks. */
export interface LiveState {
  /** `token` is the session's: the stream ends with it. */
  add(response: ServerResponse, token: string, head: Readonly<Record<string, string>>): void
  close(): void
}

export const CLIENTS_MAX = 32
/** Of one session: the tabs of one phone. */
const STREAMS_EACH_MAX = 4
const TELL_MS = 1_000
/** What only runs on, the page counts by itself between two tellings. */
const RUNS_ON = new Set(['at', 'left_s', 'litres', 'flow_Lmin', 'minutes', 'today_L', 'week_L', 'season_L'])
const RUNS_ON_TOLD_MS = 5_000

export function createLiveState(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly clock: Clock
  readonly log: Log
  state(): PanelState
  stands(token: string): boolean
}): LiveState {
  const { wall, log } = parts
  let told = ''
  let toldWhole = ''
  let toldAt = Number.NEGATIVE_INFINITY
  let next: Cancel | undefined
  const clients = createEventClients<string>({
    wall,
    clientsMax: CLIENTS_MAX,
    eachMax: STREAMS_EACH_MAX,
    heartbeat: () => eventText('ping', { at: parts.clock.now() }),
  })
  /** What people look at must not end what waters their crop, whatever is wrong with it. */
  const present = (): PanelState | undefined => {
    try {
      return parts.state()
    } catch (cause) {
      log.error('the state cannot be shown', { reason: cause instanceof Error ? cause.message : 'unknown' })
      return undefined
    }
  }
  const tell = () => {
    next = undefined
    clients.drop((token) => !parts.stands(token))
    if (clients.count() === 0) return
    next = wall.after(TELL_MS, tell)
    const state = present()
    if (state === undefined) return
    const standing = JSON.stringify(state, (key, value: unknown) => (RUNS_ON.has(key) ? undefined : value))
    const whole = JSON.stringify({ ...state, at: 0 })
    const late = wall.monotonic() - toldAt >= RUNS_ON_TOLD_MS
    if (standing === told && (!late || whole === toldWhole)) return
    told = standing
    toldWhole = whole
    toldAt = wall.monotonic()
    clients.write(eventText('state', state))
  }
  return {
    add(response, token, head) {
      const state = present()
      clients.add(response, token, head, state === undefined ? '' : eventText('state', state))
      next ??= wall.after(TELL_MS, tell)
    },
    close() {
      next?.()
      clients.close()
    },
  }
}
