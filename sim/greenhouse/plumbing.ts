/**
 * Water from a tank through one pump into the lines of several zones. Flows in L/min, pressures in kPa. The pump's curve
 * is a parabola, p = P0·(1 − (q/Q0)²); a zone's drippers together follow q = k·√p; the main line loses R·q². The manifold's
 * pressure at which what the pump gives is what the zones take is found by halving.
 */

export interface Branch {
  /** What it takes at `RATED_kPa`, as things are now. */
  readonly takes_Lmin: number
  /** 0 shut to 1 open. */
  readonly open: number
}

export interface Pump {
  /** 0 to 1 of its full speed. */
  readonly speed: number
  /** Whether it has water to pump. */
  readonly primed: boolean
  /** Share of its head that is left to it by wear. */
  readonly health: number
}

export interface Flows {
  readonly total_Lmin: number
  /** In the main line, behind the pump. */
  readonly pressure_kPa: number
  readonly branches_Lmin: readonly number[]
}

/** What drippers are rated at. */
export const RATED_kPa = 150
const SHUT_OFF_kPa = 320
const MOST_Lmin = 70
/** The tank stands a little higher than the beds: through a pump at rest water still runs, slowly. */
const HEAD_kPa = 9
const MAIN_LOSS = 0.02
const HALVINGS = 40

export function flowsOf(pump: Pump, branches: readonly Branch[]): Flows {
  const head_kPa = pump.primed ? headOf(pump) : 0
  const conductances = branches.map(({ takes_Lmin, open }) => (open * takes_Lmin) / Math.sqrt(RATED_kPa))
  const sum = conductances.reduce((total, one) => total + one, 0)
  if (head_kPa <= 0 || sum <= 0)
    return { total_Lmin: 0, pressure_kPa: head_kPa, branches_Lmin: branches.map(() => 0) }
  const taken = (manifold: number) => sum * Math.sqrt(manifold)
  const given = (flow: number) => deliveredAt(pump, flow) - MAIN_LOSS * flow ** 2
  let [low, high] = [0, head_kPa]
  for (let turn = 0; turn < HALVINGS; turn++) {
    const middle = (low + high) / 2
    if (given(taken(middle)) > middle) low = middle
    else high = middle
  }
  const total_Lmin = taken(low)
  return {
    total_Lmin,
    pressure_kPa: Math.max(0, deliveredAt(pump, total_Lmin)),
    branches_Lmin: conductances.map((one) => one * Math.sqrt(low)),
  }
}

function headOf({ speed, health }: Pump): number {
  return Math.max(HEAD_kPa, SHUT_OFF_kPa * health * speed ** 2)
}

/** At rest the pump is a pipe. */
function deliveredAt(pump: Pump, flow: number): number {
  const { speed, health } = pump
  const running = SHUT_OFF_kPa * health * speed ** 2 * (1 - (flow / (MOST_Lmin * Math.max(speed, 0.01))) ** 2)
  return Math.max(HEAD_kPa * (1 - (flow / MOST_Lmin) ** 2), running)
}
