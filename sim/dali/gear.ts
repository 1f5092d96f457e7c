import type { Clock } from '../../core/clock.ts'
import { ARC_MASK, ARC_MAX, arcOf, fadeSecondsOf, percentOf } from '../../devices/codecs/dali-arc.ts'
import type { DaliBinding, DaliMemory } from '../../devices/define.ts'
import type { VirtualLamp } from '../lighting/virtual-lamp.ts'

export interface GearOptions {
  readonly address: number
  readonly lamp: VirtualLamp
  readonly clock: Clock
  /** An LED module knows both curves and can be set to either; another is logarithmic and knows no such question. */
  readonly led?: boolean
  /** What it keeps in memory banks: numbers as `memory` places them, from the lamp. */
  readonly memory?: Readonly<Record<string, DaliMemory>>
}

export interface VirtualGear {
  readonly address: number
  /** Hears a forward frame; what it answers, if it does. `repeated`: the same came within 100 ms. */
  hear(forward: number, repeated: boolean): number | undefined
}

const SCENES = 16
/** As it comes from the works: last level after a power cut, and with no group or scene. */
const LAST_LEVEL = 255
const DECIMAL_POWER = -1

/** One control gear (IEC 62386-102 and 207), with a lamp of the virtual street behind it. */
export function createVirtualGear({
  address,
  lamp,
  clock,
  led = true,
  memory = {},
}: GearOptions): VirtualGear {
  const scenes = new Array<number>(SCENES).fill(ARC_MASK)
  const groups = new Set<number>()
  const kept = { powerOn: LAST_LEVEL, systemFailure: ARC_MAX, fade: 0 }
  let curve: DaliBinding['curve'] = 'logarithmic'
  let dtr0 = 0
  let dtr1 = 0
  let type: number | undefined
  let powerCycled = false
  let wasDead = lamp.dead()
  let told = arcHeld()
  let fade: { from: number; since: number; ms: number } | undefined

  function arcHeld(): number {
    const arc = arcOf(lamp.level(), curve)
    return arc.ok ? arc.value : 0
  }
  const fading = () => fade !== undefined && clock.monotonic() - fade.since < fade.ms
  const actual = () => {
    if (fade === undefined || !fading()) return arcHeld()
    const share = (clock.monotonic() - fade.since) / fade.ms
    return Math.round(fade.from + (told - fade.from) * share)
  }
  const goTo = (arc: number, ms: number) => {
    if (arc === ARC_MASK) return
    fade = { from: actual(), since: clock.monotonic(), ms }
    told = arc
    powerCycled = false
    lamp.command(percentOf(arc, curve) ?? 0)
  }
  /** It has had no power in between: the lamp of the street burns in full by then. */
  const notice = () => {
    const dead = lamp.dead()
    if (wasDead && !dead) {
      powerCycled = true
      fade = undefined
      told = kept.powerOn === LAST_LEVEL ? told : kept.powerOn
      lamp.command(percentOf(told, curve) ?? 100)
    }
    wasDead = dead
    return !dead
  }
  const status = () => {
    const bits = [
      false,
      lamp.lampFailed(),
      actual() > 0 && !lamp.lampFailed(),
      false,
      fading(),
      false,
      false,
      powerCycled,
    ]
    return bits.reduce((byte, on, bit) => (on ? byte | (1 << bit) : byte), 0)
  }
  const remembered = (): number | undefined => {
    const found = Object.entries(memory).find(([, { bank, at, bytes, tenfoldAt = at }]) => {
      return bank === dtr1 && ((dtr0 >= at && dtr0 < at + bytes) || dtr0 === tenfoldAt)
    })
    if (found === undefined) return undefined
    const [name, { at, bytes, tenfoldAt, scale = 1 }] = found
    const asked = dtr0++
    if (asked === tenfoldAt) return DECIMAL_POWER & 0xff
    const unit = scale * (tenfoldAt === undefined ? 1 : 10 ** DECIMAL_POWER)
    const raw = BigInt(Math.round(measured(lamp, name) / unit))
    return Number((raw >> BigInt(8 * (at + bytes - 1 - asked))) & 0xffn)
  }
  const ask = (opcode: number): number | undefined => {
    const yes = (sure: boolean) => (sure ? 0xff : undefined)
    if (opcode >= 0xb0 && opcode <= 0xbf) return scenes[opcode - 0xb0]
    switch (opcode) {
      case 0x90:
        return status()
      case 0x91:
        return 0xff
      case 0x92:
        return yes(lamp.lampFailed())
      case 0xa0:
        return actual()
      case 0xa3:
        return kept.powerOn
      case 0xa4:
        return kept.systemFailure
      case 0xa5:
        return (kept.fade << 4) | 7
      case 0xc0:
      case 0xc1:
        return [...groups].reduce((bits, group) => bits | (1 << (group - (opcode - 0xc0) * 8)), 0) & 0xff
      case 0xc5:
        return remembered()
      case 0xee:
        return led && type === 6 ? Number(curve === 'linear') : undefined
    }
    return undefined
  }
  /** What changes a setting counts only when it comes twice. */
  const configure = (opcode: number) => {
    const number = opcode & 0x0f
    if (opcode === 0x2c) kept.systemFailure = dtr0
    if (opcode === 0x2d) kept.powerOn = dtr0
    if (opcode === 0x2e) kept.fade = dtr0 & 0x0f
    if (opcode >> 4 === 4) scenes[number] = dtr0
    if (opcode >> 4 === 5) scenes[number] = ARC_MASK
    if (opcode >> 4 === 6) groups.add(number)
    if (opcode >> 4 === 7) groups.delete(number)
    if (opcode === 0xe3 && led && type === 6) curve = dtr0 === 1 ? 'linear' : 'logarithmic'
  }
  const obey = (opcode: number, repeated: boolean): number | undefined => {
    const fadeMs = fadeSecondsOf(kept.fade) * 1000
    if (opcode === 0x00) goTo(0, 0)
    else if (opcode === 0x05) goTo(ARC_MAX, 0)
    else if (opcode >> 4 === 1) goTo(scenes[opcode & 0x0f] ?? ARC_MASK, fadeMs)
    else if ((opcode >= 0x20 && opcode <= 0x80) || (opcode >= 0xe0 && opcode <= 0xed)) {
      if (repeated) configure(opcode)
    } else return ask(opcode)
    return undefined
  }
  const isMeant = (first: number): boolean => {
    if (first >> 1 === 0x7f) return true
    if (first >> 5 === 0b100) return groups.has((first >> 1) & 0x0f)
    return first < 0x80 && first >> 1 === address
  }

  return {
    address,
    hear(forward, repeated) {
      if (!notice()) return undefined
      const [first, second] = [forward >> 8, forward & 0xff]
      if (first === 0xa3) dtr0 = second
      else if (first === 0xc3) dtr1 = second
      else if (first === 0xc1) {
        type = second
        return undefined
      } else if (isMeant(first)) {
        if ((first & 1) === 0) goTo(second, fadeSecondsOf(kept.fade) * 1000)
        else {
          const answer = obey(second, repeated)
          if (!repeated && second !== 0xe3) type = undefined
          return answer
        }
      }
      return undefined
    },
  }
}

/** What a lamp of the street knows of the channels that a memory bank may hold. */
function measured(lamp: VirtualLamp, channel: string): number {
  switch (channel) {
    case 'power':
      return lamp.power_W()
    case 'energy':
      return lamp.energy_Wh()
    case 'voltage':
      return lamp.voltage_V()
    case 'hours':
      return lamp.lampHours()
    default:
      return 0
  }
}
