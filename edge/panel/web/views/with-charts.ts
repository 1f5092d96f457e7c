/** Pages that draw charts: one piece, with what draws them. */
export { createHistory } from './history.ts'
export { createZonePage } from './zone.ts'
