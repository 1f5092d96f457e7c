/**
 * How a catchment turns rain into flow, and flow into a stage. Everything is relative: flows are in millimetres of
 * rain a step, and the stage is scaled afterwards to the peak that is wanted.
 */

export interface NashCascade {
  /** How many equal linear reservoirs follow each other. */
  readonly reservoirs: number
  /** Storage constant of each, in milliseconds. */
  readonly storageMs: number
}

/**
 * Nash's instantaneous unit hydrograph (J. E. Nash, 1957) by its own picture: rain flows through equal linear
 * reservoirs, each solved exactly over a step of constant inflow: out' = out·e^(−Δt/k) + in·(1 − e^(−Δt/k)).
 * Run twice over a repeating storm so that the second round begins with the first one's recession: the result
 * joins with itself end to end.
 */
export function runoff(rain: readonly number[], cascade: NashCascade, stepMs: number): number[] {
  const keep = Math.exp(-stepMs / cascade.storageMs)
  const outflow = Array.from({ length: cascade.reservoirs }, () => 0)
  const pass = (mm: number) => {
    let flow = mm
    for (const [index, before] of outflow.entries()) {
      flow = before * keep + flow * (1 - keep)
      outflow[index] = flow
    }
    return flow
  }
  for (const mm of rain) pass(mm)
  return rain.map(pass)
}

/** Exponent of a natural channel's rating curve Q = a·(h − h0)^b turned round: about 1/b with b near 5/3 (Manning, wide channel). */
const RATING_EXPONENT = 3 / 5

/** Stage of a free-flowing water: between `base_m` at no flow and `peak_m` at the largest. */
export function channelStage(flow: readonly number[], base_m: number, peak_m: number): number[] {
  const largest = Math.max(...flow)
  if (!(largest > 0)) return flow.map(() => base_m)
  return flow.map((value) => base_m + (peak_m - base_m) * (value / largest) ** RATING_EXPONENT)
}

export interface Pool {
  readonly base_m: number
  readonly peak_m: number
  /** Where the spillway begins. */
  readonly crest_m: number
  /** Time constant of the outlet that brings the pool back to `base_m`, in milliseconds. */
  readonly drainMs: number
}

/** Share of the water above the crest that the spillway takes away each hour at one metre of head. */
const SPILL_PER_HOUR = 0.8
const HALVINGS = 50

/**
 * Level-pool routing (storage equation, vertical banks): dh/dt = g·I − (h − base)/drain − spill·(h − crest)^1.5.
 * The gain g (inflow per millimetre over the pool's area) is found by halving so that the highest stage is `peak_m`.
 */
export function poolStage(inflow: readonly number[], pool: Pool, stepMs: number): number[] {
  let low = 0
  let high = 1
  while (highest(route(inflow, pool, high, stepMs)) < pool.peak_m && high < 1e9) high *= 2
  for (let turn = 0; turn < HALVINGS; turn++) {
    const middle = (low + high) / 2
    if (highest(route(inflow, pool, middle, stepMs)) < pool.peak_m) low = middle
    else high = middle
  }
  return route(inflow, pool, high, stepMs)
}

function route(inflow: readonly number[], pool: Pool, gain: number, stepMs: number): number[] {
  const { base_m, crest_m, drainMs } = pool
  let stage = base_m
  const step = (flow: number) => {
    const head = Math.max(0, stage - crest_m)
    const spilled = Math.min(head, SPILL_PER_HOUR * head ** 1.5 * (stepMs / 3_600_000))
    stage += gain * flow - (stage - base_m) * (1 - Math.exp(-stepMs / drainMs)) - spilled
    return stage
  }
  for (const flow of inflow) step(flow)
  return inflow.map(step)
}

function highest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
}
