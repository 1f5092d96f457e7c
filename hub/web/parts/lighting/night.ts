import type { NightView } from '../../../api/lighting-schema.ts'

/** What is drawn of a night: steps in order, each in force until the next. */
export interface Night extends Pick<NightView, 'from' | 'to' | 'sunset' | 'sunrise'> {
  readonly steps: readonly { readonly at: number; readonly level: number }[]
}
