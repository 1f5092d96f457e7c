import type { FloodStation } from '../core/documents/flood-station.ts'
import type { Greenhouse } from '../core/documents/greenhouse.ts'
import type { LightingStreet } from '../core/documents/lighting-street.ts'
import { fault } from '../core/errors.ts'
import { ok } from '../core/result.ts'
import type { OutputPlace } from '../devices/define.ts'
import type { LitStreet } from './commands/lights.ts'
import type { StoppedWater } from './commands/stopped.ts'
import type { WateredHouse } from './commands/waters.ts'
import { floodController } from './control/flood/controller.ts'
import type { FloodInput } from './control/flood/inputs.ts'
import type { FloodState } from './control/flood/state.ts'
import type { GreenhouseInput } from './control/greenhouse/inputs.ts'
import { orderProgress, waterRefusal } from './control/greenhouse/irrigation/orders.ts'
import type { GreenhouseState } from './control/greenhouse/state.ts'
import { greenhouseController } from './control/greenhouse/step.ts'
import type { LightingInput } from './control/lighting/inputs.ts'
import { lampsOf, lightOf, progressOf } from './control/lighting/orders.ts'
import type { LightingState } from './control/lighting/state.ts'
import { lightingController } from './control/lighting/step.ts'
import type { StationDocument } from './documents/stations.ts'
import { createStation, type Station, type StationParts } from './station.ts'

/** Every kind of station that a node can be. What hears of all of them may ask none for more than all have. */

/**
 * A street of 400 lamps remembers 180 KB, of which a cut costs minutes of reckoned energy: what people asked and what
 * was alarmed is written down at once. Every half minute would be half a gigabyte a day on a memory card.
 */
const SELDOM = 10

export interface FloodHost extends Station<FloodStation, FloodInput, FloodState> {
  readonly kind: 'flood-station'
}
export interface StreetHost extends Station<LightingStreet, LightingInput, LightingState> {
  readonly kind: 'lighting-street'
}
export interface GreenhouseHost extends Station<Greenhouse, GreenhouseInput, GreenhouseState> {
  readonly kind: 'greenhouse'
}
export type HostedStation = FloodHost | StreetHost | GreenhouseHost

export function hostStation(document: StationDocument, parts: StationParts): HostedStation {
  switch (document.kind) {
    case 'flood-station':
      return { kind: document.kind, ...createStation(floodController, document, parts) }
    case 'lighting-street': {
      const saveMs = parts.saveMs * SELDOM
      return { kind: document.kind, ...createStation(lightingController, document, { ...parts, saveMs }) }
    }
    case 'greenhouse':
      return { kind: document.kind, ...createStation(greenhouseController, document, parts) }
  }
}

/** Gives a station its new document; false where it is one of another kind. */
export function giveDocument(station: HostedStation, document: StationDocument): boolean {
  if (station.kind === 'flood-station' && document.kind === 'flood-station')
    station.input({ type: 'document', document })
  else if (station.kind === 'lighting-street' && document.kind === 'lighting-street')
    station.input({ type: 'document', document })
  else if (station.kind === 'greenhouse' && document.kind === 'greenhouse')
    station.input({ type: 'document', document })
  else return false
  return true
}

/** A greenhouse as commands and the panel see it; what is asked of it is on disk before it is told to be accepted. */
export function wateredHouse(
  { id: house, document, state, input, save }: GreenhouseHost,
  stopped: (water: WaterStop) => void,
): WateredHouse {
  const asked = { where_words: 'what was asked', where_words_vi: 'yêu cầu' }
  return {
    refusal: (order) => waterRefusal(state(), order),
    progress: (order) => orderProgress(state(), order),
    unknownZone: (zone) =>
      document().zones.some(({ id }) => id === zone)
        ? undefined
        : fault('GREENHOUSE_ZONE_UNKNOWN', { house, zone, ...asked }),
    unknownProgram: (program) =>
      document().programs.some(({ id }) => id === program)
        ? undefined
        : fault('GREENHOUSE_PROGRAM_UNKNOWN', { house, program }),
    input(given) {
      input(given)
      // After the stop: what a hold kept at rest must not begin in between.
      if (given.type === 'water-stop') {
        const { zone, who } = given
        const outputs = waterOutputs(document(), zone)
        stopped({ station: house, outputs, who, ...(zone === undefined ? {} : { zone }) })
      }
      save()
    },
  }
}

/** A street as group commands see it; what is asked of it is on disk before it is told to be accepted. */
export function litStreet({ document, state, input, save }: StreetHost): LitStreet {
  return {
    lampsOf: (target) => lampsOf(document(), target),
    levelOf(target, level, by) {
      const found = lightOf(state(), target, level, by)
      return found.ok ? ok(found.value.level) : found
    },
    progressOf: (command) => progressOf(state(), command),
    holds: () => state().holds,
    input(given) {
      input(given)
      save()
    },
  }
}

/** Who has stopped which water, with what lets it run. */
interface WaterStop extends Omit<StoppedWater, 'outputs'> {
  readonly outputs: readonly OutputPlace[]
}

/** What lets water run: of one zone its valve, of all the pump, every valve, what is dosed and what mists. */
function waterOutputs(
  { water, zones, fertiliser, climate }: Greenhouse,
  zone: string | undefined,
): OutputPlace[] {
  if (zone !== undefined) return zones.filter(({ id }) => id === zone).map(({ valve }) => valve)
  return [
    ...(water.pump === undefined ? [] : [water.pump]),
    ...(fertiliser?.channels ?? []).map(({ pump }) => pump),
    ...(climate.misting === undefined ? [] : [climate.misting]),
    ...zones.map(({ valve }) => valve),
  ]
}

export function isFlood(station: HostedStation): station is FloodHost {
  return station.kind === 'flood-station'
}

export function isStreet(station: HostedStation): station is StreetHost {
  return station.kind === 'lighting-street'
}

export function isGreenhouse(station: HostedStation): station is GreenhouseHost {
  return station.kind === 'greenhouse'
}
