/** A luminaire on its pole as the world has it: its gear, its lamp and its supply. Whatever radio or wire it hangs on asks it. */
export interface VirtualLamp {
  /** Percent of light, as its gear understood it. */
  command(level: number): void
  /** What the gear holds now, percent of light. */
  level(): number
  power_W(): number
  energy_Wh(): number
  voltage_V(): number
  /** Hours that the lamp has burnt. */
  lampHours(): number
  /** No supply, or the driver is dead: it answers nothing. */
  dead(): boolean
  /** The gear answers and says that its lamp is broken. */
  lampFailed(): boolean
}
