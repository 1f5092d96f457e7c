import type { Recipe } from '../../../../core/documents/greenhouse.ts'
import { newRecipe, recipeUsers } from '../../../../page/greenhouse/new-things.ts'
import { createRecipeEditor } from '../../../../page/greenhouse/recipe-editor.ts'
import type { Context, View } from '../context.ts'
import { sayPage } from '../parts/page.ts'
import { hrefOf, NEW } from '../route.ts'
import { createEditPage } from './edit-page.ts'
import { withThing } from './program.ts'

/** One recipe, or a new one. */
export function createRecipePage(context: Context, id: string): View {
  const tell = sayPage(context.voice)
  return createEditPage<Recipe>(context, {
    title: id === NEW ? tell('newRecipe') : context.voice.say('recipes'),
    name: (recipe) => recipe.name,
    back: hrefOf('recipes'),
    find(body) {
      const index = body.recipes.findIndex((recipe) => recipe.id === id)
      const value = body.recipes[index]
      if (value !== undefined) return { value, at: `/recipes/${index}` }
      if (id !== NEW) return undefined
      return {
        value: newRecipe(body, tell('newRecipe'), context.random),
        at: `/recipes/${body.recipes.length}`,
      }
    },
    put: (body, value) => ({ ...body, recipes: withThing(body.recipes, value) }),
    make: createRecipeEditor,
    preview: false,
    remove: {
      held(body, value) {
        const names = recipeUsers(body, value.id)
        return names.length === 0 ? undefined : tell('usedStill', { names: names.join(', ') })
      },
      without: (body, value) => ({ ...body, recipes: body.recipes.filter((one) => one.id !== value.id) }),
    },
  })
}
