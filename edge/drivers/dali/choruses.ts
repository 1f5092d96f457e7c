import { arcOf } from '../../../devices/codecs/dali-arc.ts'
import type { DaliLineConfig } from './config.ts'
import type { Gear } from './gear.ts'
import type { Chorus } from './send-plan.ts'
import { groupName, sceneName } from './settings.ts'

export type NamedChorus = Chorus & { readonly name: string }

/** The groups and scenes of a configuration as the plan of frames sees them, named as their settings are. */
export function chorusesOf(
  { groups, scenes }: DaliLineConfig,
  gears: ReadonlyMap<string, Gear>,
): readonly NamedChorus[] {
  const addressOf = (device: string) => gears.get(device)?.address ?? -1
  const arcFor = (device: string, level: number) => {
    const arc = arcOf(level, gears.get(device)?.curve ?? 'logarithmic')
    return arc.ok ? arc.value : undefined
  }
  return [
    ...groups.map(({ group, devices }) => ({
      name: groupName(group),
      target: { kind: 'group', group } as const,
      members: new Map(devices.map((device) => [addressOf(device), undefined] as const)),
    })),
    ...scenes.map(({ scene, levels }) => ({
      name: sceneName(scene),
      target: { kind: 'scene', scene } as const,
      members: new Map(
        levels.map(({ device, level }) => [addressOf(device), arcFor(device, level)] as const),
      ),
    })),
  ]
}
