import type { Result } from '../../core/result.ts'
import type {
  DocumentAnswer,
  DocumentCheck,
  HistoryAnswer,
  HoldOrder,
  PanelConflict,
  PanelState,
  RunView,
  UseAnswer,
  UseBy,
  WaterOrder,
} from './api-types.ts'

/** The node as the panel sees it: what people at the site may see and ask, each with their name. */
export interface PanelSite {
  /** How all is, the journals at their newest. */
  state(): PanelState
  /** All runs that a greenhouse remembers, newest first. Fault: STATION_UNKNOWN. */
  journal(house: string): Result<readonly RunView[]>
  /** Faults: STATION_UNKNOWN, GREENHOUSE_… for what would not be taken now. */
  water(house: string, order: WaterOrder, who: string): Result<void>
  stop(house: string, zone: string | undefined, who: string): Result<void>
  goOn(house: string, who: string): Result<void>
  skip(house: string, program: string, who: string): Result<void>
  /** Outputs that a greenhouse drives. Faults: OUTPUT_UNKNOWN, OUTPUT_CLAIM_INVALID, those of documents. */
  hold(device: string, output: string, order: HoldOrder, who: string): Promise<Result<void>>
  release(device: string, output: string, who: string): Promise<Result<void>>
  /** Frees a latched interlock. */
  reset(device: string, output: string, who: string): Result<void>
  document(house: string): Promise<Result<DocumentAnswer>>
  /** Faults: STATION_UNKNOWN, DOCUMENT_CHANGED, what the checks say. The new revision. */
  putDocument(house: string, rev: string, body: unknown, who: string): Promise<Result<string>>
  /** What would be refused of it, what would surprise, and what it would water; nothing is saved. */
  check(house: string, body: unknown): Result<DocumentCheck>
  /** Fault: HISTORY_UNKNOWN. */
  history(query: HistoryQuery): Result<HistoryAnswer>
  /** Fault: STATION_UNKNOWN. */
  use(house: string, query: UseQuery): Result<UseAnswer>
  conflicts(): Promise<readonly PanelConflict[]>
  /** Faults: CONFLICT_UNKNOWN, and what the checks say. */
  restore(conflict: string, who: string): Promise<Result<void>>
  dismiss(conflict: string, who: string): Promise<Result<void>>
}

export interface HistoryQuery {
  readonly device: string
  readonly channel: string
  readonly from: number
  readonly to: number
  readonly points: number
}

export interface UseQuery {
  readonly by: UseBy
  readonly from: number
  readonly to: number
}
