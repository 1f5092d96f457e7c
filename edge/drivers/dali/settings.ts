import { ARC_MASK, ARC_MAX, fadeCodeOf } from '../../../devices/codecs/dali-arc.ts'
import {
  addToGroup,
  command,
  enableDeviceType,
  gear,
  query,
  querySceneLevel,
  removeFromGroup,
  removeFromScene,
  setDtr0,
  setScene,
} from '../../../devices/codecs/dali-commands.ts'
import type { DaliBinding } from '../../../devices/define.ts'

/** One thing that a gear keeps over a power cut, and that must stand as the node wants it. */
export interface Setting {
  /** `group 3`, `power-on level`: as people read it, and as `Gear.kept` knows it. */
  readonly name: string
  /** Sent before the question. */
  readonly before: readonly number[]
  readonly question: number
  /** What of the answer counts. */
  readonly read: (answer: number) => number
  readonly wanted: number
  readonly write: readonly Frame[]
  /** A gear that does not know the question needs no setting. */
  readonly optional: boolean
}

export interface Frame {
  readonly forward: number
  readonly twice: boolean
}

/** LED modules (IEC 62386-207). */
const LED = 6

/**
 * Lit in full after a power cut and when the line has no voltage: a street whose cabinet is dead is lit. Then the fade
 * time, the curve, and who belongs to which group and scene.
 */
export function settingsOf(want: {
  readonly address: number
  readonly curve: DaliBinding['curve']
  readonly fade_s: number
  readonly groups: readonly { readonly group: number; readonly member: boolean }[]
  /** With `arc` left out, the gear has no part in it. */
  readonly scenes: readonly { readonly scene: number; readonly arc: number | undefined }[]
}): readonly Setting[] {
  const whom = gear(want.address)
  const plain = { before: [], read: (answer: number) => answer, optional: false }
  const fadeCode = fadeCodeOf(want.fade_s)
  const curve = want.curve === 'linear' ? 1 : 0
  return [
    {
      ...plain,
      name: 'power-on level',
      question: query(whom, 'powerOnLevel'),
      wanted: ARC_MAX,
      write: [once(setDtr0(ARC_MAX)), again(command(whom, 'setPowerOnLevel'))],
    },
    {
      ...plain,
      name: 'system-failure level',
      question: query(whom, 'systemFailureLevel'),
      wanted: ARC_MAX,
      write: [once(setDtr0(ARC_MAX)), again(command(whom, 'setSystemFailureLevel'))],
    },
    {
      ...plain,
      name: 'fade time',
      question: query(whom, 'fadeTimeAndRate'),
      read: (answer) => answer >> 4,
      wanted: fadeCode,
      write: [once(setDtr0(fadeCode)), again(command(whom, 'setFadeTime'))],
    },
    {
      name: 'dimming curve',
      before: [enableDeviceType(LED)],
      question: query(whom, 'curve'),
      read: (answer) => answer,
      wanted: curve,
      write: [once(setDtr0(curve)), once(enableDeviceType(LED)), again(command(whom, 'selectCurve'))],
      // What is no LED module is logarithmic, and knows no other.
      optional: curve === 0,
    },
    ...want.groups.map(({ group, member }): Setting => {
      const bit = group % 8
      return {
        ...plain,
        name: groupName(group),
        question: query(whom, group < 8 ? 'groupsLow' : 'groupsHigh'),
        read: (answer) => (answer >> bit) & 1,
        wanted: member ? 1 : 0,
        write: [again(member ? addToGroup(whom, group) : removeFromGroup(whom, group))],
      }
    }),
    ...want.scenes.map(
      ({ scene, arc }): Setting => ({
        ...plain,
        name: sceneName(scene),
        question: querySceneLevel(whom, scene),
        wanted: arc ?? ARC_MASK,
        write:
          arc === undefined
            ? [again(removeFromScene(whom, scene))]
            : [once(setDtr0(arc)), again(setScene(whom, scene))],
      }),
    ),
  ]
}

export function groupName(group: number): string {
  return `group ${group}`
}

export function sceneName(scene: number): string {
  return `scene ${scene}`
}

function once(forward: number): Frame {
  return { forward, twice: false }
}

function again(forward: number): Frame {
  return { forward, twice: true }
}
