import type { Shelf } from '../../../../page/preferences.ts'
import type { PanelState } from '../../api-types.ts'
import type { Person } from '../scene.ts'

/** Another shape of the state takes another name. */
const KEY = 'tram.panel.last.1'

/** What the node said last, for a page that opens while it is out of reach: always shown with its age, never as the present. */
export interface KeptState {
  readonly state: PanelState
  readonly person: Person
  /** By this phone's clock, which may be wrong, but ages things by its difference. */
  readonly keptAt: number
}

export function keepState(shelf: Shelf, kept: KeptState | undefined): void {
  try {
    shelf.setItem(KEY, kept === undefined ? '' : JSON.stringify(kept))
  } catch {
    // A full or forbidden shelf: the page then opens empty while the node is out of reach.
  }
}

export function readKept(shelf: Shelf): KeptState | undefined {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '')
    return isKept(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

function isKept(kept: unknown): kept is KeptState {
  if (typeof kept !== 'object' || kept === null || !('state' in kept) || !('keptAt' in kept)) return false
  if (!('person' in kept) || typeof kept.person !== 'object' || kept.person === null) return false
  const { state, keptAt } = kept
  if (typeof keptAt !== 'number' || typeof state !== 'object' || state === null) return false
  return 'at' in state && 'greenhouses' in state && Array.isArray(state.greenhouses) && 'node' in state
}
