/**
 * Forward frames of 16 bits for control gear (IEC 62386-102, 7.2 and table 15; 62386-207 for the curve): whom, in the
 * first byte, and what, in the second.
 */

export type DaliTarget =
  | { readonly kind: 'gear'; readonly address: number }
  | { readonly kind: 'group'; readonly group: number }
  | { readonly kind: 'all' }

export const EVERY_GEAR: DaliTarget = { kind: 'all' }

export const GEARS_MAX = 64
export const GROUPS_MAX = 16

export function gear(address: number): DaliTarget {
  return { kind: 'gear', address }
}

/** Goes to an arc level within the fade time; 0 goes down and out. */
export function toArc(target: DaliTarget, arc: number): number {
  return frame(addressed(target, 0), arc)
}

/** Commands without an answer. */
export const COMMAND = {
  off: 0x00,
  setSystemFailureLevel: 0x2c,
  setPowerOnLevel: 0x2d,
  setFadeTime: 0x2e,
  selectCurve: 0xe3,
} as const
export type CommandName = keyof typeof COMMAND

/** Those that change settings count only when they come twice within 100 ms. */
export function command(target: DaliTarget, name: CommandName): number {
  return frame(addressed(target, 1), COMMAND[name])
}

const GO_TO_SCENE = 0x10
const SET_SCENE = 0x40
const REMOVE_FROM_SCENE = 0x50
const ADD_TO_GROUP = 0x60
const REMOVE_FROM_GROUP = 0x70

export function goToScene(target: DaliTarget, scene: number): number {
  return frame(addressed(target, 1), GO_TO_SCENE + scene)
}

/** Keeps what DTR0 holds as the level of a scene; twice. */
export function setScene(target: DaliTarget, scene: number): number {
  return frame(addressed(target, 1), SET_SCENE + scene)
}

/** Twice. */
export function removeFromScene(target: DaliTarget, scene: number): number {
  return frame(addressed(target, 1), REMOVE_FROM_SCENE + scene)
}

/** Twice. */
export function addToGroup(target: DaliTarget, group: number): number {
  return frame(addressed(target, 1), ADD_TO_GROUP + group)
}

/** Twice. */
export function removeFromGroup(target: DaliTarget, group: number): number {
  return frame(addressed(target, 1), REMOVE_FROM_GROUP + group)
}

/** Questions; a gear answers with one byte, or not at all, which means no. */
export const QUERY = {
  status: 0x90,
  actualLevel: 0xa0,
  powerOnLevel: 0xa3,
  systemFailureLevel: 0xa4,
  fadeTimeAndRate: 0xa5,
  groupsLow: 0xc0,
  groupsHigh: 0xc1,
  /** The byte of memory bank DTR1 at DTR0, which goes one on. */
  memory: 0xc5,
  curve: 0xee,
} as const
export type QueryName = keyof typeof QUERY

export function query(target: DaliTarget, name: QueryName): number {
  return frame(addressed(target, 1), QUERY[name])
}

const QUERY_SCENE = 0xb0

export function querySceneLevel(target: DaliTarget, scene: number): number {
  return frame(addressed(target, 1), QUERY_SCENE + scene)
}

const DTR0 = 0xa3
const DTR1 = 0xc3
const ENABLE_DEVICE_TYPE = 0xc1

/** Every gear on the line takes the value into its DTR0 or DTR1. */
export function setDtr0(value: number): number {
  return frame(DTR0, value)
}

export function setDtr1(value: number): number {
  return frame(DTR1, value)
}

/** The next command is one of this device type's own: 6 for LED modules. */
export function enableDeviceType(type: number): number {
  return frame(ENABLE_DEVICE_TYPE, type)
}

/** What a gear says in its status byte (IEC 62386-102, table 19). */
export interface GearStatus {
  readonly gearFailure: boolean
  readonly lampFailure: boolean
  readonly lampOn: boolean
  readonly limitError: boolean
  readonly fading: boolean
  /** It has been without power since it was told a level last. */
  readonly powerCycled: boolean
}

export function readStatus(byte: number): GearStatus {
  const bit = (number: number) => ((byte >> number) & 1) === 1
  return {
    gearFailure: bit(0),
    lampFailure: bit(1),
    lampOn: bit(2),
    limitError: bit(3),
    fading: bit(4),
    powerCycled: bit(7),
  }
}

function addressed(target: DaliTarget, selector: 0 | 1): number {
  switch (target.kind) {
    case 'gear':
      return (target.address << 1) | selector
    case 'group':
      return 0x80 | (target.group << 1) | selector
    case 'all':
      return 0xfe | selector
  }
}

function frame(first: number, second: number): number {
  return (first << 8) | second
}
