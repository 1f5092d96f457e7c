import { explain } from '../core/errors.ts'
import type { NodeStatus } from '../edge/node-control.ts'

/** A node's state as a technician reads it in a terminal. */
export function nodeStatusText(status: NodeStatus): string {
  return [...head(status), ...ledger(status), ...devices(status), ...refusals(status)].join('\n')
}

function head({ edge, site, software, at, clock, uptime_s, memory_MB, hub, stations }: NodeStatus): string[] {
  return [
    `${edge} (${site}) · ${software} · ${new Date(at).toISOString()} · đồng hồ/clock ${clock}`,
    `chạy/up ${Math.round(uptime_s / 60)} min · ${memory_MB} MB · trung tâm/hub ${hub.url}: ${hub.state}`,
    ...stations.map(({ id, level, silenced, unproven }) => {
      const quiet = silenced ? ' · còi đang tắt tiếng/silenced' : ''
      const doubt = unproven.length > 0 ? ` · chưa kiểm chứng/unproven: ${unproven.join(', ')}` : ''
      return `trạm/station ${id}: ${level === 0 ? 'dưới/below BĐ1' : `BĐ${level}`}${quiet}${doubt}`
    }),
  ]
}

function ledger({
  ledger: { lanes, former, fault, queued, bytes, hoursLeft, rowsPerSecond },
}: NodeStatus): string[] {
  const megabytes = (count: number) => (count / 1024 ** 2).toFixed(1)
  return [
    '',
    'sổ cái / ledger          sinh ra/produced  đang giữ/stored  đã nhận/acknowledged  mất/lost',
    ...lanes.map(({ lane, produced, stored, acknowledged, lost }) => {
      const reasons = Object.entries(lost).map(([reason, count]) => `${reason} ${count}`)
      const cells = [produced, stored, acknowledged].map((count, index) =>
        String(count).padStart([18, 17, 22][index] ?? 0),
      )
      return `  ${lane.padEnd(21)}${cells.join('')}  ${reasons.join(', ') || '0'}`
    }),
    `  chờ ghi/queued ${queued.alarms + queued.readings} · đĩa/disk ${megabytes(bytes.used)} / ${megabytes(bytes.limit)} MB` +
      ` · ${rowsPerSecond.toFixed(1)} dòng/s · còn/left ${hoursLeft === undefined ? '—' : `${Math.round(hoursLeft)} h`}`,
    ...(former.rows === 0 ? [] : [`  từ kho hỏng trước/from a damaged outbox ${former.rows}`]),
    ...(fault === undefined ? [] : [`  ! ${explain(fault, 'vi')}`]),
  ]
}

function devices({ lastHeard, outputs, at }: NodeStatus): string[] {
  const ago = (then: number) => `${Math.max(0, Math.round((at - then) / 1000))} s trước/ago`
  return [
    '',
    ...Object.entries(lastHeard).map(([device, then]) => `${device}: nghe/heard ${ago(then)}`),
    ...outputs.map(({ device, output, told, confirmed, decision }) => {
      const known =
        confirmed === null ? 'chưa xác nhận/unconfirmed' : `${confirmed.value} (${ago(confirmed.at)})`
      return `${device}/${output}: lệnh/told ${told ?? '—'} · thực/known ${known} · ${decision.owner}: ${decision.reason.vi}`
    }),
  ]
}

function refusals({ refusals: list }: NodeStatus): string[] {
  if (list.length === 0) return ['', 'không từ chối gì / nothing refused']
  return [
    '',
    'từ chối / refused:',
    ...list.map(({ count, problem, source }) => `  ${count}× ${source} ${explain(problem, 'vi')}`),
  ]
}
