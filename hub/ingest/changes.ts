import type { AlarmEvent } from '../../core/wire/messages.ts'

/** What a commit changed, for whoever shows it. */
export interface Changes {
  readonly edges: ReadonlySet<string>
  readonly alarms: readonly { readonly edge: string; readonly alarm: AlarmEvent }[]
  readonly alerts: ReadonlySet<number>
}
