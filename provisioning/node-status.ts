import { NODE_POINTS, SUPPLY_PREFIX } from '../core/documents/node-points.ts'
import { explain } from '../core/errors.ts'
import { unitSymbol } from '../core/units.ts'
import type { NodeStatus } from '../edge/node-control.ts'
import { commandList } from './command-list.ts'
import { ago, duration, timeLeft } from './duration.ts'
import { greenhouseLines } from './greenhouse-status.ts'
import { laneTable } from './lane-table.ts'

/** A node's state as a technician reads it in a terminal: Vietnamese first, one thing a line. */
export function nodeStatusText(status: NodeStatus): string {
  return [
    ...head(status),
    ...stations(status),
    ...streets(status),
    ...greenhouseLines(status.greenhouses, line),
    ...sending(status),
    ...interlocks(status),
    ...devices(status),
    ...holds(status),
    ...commandList(status.commands),
    ...refusals(status),
  ].join('\n')
}

const NAME_WIDTH = 25
/** With the name beside it, a terminal of 90. */
const TEXT_WIDTH = 62
const BETWEEN = ' · '

/** A name and what is said of it, continued below where it is long; below a name that has no room beside it. */
function line(name: string, text: string): string {
  const rows: string[] = []
  for (const part of text.split(BETWEEN)) {
    const row = rows.at(-1)
    const longer = row === undefined ? part : row + BETWEEN + part
    if (row !== undefined && longer.length <= TEXT_WIDTH) rows[rows.length - 1] = longer
    else rows.push(part)
  }
  const below = `\n${' '.repeat(NAME_WIDTH + 2)}`
  const head = name.length < NAME_WIDTH ? name.padEnd(NAME_WIDTH) : name + below
  return `  ${head}${rows.join(below)}`
}

function head(status: NodeStatus): string[] {
  const { edge, site, software, at, hub, uptime_s, memory_MB, health } = status
  const starts = told(health, 'boots', (boots) => ` · lần khởi động/starts ${boots}`)
  const today = told(health, 'boots_day', (boots) => ` (24 h: ${boots})`)
  const connected = hub.state === 'online' ? 'đã nối/online' : 'mất nối/offline'
  return [
    `${edge} (${site}) · ${software} · ${new Date(at).toISOString()}`,
    '',
    line('đồng hồ/clock', clock(status)),
    line('trung tâm/hub', `${connected} · ${hub.url}`),
    line('chạy/running for', `${duration(uptime_s)}${starts}${today}`),
    line('nguồn/supply', supply(health) || 'bo mạch không cho biết/not told by the board'),
    line('máy/machine', [`RAM ${memory_MB} MB`, ...machine(health)].join(' · ')),
    ...drivers(health),
    ...documents(status),
    ...radio(status),
  ]
}

const QUALITIES: Readonly<Record<NodeStatus['clock'], string>> = {
  synced: 'chuẩn/synced',
  holdover: 'tự chạy/holdover',
  unknown: 'CHƯA BIẾT GIỜ/TIME NOT KNOWN',
}

const SOURCES: Readonly<Record<NonNullable<NodeStatus['known']>['source'], string>> = {
  ntp: 'NTP',
  hub: 'trung tâm/hub',
  lorawan: 'mạng LoRaWAN/LoRaWAN network',
  gnss: 'GNSS',
}

function clock({ clock: quality, known, bounds: { earliest, latest }, at }: NodeStatus): string {
  const least = `chắc chắn đã qua/certainly past ${new Date(earliest ?? at).toISOString()}`
  if (known === undefined) return `${QUALITIES[quality]} · ${least}`
  const heard = `${QUALITIES[quality]} · biết giờ từ/told by ${SOURCES[known.source]}, ${ago(at - known.at)}`
  if (latest === null) return `${heard} · ${least}`
  const off_s = (latest - (earliest ?? latest)) / 2000
  return `${heard} · lệch không quá/within ± ${off_s < 120 ? `${off_s.toFixed(1)} s` : duration(off_s)}`
}

/** Each supply once: `axp20x-ac: mất điện/off · BAT0: 87 % 3.95 V đang xả/discharging`. */
function supply(health: NodeStatus['health']): string {
  const supplies = new Map<string, Record<string, number>>()
  for (const [channel, value] of Object.entries(health)) {
    if (!channel.startsWith(SUPPLY_PREFIX)) continue
    const [name = '', kind = ''] = channel.slice(SUPPLY_PREFIX.length).split('/')
    supplies.set(name, { ...supplies.get(name), [kind]: value })
  }
  return [...supplies]
    .map(([name, { online, capacity, voltage, charging }]) => {
      const parts = [
        online === undefined ? '' : online > 0 ? 'có điện/on' : 'MẤT ĐIỆN/OFF',
        capacity === undefined ? '' : `${capacity} %`,
        voltage === undefined ? '' : `${voltage.toFixed(2)} V`,
        charging === undefined || charging === 0
          ? ''
          : charging > 0
            ? 'đang nạp/charging'
            : 'đang xả/discharging',
      ]
      return `${name}: ${parts.filter((part) => part !== '').join(' ')}`
    })
    .join(' · ')
}

function machine(health: NodeStatus['health']): string[] {
  return (
    [
      ['disk_free', 'đĩa còn/disk free'],
      ['cpu_temperature', 'CPU'],
      ['cpu_load', 'tải/load'],
      ['loop_lag', 'trễ/lag p99'],
    ] as const
  ).flatMap(([point, name]) => {
    const value = health[point]
    if (value === undefined) return []
    if (point === 'disk_free') return [`${name} ${(value / 1000).toFixed(1)} GB`]
    return [`${name} ${Math.round(value)} ${unitSymbol(NODE_POINTS[point].unit)}`]
  })
}

function drivers({ drivers, drivers_down }: NodeStatus['health']): string[] {
  if (drivers === undefined || drivers_down === undefined || drivers_down === 0) return []
  return [line('kết nối thiết bị/drivers', `! ${drivers_down}/${drivers} không làm việc/not working`)]
}

function documents({ documents: replicated }: NodeStatus): string[] {
  if (replicated === undefined) return []
  const { since_s, problem } = replicated
  const alike =
    since_s === null
      ? 'chưa giống trung tâm lần nào/never alike with the hub yet'
      : `giống trung tâm/alike with the hub ${ago(since_s * 1000)}`
  const why = problem === undefined ? '' : ` · ! ${explain(problem, 'vi')}`
  return [line('tài liệu/documents', alike + why)]
}

const RADIO_STATES: Readonly<Record<NonNullable<NodeStatus['relay']>['state'], string>> = {
  resting: 'nghỉ, mạng còn/resting, the network is there',
  waiting: 'chờ mạng trở lại/waiting for the network',
  speaking: 'đang báo qua vô tuyến/telling by radio',
}

const MODEM_STATES: Readonly<Record<NonNullable<NodeStatus['relay']>['modem'], string>> = {
  unplugged: 'MODEM CHƯA NỐI/UNPLUGGED',
  joining: 'modem đang vào mạng/joining',
  joined: 'modem đã vào mạng/joined',
}

function radio({ relay, at }: NodeStatus): string[] {
  if (relay === undefined) return []
  const parts = [
    MODEM_STATES[relay.modem],
    relay.signal === undefined ? '' : `${relay.signal.rssi_dBm} dBm`,
    RADIO_STATES[relay.state],
    relay.answeredAt === undefined ? '' : `trung tâm đáp/hub answered ${ago(at - relay.answeredAt)}`,
    relay.untold === 0 ? '' : `${relay.untold} cảnh báo chờ/alarms waiting`,
  ]
  return [line('vô tuyến/radio', parts.filter((part) => part !== '').join(' · '))]
}

function stations({ stations: list }: NodeStatus): string[] {
  return list.map(({ id, level, silenced, unproven }) => {
    const quiet = silenced ? ' · còi đang tắt tiếng/silenced' : ''
    const doubt = unproven.length > 0 ? ` · chưa kiểm chứng/unproven: ${unproven.join(', ')}` : ''
    return line(`trạm/station ${id}`, `${level === 0 ? 'dưới/below BĐ1' : `BĐ${level}`}${quiet}${doubt}`)
  })
}

function streets({ streets: list, at }: NodeStatus): string[] {
  return list.flatMap(({ id, lamps, lit, faulty, silent, level, power, night, holds: held }) => {
    const shown = [
      lit === undefined ? `${lamps} đèn/lamps` : `sáng/lit ${lit}/${lamps}`,
      level === undefined ? '' : `${Math.round(level)} %`,
      power === undefined ? '' : `${(power / 1000).toFixed(1)} kW`,
      faulty === undefined || faulty === 0 ? '' : `HỎNG/FAULTY ${faulty}`,
      silent === undefined || silent === 0 ? '' : `mất tin/silent ${silent}`,
      `đêm/night ${night.date}: ${night.profile.vi}/${night.profile.en}`,
      night.next === null
        ? ''
        : `kế tiếp/next ${night.next.level} % sau/in ${duration((night.next.at - at) / 1000)}`,
    ]
    return [
      line(`tuyến đèn/street ${id}`, shown.filter((part) => part !== '').join(BETWEEN)),
      ...held.map(({ who, why, lamps: count, level: asked, left_s }) => {
        const left = left_s === undefined ? 'đến khi thả/until released' : `còn/for ${duration(left_s)}`
        return line('  lệnh/order', [`${asked} % × ${count}`, left, who, why].filter(Boolean).join(BETWEEN))
      }),
    ]
  })
}

function sending({ ledger, at }: NodeStatus): string[] {
  const { lanes, former, fault, queued, bytes, oldestAt, hoursLeft, hoursUntilDropped, rowsPerSecond } =
    ledger
  const hours = (left: number | undefined) => (left === undefined ? '—' : duration(left * 3600))
  const megabytes = (count: number) => (count / 1_000_000).toFixed(1)
  return [
    '',
    'Sổ cái / Ledger',
    ...laneTable(lanes, at),
    line('chờ ghi đĩa/queued', `${queued.alarms + queued.readings}`),
    line('chưa gửi/oldest unsent', oldestAt === undefined ? '—' : ago(at - oldestAt)),
    line('còn giữ đủ/hours left', hours(hoursLeft)),
    line('rồi thưa/thinned until', hours(hoursUntilDropped)),
    line(
      'đĩa/disk',
      `${megabytes(bytes.used)} / ${megabytes(bytes.limit)} MB · ${rowsPerSecond.toFixed(1)} dòng/rows/s`,
    ),
    ...(former.rows === 0 ? [] : [line('từ kho hỏng/damaged store', `${former.rows}`)]),
    ...(fault === undefined ? [] : [`  ! ${explain(fault, 'vi')}`]),
  ]
}

function devices({ lastHeard, outputs, at }: NodeStatus): string[] {
  const heard = worstFirst(Object.entries(lastHeard), ([, then]) => at - then)
  const driven = worstFirst(outputs, ({ told: order, decision, confirmed }) =>
    Number(order !== decision.value || confirmed?.value !== order),
  )
  return [
    '',
    'Thiết bị / Devices',
    ...heard.shown.map(([device, then]) => line(device, `nghe/heard ${ago(at - then)}`)),
    ...heard.rest,
    ...driven.shown.map(({ device, output, told: order, confirmed, decision }) => {
      const known =
        confirmed === null ? 'chưa xác nhận/unconfirmed' : `${confirmed.value} (${ago(at - confirmed.at)})`
      return line(
        `${device}/${output}`,
        `lệnh/told ${order ?? '—'} · thực/known ${known} · ${decision.owner}: ${decision.reason.vi}`,
      )
    }),
    ...driven.rest,
  ]
}

/** What a person reads down; a street has hundreds of each, and its own line sums them up. */
const LISTED_MAX = 40
/** Of more than that, so many: the head of it all should still be on the screen. */
const WORST_MAX = 10

/** All in their order, or of too many those that a person would look for. */
function worstFirst<T>(list: readonly T[], badness: (item: T) => number) {
  if (list.length <= LISTED_MAX) return { shown: list, rest: [] }
  const more = list.length - WORST_MAX
  const shown = list.toSorted((one, other) => badness(other) - badness(one)).slice(0, WORST_MAX)
  return { shown, rest: [`  … còn ${more}, xem --json / ${more} more, see --json`] }
}

type HeldView = NonNullable<NodeStatus['outputs'][number]['held']>

const HELD_STATES: Readonly<Record<HeldView['event'], string>> = {
  held: 'chưa cho chạy/held back',
  stopped: 'ĐÃ DỪNG/STOPPED',
  latched: 'ĐÃ KHÓA/LATCHED',
}

/** What interlocks keep at rest, why, and what a person can do about it. */
function interlocks({ outputs, at }: NodeStatus): string[] {
  const list = outputs.flatMap(({ device, output, held }) =>
    held === null ? [] : [{ device, output, ...held }],
  )
  if (list.length === 0) return []
  return [
    '',
    'Khóa an toàn / Interlocks',
    ...list.map(({ device, output, ...held }) => {
      const { name, event, text, since } = held
      const next =
        event === 'latched'
          ? [`kiểm tra tại chỗ rồi/look on site, then: tram reset ${device} ${output}`]
          : goesOn(held, at)
      const parts = [HELD_STATES[event], ago(at - since), `${name}: ${text.vi}`, text.en, ...next]
      return line(`${device}/${output}`, parts.join(BETWEEN))
    }),
  ]
}

/** When what is held back may run again: of a rest it is known, of a lack it is not. */
function goesOn({ until }: Pick<HeldView, 'until'>, at: number): readonly string[] {
  if (until === null) return ['tự chạy lại khi hết nguyên nhân/goes on by itself once this is over']
  return [`nghỉ đến/rests until ${new Date(until).toISOString()}`, timeLeft(until, at)]
}

function holds({ holds: list, at }: NodeStatus): string[] {
  if (list.length === 0) return []
  return [
    '',
    'Đang giữ bằng tay / Held by hand',
    ...list.map(({ device, output, value, who, why, until, side }) =>
      line(
        `${device}/${output}`,
        [
          `${value}`,
          timeLeft(until, at),
          side === 'hub' ? `${who} (trung tâm/hub)` : who,
          ...(why === '' ? [] : [why]),
        ].join(BETWEEN),
      ),
    ),
  ]
}

function refusals({ refusals: list }: NodeStatus): string[] {
  if (list.length === 0) return ['', 'Không từ chối gì / Nothing refused']
  return [
    '',
    'Đã từ chối / Refused',
    ...list.map(
      ({ count, problem, source }) =>
        `  ${count}× ${source === '' ? '' : `${source} `}${explain(problem, 'vi')}`,
    ),
  ]
}

function told(
  health: NodeStatus['health'],
  point: keyof typeof NODE_POINTS,
  text: (value: number) => string,
): string {
  const value = health[point]
  return value === undefined ? '' : text(value)
}
