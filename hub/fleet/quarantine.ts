import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Text } from '../../core/text.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Edges, QuarantineReason } from './edges.ts'

/**
 * Two nodes under one identity, as a copied disk makes them. The rows of both are kept, each under its own epoch;
 * but nobody knows which of them a command would reach, so nothing is asked of either before a person has looked.
 */
export interface Quarantine {
  /** In a transaction. The id of the alert, where there is a new one. */
  suspect(edge: string, reason: QuarantineReason, now: number): number | undefined
  /** The ids of the alerts that it closes; undefined where the edge is in no quarantine. */
  clear(edge: string, who: string, now: number): readonly number[] | undefined
}

export const IDENTITY_RULE = 'identity'
const LEVEL = 2

export function createQuarantine(parts: {
  readonly sql: SqlStore
  readonly edges: Edges
  readonly alerts: Alerts
}): Quarantine {
  const { sql, edges, alerts } = parts
  const audit = sql.prepare('INSERT INTO audit (at, who, action, target) VALUES (?, ?, ?, ?)')
  return {
    suspect(edge, reason, now) {
      const known = edges.quarantined(edge)
      edges.setQuarantine(edge, reason, now)
      if (known) return undefined
      const text = QUARANTINE_TEXTS[reason]
      return alerts.raiseOwn({ edge, rule: IDENTITY_RULE, level: LEVEL, text }, now)
    },
    clear(edge, who, now) {
      if (!edges.quarantined(edge)) return undefined
      try {
        return sql.transaction(() => {
          edges.liftQuarantine(edge)
          audit.run(now, who, 'edge.quarantine.clear', edge)
          return alerts.clearOwn(edge, IDENTITY_RULE, CLEARED, now)
        })
      } catch (cause) {
        edges.forget()
        throw cause
      }
    },
  }
}

const WITHHELD: Text = {
  vi: 'Lệnh và tài liệu cho nút này được giữ lại. Tìm thẻ nhớ bị sao chép, rồi xác nhận.',
  en: 'Commands and documents for this node are withheld. Find the copied disk, then clear this.',
}

/** What a person is told, by what showed it. */
export const QUARANTINE_TEXTS: Readonly<Record<QuarantineReason, Text>> = {
  rows: {
    vi: `Hai nút dùng chung một danh tính: cùng một số thứ tự mang hai dòng khác nhau. ${WITHHELD.vi}`,
    en: `Two nodes use one identity: two different rows came under one number. ${WITHHELD.en}`,
  },
  dictionary: {
    vi: `Hai nút dùng chung một danh tính: danh mục điểm đo trái với danh mục đã khai. ${WITHHELD.vi}`,
    en: `Two nodes use one identity: a dictionary of points contradicts the one told before. ${WITHHELD.en}`,
  },
  boot: {
    vi: `Hai nút dùng chung một danh tính: hai lần khởi động nói xen kẽ nhau. ${WITHHELD.vi}`,
    en: `Two nodes use one identity: two boots speak in turns. ${WITHHELD.en}`,
  },
  epoch: {
    vi: `Hai nút dùng chung một danh tính: hai kho dữ liệu nói xen kẽ nhau. ${WITHHELD.vi}`,
    en: `Two nodes use one identity: two databases speak in turns. ${WITHHELD.en}`,
  },
}

const CLEARED: Text = {
  vi: 'Đã xem xét: danh tính của nút được tin lại.',
  en: "Looked into: the node's identity is trusted again.",
}
