import type { Body } from '../../core/documents/edit.ts'
import { jsonEqual } from '../../core/documents/json-values.ts'

/**
 * What nobody may do on a phone that lies about open: it asks for the PIN again, unless that was given a moment ago. Water
 * and its stop are never among it: whoever stands before a burst pipe has no PIN at hand.
 */

/** So long a PIN that was given counts. */
export const PIN_FRESH_MS = 5 * 60_000

export interface SensitiveAct {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  /** As the route is declared, under /api. */
  readonly url: string
  /** Of a greenhouse's document: only where more than these parts of it is another. Left out, always. */
  readonly unlessOnly?: readonly string[]
}

export const SENSITIVE_ACTS: readonly SensitiveAct[] = [
  { method: 'POST', url: '/accounts' },
  { method: 'PUT', url: '/accounts/:id' },
  { method: 'DELETE', url: '/accounts/:id' },
  { method: 'DELETE', url: '/accounts/:id/sessions' },
  { method: 'POST', url: '/outputs/:device/:output/reset' },
  { method: 'POST', url: '/conflicts/:id/restore' },
  // The crop's day is everyday's work; zones, their limits, water and stock are not.
  { method: 'PUT', url: '/greenhouses/:id/document', unlessOnly: ['programs', 'recipes', 'climate'] },
]

export function sensitiveAct(method: string, url: string | undefined): SensitiveAct | undefined {
  return SENSITIVE_ACTS.find((act) => act.method === method && `/api${act.url}` === url)
}

/** Whether more differs between two documents than their parts of these names. */
export function differsBeyond(parts: readonly string[], one: Body, other: Body): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  for (const part of parts) names.delete(part)
  return [...names].some((name) => !jsonEqual(one[name], other[name]))
}
