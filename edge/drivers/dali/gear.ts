import type { Mono } from '../../../core/clock.ts'
import { FaultError, fault } from '../../../core/errors.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { arcOf } from '../../../devices/codecs/dali-arc.ts'
import type { DaliBinding, DeviceDefinition, OutputRequest } from '../../../devices/define.ts'
import type { DaliLineConfig } from './config.ts'
import { type Remembered, rememberedBy } from './memory.ts'
import { type Setting, settingsOf } from './settings.ts'

/** One control gear of a line: what it should do, what it is known to do, when it is asked again. */
export interface Gear {
  readonly id: DeviceId
  readonly address: number
  readonly definition: DeviceDefinition
  readonly curve: DaliBinding['curve']
  readonly pollMs: number
  readonly settings: readonly Setting[]
  readonly memory: readonly Remembered[]
  readonly memoryMs: number
  wanted: Wanted | undefined
  /** The arc level that it told last, since it was told another. */
  level: number | undefined
  /** Questions in a row that it left open. */
  missed: number
  silent: boolean
  /** It answered the last question. */
  answering: boolean
  /** Settings that are not yet known to be as they should. */
  unsettled: readonly Setting[]
  /** Of the first of them: how often the gear left it open. */
  unsettledTries: number
  /** Groups and scenes that it is known to keep as the configuration has them. */
  readonly kept: Set<string>
  /** Real time. */
  askAt: Mono
  heardAt: Mono
}

export interface Wanted {
  readonly request: OutputRequest
  readonly arc: number
  readonly urgent: boolean
  /** `given-up`: it stays wanted, and is told again when the gear returns or was without power. */
  stage: 'pending' | 'told' | 'confirmed' | 'given-up'
  /** Tellings that left, */
  tries: number
  /** and those that the way to the line failed on. */
  lost: number
  checkAt: Mono
}

const MEMORY_S = 900

/** Faults (thrown, for a configuration that was not checked): DEVICE_UNKNOWN_MODEL, PAYLOAD_OUT_OF_RANGE. */
export function gearsOf(
  config: DaliLineConfig,
  definitions: ReadonlyMap<string, DeviceDefinition>,
  now: Mono,
): readonly Gear[] {
  const curveOf = (device: string) => {
    const curve = definitions.get(device)?.via.dali?.curve
    if (curve === undefined) throw new FaultError(fault('DEVICE_UNKNOWN_MODEL', { model: device }))
    return curve
  }
  return config.devices.map(({ id, model, address }): Gear => {
    const definition = definitions.get(id)
    const binding = definition?.via.dali
    const named = deviceId(id)
    if (definition === undefined || binding === undefined)
      throw new FaultError(fault('DEVICE_UNKNOWN_MODEL', { model }))
    if (!named.ok) throw new FaultError(named.error)
    const scenes = config.scenes.map(({ scene, levels }) => {
      const own = levels.find(({ device }) => device === id)
      return { scene, arc: own === undefined ? undefined : arcIn(own.level, curveOf(id)) }
    })
    const groups = config.groups.map(({ group, devices }) => ({ group, member: devices.includes(id) }))
    const settings = settingsOf({ address, curve: binding.curve, fade_s: config.fade_s, groups, scenes })
    return {
      ...{ id: named.value, address, definition, curve: binding.curve, settings },
      pollMs: (config.poll_s ?? binding.poll_s) * 1000,
      memory: rememberedBy(definition, now),
      memoryMs: (config.memory_s ?? binding.memory_s ?? MEMORY_S) * 1000,
      wanted: undefined,
      level: undefined,
      missed: 0,
      silent: false,
      answering: false,
      unsettled: settings,
      unsettledTries: 0,
      kept: new Set(),
      askAt: now,
      heardAt: now,
    }
  })
}

function arcIn(percent: number, curve: DaliBinding['curve']): number {
  const arc = arcOf(percent, curve)
  if (!arc.ok) throw new FaultError(arc.error)
  return arc.value
}
