import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { Controller } from '../controller.ts'
import type { FloodInput } from './inputs.ts'
import { createFloodState, type FloodState, restoreFloodState } from './state.ts'
import { step } from './step.ts'

export const floodController: Controller<FloodStation, FloodInput, FloodState> = {
  kind: 'flood-station',
  create: createFloodState,
  restore: restoreFloodState,
  documentOf: ({ station }) => station,
  step,
}
