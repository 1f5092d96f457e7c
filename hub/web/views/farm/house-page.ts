import type { FarmView } from '../../../api/farm-schema.ts'
import type { View } from '../../context.ts'
import { FARM_PARTS, type FarmPart, type FarmRoute, farmHref } from '../../route.ts'
import type { FarmWord } from '../../words-farm.ts'
import { createPartedPage } from '../parted-page.ts'
import { createAlarmsPart } from './alarms-part.ts'
import type { FarmContext } from './context.ts'
import { healthWords } from './farm-figures.ts'
import { createProgramsPart } from './programs-part.ts'
import { createUsePart } from './use-part.ts'
import { createZonesPart } from './zones-part.ts'

const TAB_WORDS = {
  zones: 'tabZones',
  programs: 'tabPrograms',
  use: 'tabUse',
  alarms: 'tabAlarms',
} as const satisfies Record<FarmPart, FarmWord>

type HouseRoute = Extract<FarmRoute, { readonly page: 'farm' }>

/** Everything about one greenhouse. */
export function createHousePage(context: FarmContext, { edge, farm: id, part: first }: HouseRoute): View {
  const { voice, farm, api, clock } = context
  const key = { edge, farm: id }
  return createPartedPage<FarmView, FarmPart>({
    ...{ voice, clock, style: 'farm', title: farm('title') },
    back: { href: '#/farms', words: farm('back') },
    tabs: {
      ...{ words: farm('tabs'), first },
      all: FARM_PARTS.map((part) => ({ part, words: farm(TAB_WORDS[part]), href: farmHref(edge, id, part) })),
    },
    ask: () => api.farm(key),
    told: ({ farms }) => farms[`${edge}/${id}`],
    refused: ({ status, reason }) =>
      status === 404 ? farm('noFarm') : farm('failed', { reason: reason[voice.language] }),
    nameOf: ({ name }) => name[voice.language],
    health: (house, scene) => healthWords(house, scene, context),
    make: (house, changed) => ({
      zones: createZonesPart(context, house),
      programs: createProgramsPart(context, house),
      use: { ...createUsePart(context, key), update: () => {} },
      alarms: createAlarmsPart(context, house, changed),
    }),
  })
}
