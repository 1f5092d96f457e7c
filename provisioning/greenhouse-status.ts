import type { GreenhouseView, ProblemView, ZoneView } from '../core/greenhouse-view.ts'
import type { Text } from '../core/text.ts'
import { duration, timeLeft } from './duration.ts'

/** One line of a status: what it is about, and what is said of it. */
export type StatusLine = (name: string, text: string) => string

const VALVES: Readonly<Record<ZoneView['valve'], string>> = {
  shut: 'đóng/shut',
  opening: 'đang mở/opening',
  open: 'mở/open',
  closing: 'đang đóng/closing',
  unknown: 'không rõ/unknown',
}
const PUMPS: Readonly<Record<NonNullable<GreenhouseView['pump']>, string>> = {
  off: 'bơm tắt/pump off',
  on: 'bơm chạy/pump on',
  held: 'BƠM BỊ KHÓA/PUMP HELD',
}

/** How greenhouses are, as a technician reads it: what runs, what stands in the way, what comes next. */
export function greenhouseLines(houses: readonly GreenhouseView[], line: StatusLine): string[] {
  return houses.flatMap((house) => [
    line(`nhà kính/greenhouse ${house.id}`, headOf(house)),
    ...house.zones.map((zone) => line(`  khu/zone ${zone.id}`, zoneText(zone, house.at))),
    ...house.problems.map((problem) => line('  ! ', problemText(problem))),
  ])
}

function headOf({ paused, pump, tank, flow_Lmin, climate, et0_mm }: GreenhouseView): string {
  return joined([
    paused === null ? '' : `ĐÃ DỪNG TẤT CẢ/ALL WATER STOPPED (${paused.who})`,
    pump === null ? '' : PUMPS[pump],
    number(flow_Lmin, 1, ' L/min'),
    tank === null ? '' : `bồn/tank ${number(tank.percent, 0, ' %') || '?'}${tank.low ? ' CẠN/LOW' : ''}`,
    number(climate.temperature_C, 1, ' °C'),
    number(climate.vpd_kPa, 2, ' kPa'),
    et0_mm === null ? '' : `ET0 ${number(et0_mm, 1, ' mm')}`,
  ])
}

function zoneText(
  { valve, moisture, lost, running, waiting, next, today_L, daily_L, problems }: ZoneView,
  at: number,
): string {
  const runs =
    running === null
      ? ''
      : `TƯỚI/WATERING còn/left ${duration(running.left_s)} (${inBoth(running.why)}, ${running.litres.toFixed(0)} L)`
  return joined([
    `van/valve ${VALVES[valve]}`,
    lost ? 'ĐẦU ĐO MẤT/PROBE LOST' : number(moisture, 1, ' %'),
    runs,
    waiting === null ? '' : waitingText(waiting, at),
    next === null || next.at === null
      ? ''
      : `kế tiếp/next ${next.program} ${duration((next.at - at) / 1000)}`,
    `hôm nay/today ${today_L.toFixed(0)}/${daily_L.toFixed(0)} L`,
    ...problems.map(({ text }) => `! ${inBoth(text)}`),
  ])
}

function waitingText({ why, until }: NonNullable<ZoneView['waiting']>, at: number): string {
  const left = until === null ? '' : `, ${timeLeft(until, at)}`
  return `chờ/waits: ${inBoth(why)}${left}`
}

function problemText({ text, next, latched, output }: ProblemView): string {
  const free = latched && output !== null ? `tram reset ${output.device} ${output.output}` : ''
  return joined([inBoth(text), inBoth(next), free])
}

function inBoth({ vi, en }: Text): string {
  return vi === en ? vi : `${vi}/${en}`
}

function number(value: number | null, decimals: number, unit: string): string {
  return value === null ? '' : `${value.toFixed(decimals)}${unit}`
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}
