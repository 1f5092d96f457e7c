import { explain, isErrorCode } from '../core/errors.ts'
import type { LightTarget } from '../core/wire/commands.ts'
import type { NodeStatus } from '../edge/node-control.ts'

type Asked = NodeStatus['commands'][number]
type Action = Asked['command']['action']

const STATES: Readonly<{ [state in Asked['state'] | 'done' | 'refused' | 'failed' | 'expired']: string }> = {
  waiting: 'đang chờ/waiting',
  accepted: 'đang làm/under way',
  settled: 'xong/settled',
  done: 'đã làm/done',
  refused: 'từ chối/refused',
  failed: 'hỏng/failed',
  expired: 'quá hạn, không làm/expired, not run',
}

/** What the centre asked of this node lately, and what became of it; nothing where it asked nothing. */
export function commandList(commands: NodeStatus['commands']): string[] {
  if (commands.length === 0) return []
  return ['', 'Lệnh từ trung tâm / Commands', ...commands.flatMap(commandLines)]
}

function commandLines({ command, state, outcome }: Asked): string[] {
  const end = outcome?.outcome ?? state
  const at = outcome === undefined ? '' : ` · ${new Date(outcome.at).toISOString()}`
  const line = `  ${actionText(command.action)} · ${command.class} · ${command.who}: ${command.why} · ${STATES[end]}${at}`
  const code = outcome?.code
  if (code === undefined) return [line]
  const why = isErrorCode(code) ? explain({ code, details: outcome?.details ?? {} }, 'vi') : code
  return [line, `    ${why}`]
}

function targetText(target: LightTarget): string {
  if ('all' in target) return 'cả phố/whole street'
  if ('group' in target) return target.group
  if ('feeder' in target) return target.feeder
  return target.lamps.length > 3 ? `${target.lamps.length} đèn/lamps` : target.lamps.join(', ')
}

function actionText(action: Action): string {
  switch (action.type) {
    case 'drive':
      return `${action.device}/${action.output} = ${action.value}, ${action.for_s} s`
    case 'hold':
      return `${action.device}/${action.output} = ${action.value ?? '—'}`
    case 'silence':
      return `tắt tiếng/silence ${action.station}, ${action.for_min} min`
    case 'unsilence':
      return `kêu lại/unsilence ${action.station}`
    case 'self-test':
      return `tự kiểm tra/self-test ${action.station}`
    case 'light':
      return `đèn/light ${action.station} ${targetText(action.target)} = ${action.level} %${action.for_s === undefined ? '' : `, ${action.for_s} s`}`
    case 'water':
      return `tưới/water ${action.station} ${action.zone}, ${'minutes' in action.amount ? `${action.amount.minutes} min` : `${action.amount.litres} L`}`
    case 'water-stop':
      return `dừng nước/stop water ${action.station} ${action.zone ?? ''}`
    case 'water-resume':
      return `tưới lại/resume ${action.station}`
    case 'interlock-reset':
      return `mở khóa/reset ${action.device}/${action.output}`
    case 'light-release':
      return `thả đèn/release ${action.station} ${action.target === undefined ? (action.command ?? '') : targetText(action.target)}`
  }
}
