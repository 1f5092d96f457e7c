import type { Greenhouse, Program, Recipe } from '../../core/documents/greenhouse.ts'
import { hex, type Random } from '../../core/random.ts'

/** Feed that a new recipe begins with: weak, so that what is saved by mistake burns nothing. */
const FIRST_DOSE_mL_PER_L = 1

/** A program that may be saved as it stands: the first zone, ten minutes each morning. */
export function newProgram(house: Greenhouse, name: string, random: Random): Program {
  return {
    ...{ id: freshId('program', house.programs, random), name, on: true },
    zones: house.zones.slice(0, 1).map(({ id }) => id),
    ...{ start: { by: 'clock', times: ['06:00'] }, amount: { minutes: 10 } },
  }
}

/** A recipe that may be saved as it stands: every feed alike, for parts belong together, and nothing that corrects pH. */
export function newRecipe(house: Greenhouse, name: string, random: Random): Recipe {
  const doses = (house.fertiliser?.channels ?? [])
    .filter(({ part }) => part !== 'acid' && part !== 'base')
    .map(({ id }) => ({ channel: id, mL_per_L: FIRST_DOSE_mL_PER_L }))
  return { id: freshId('recipe', house.recipes, random), name, before_min: 2, after_min: 3, doses }
}

/** Names of the programs that feed with a recipe: it may not go while there are any. */
export function recipeUsers(house: Greenhouse, recipe: string): readonly string[] {
  return house.programs.filter((program) => program.recipe === recipe).map(({ name }) => name)
}

/**
 * An id that nothing else has: `program-5f0c11d2`. Not counted up: what is added at the hub and at the greenhouse
 * without a line between them are two things, and would be merged into one if they were both called `program-2`.
 */
export function freshId(stem: string, taken: readonly { readonly id: string }[], random: Random): string {
  for (;;) {
    const id = `${stem}-${hex(random.bytes(4))}`
    if (taken.every((one) => one.id !== id)) return id
  }
}
