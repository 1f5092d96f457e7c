import type { PanelState } from './api-types.ts'

/** The node as the panel sees it. */
export interface PanelSite {
  state(): PanelState
}
