import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type { Language } from '../../../core/text.ts'
import type { Say } from './words.ts'
import type { SayPage } from './words-pages.ts'

/** Something that is measured and kept: where, what it is called, and how it is written. */
export interface Figure {
  readonly device: string
  readonly channel: string
  readonly name: string
  readonly unit: string
  readonly digits: number
  /** What is shown of one that was measured: EC of the soil comes in µS/cm. */
  readonly scale: number
}

interface Speech {
  readonly language: Language
  readonly say: Say
  readonly tell: SayPage
}

type Place = { readonly device: string; readonly channel: string }

const figure = (
  place: Place | undefined,
  name: string,
  unit: string,
  digits: number,
  scale = 1,
): readonly Figure[] =>
  place === undefined ? [] : [{ device: place.device, channel: place.channel, name, unit, digits, scale }]

/** Of one zone: what its own probes tell. */
export function zoneFigures({ soil }: Greenhouse['zones'][number], { say }: Speech): readonly Figure[] {
  return [
    ...figure(soil.moisture[0], say('moisture'), '%', 1),
    ...figure(soil.temperature, say('soilTemperature'), '°C', 1),
    ...figure(soil.ec, say('ec'), 'mS/cm', 2, 0.001),
    ...figure(soil.ph, say('ph'), '', 1),
  ]
}

/** Of the house: its air, its water, and what it reckons from them. */
export function houseFigures(document: Greenhouse, { say, tell }: Speech): readonly Figure[] {
  const { climate, water, fertiliser } = document
  const own = (channel: string) => ({ device: document.id, channel })
  return [
    ...figure(climate.temperature, say('temperature'), '°C', 1),
    ...figure(climate.humidity, say('humidity'), '%', 0),
    ...figure(own('vpd'), say('vpd'), 'kPa', 2),
    ...figure(climate.co2, say('co2'), 'ppm', 0),
    ...figure(climate.light, say('light'), 'lx', 0),
    ...figure(climate.par, tell('par'), 'µmol/m²s', 0),
    ...figure(water.tank, say('tank'), '%', 0),
    ...figure(water.flow, tell('flow'), 'L/min', 1),
    ...figure(water.pressure, tell('pressure'), 'kPa', 0),
    ...figure(fertiliser?.ec, tell('waterEc'), 'mS/cm', 2),
    ...figure(fertiliser?.ph, tell('waterPh'), '', 1),
  ]
}

export interface FigureGroup {
  readonly name: string
  readonly figures: readonly Figure[]
}

export function figureGroups(document: Greenhouse, speech: Speech): readonly FigureGroup[] {
  const { language, tell } = speech
  return [
    ...document.zones.map((zone) => ({ name: zone.name[language], figures: zoneFigures(zone, speech) })),
    { name: tell('air'), figures: houseFigures(document, speech) },
  ].filter(({ figures }) => figures.length > 0)
}
