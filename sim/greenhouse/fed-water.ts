/** The water behind the dosing: what is dosed into the pipe and mixes on its way to the probes. */
export interface FedWater {
  /** mS/cm at 25 °C. */
  readonly ec: number
  readonly ph: number
}

export interface Dosing {
  /** mL/min of each stock. */
  readonly a: number
  readonly b: number
  readonly acid: number
}

export const RAW_WATER: FedWater = { ec: 0.32, ph: 7.4 }
/** Each mL/L of stock adds so much; acid takes so much pH. */
const EC_PER_mL = 0.84
const PH_PER_mL = 3
const STOCK_PH_PER_mL = 0.24
/** A mixing vessel stands between the dosing points and the probes. */
const PIPE_L = 30
/** Standing water that is dosed: as if so much flowed. */
const SEEPS_Lmin = 0.3

/** Some seconds later. Without flow and dosing it stays as it is. */
export function fedWaterAfter(water: FedWater, dosing: Dosing, flow_Lmin: number, seconds: number): FedWater {
  const stock = dosing.a + dosing.b + dosing.acid
  if (flow_Lmin <= 0 && stock <= 0) return water
  const through = Math.max(flow_Lmin, SEEPS_Lmin)
  const ec = RAW_WATER.ec + (EC_PER_mL * (dosing.a + dosing.b)) / through
  const ph = Math.max(
    2.5,
    RAW_WATER.ph - (PH_PER_mL * dosing.acid + STOCK_PH_PER_mL * (dosing.a + dosing.b)) / through,
  )
  const mixed = 1 - Math.exp(-(through * seconds) / 60 / PIPE_L)
  return { ec: water.ec + (Math.min(19, ec) - water.ec) * mixed, ph: water.ph + (ph - water.ph) * mixed }
}
