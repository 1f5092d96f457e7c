/**
 * Water from a tank through one pump into the lines of several zones. Flows in L/min, pressures in kPa. The pump's curve
 * is a parabola, p = P0·(1 − (q/Q0)²); drippers give what they are rated at from `RATED_kPa` on and as √p below it, a hole
 * in a line gives as √p always; the main line loses R·q². The manifold's pressure at which what the pump gives is what
 * the zones take is found by halving.
 */

export interface Branch {
  /** What its drippers are rated at, as they are now. */
  readonly drips_Lmin: number
  /** What a hole in its line takes at `RATED_kPa`; 0 for none. */
  readonly hole_Lmin: number
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

/** Pressure-compensating drippers work from here on. */
const RATED_kPa = 100
const SHUT_OFF_kPa = 320
const MOST_Lmin = 70
/** Below this they hold the water in the line. */
const HOLDS_kPa = 14
/** The tank stands a little higher than the beds: through a pump at rest water still finds a hole, slowly. */
const HEAD_kPa = 9
const MAIN_LOSS = 0.02
const HALVINGS = 40

export function flowsOf(pump: Pump, branches: readonly Branch[]): Flows {
  const head_kPa = pump.primed ? headOf(pump) : 0
  const isShut = branches.every(({ open }) => open <= 0)
  if (head_kPa <= 0 || isShut)
    return { total_Lmin: 0, pressure_kPa: head_kPa, branches_Lmin: branches.map(() => 0) }
  const taken = (manifold: number) => branches.reduce((sum, branch) => sum + takenBy(branch, manifold), 0)
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
    branches_Lmin: branches.map((branch) => takenBy(branch, low)),
  }
}

function takenBy({ drips_Lmin, hole_Lmin, open }: Branch, manifold_kPa: number): number {
  const root = Math.sqrt(manifold_kPa / RATED_kPa)
  const drips = manifold_kPa < HOLDS_kPa ? 0 : drips_Lmin * Math.min(1, root)
  return open * (drips + hole_Lmin * root)
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
