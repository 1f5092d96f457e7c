import { type Fault, fault } from '../errors.ts'
import type { Greenhouse, Recipe } from './greenhouse.ts'
import { dosesOf } from './greenhouse-dosing.ts'
import { firstRepeated } from './greenhouse-words.ts'

/** What a schema cannot say about recipes. */

export function recipeFaults(house: Greenhouse): readonly Fault[] {
  return house.recipes.flatMap((recipe, index) => faultsOf(house, recipe, `/recipes/${index}`))
}

function faultsOf(house: Greenhouse, recipe: Recipe, at: string): readonly Fault[] {
  const { fertiliser } = house
  const channels = fertiliser?.channels ?? []
  const about = { house: house.id, recipe: recipe.id, at }
  const unknown = recipe.doses.filter(({ channel }) => !channels.some(({ id }) => id === channel))
  const twice = firstRepeated(recipe.doses.map(({ channel }) => channel))
  const parts = new Set(dosesOf(house, recipe).map(({ channel }) => channel.part))
  const corrects = channels.some(({ part }) => part === 'acid' || part === 'base')
  const probe = (name: string, needs: string, needs_vi: string) =>
    fault('GREENHOUSE_SENSOR_MISSING', {
      ...{ house: house.id, at: `${at}/${name}` },
      ...{ what_words: `recipe "${recipe.id}"`, what_words_vi: `công thức "${recipe.id}"` },
      ...{ needs_words: needs, needs_words_vi: needs_vi },
    })
  return [
    ...unknown.map(({ channel }) => fault('GREENHOUSE_CHANNEL_UNKNOWN', { ...about, channel })),
    ...(twice === undefined
      ? []
      : [
          fault('GREENHOUSE_NAME_REPEATED', {
            house: house.id,
            list: `recipes ${recipe.id}`,
            name: twice,
            at,
          }),
        ]),
    ...(recipe.doses.length === 0 && recipe.ph === undefined
      ? [fault('GREENHOUSE_RECIPE_EMPTY', about)]
      : []),
    ...(parts.has('acid') && parts.has('base') ? [fault('GREENHOUSE_ACID_WITH_BASE', about)] : []),
    ...(recipe.ph !== undefined && !corrects ? [fault('GREENHOUSE_PH_WITHOUT_STOCK', about)] : []),
    ...(recipe.ph !== undefined && fertiliser?.ph === undefined
      ? [probe('ph', 'a pH probe', 'đầu đo pH')]
      : []),
    ...(recipe.ec !== undefined && fertiliser?.ec === undefined
      ? [probe('ec', 'an EC probe', 'đầu đo EC')]
      : []),
  ]
}
