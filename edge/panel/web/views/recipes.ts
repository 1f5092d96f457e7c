import type { Greenhouse, Recipe } from '../../../../core/documents/greenhouse.ts'
import { h } from '../../../../page/element.ts'
import { recipeUsers } from '../../../../page/greenhouse/new-things.ts'
import { decimalsOf } from '../../../../page/greenhouse/numbers.ts'
import type { Context, View } from '../context.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { NEW, thingHref } from '../route.ts'
import { documentList } from './document-list.ts'

/** What is fed with the water, and by which programs. */
export function createRecipes(context: Context): View {
  const { voice, person } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  const owner = person.role === 'owner'

  const lines = (recipe: Recipe, document: Greenhouse): readonly string[] => {
    const doses = recipe.doses.map(({ channel, mL_per_L }) => {
      const name = document.fertiliser?.channels.find(({ id }) => id === channel)?.name[language] ?? channel
      return tell('dosePart', { name, amount: format.number(mL_per_L, decimalsOf(mL_per_L)) })
    })
    const kept = [
      ...(recipe.ec === undefined ? [] : [`EC ${format.quantity(recipe.ec.target, 1, 'mS/cm')}`]),
      ...(recipe.ph === undefined ? [] : [`pH ${format.number(recipe.ph.target, 1)}`]),
    ]
    const users = recipeUsers(document, recipe.id)
    return [
      doses.join(', '),
      kept.join(', '),
      users.length === 0 ? '' : tell('usedBy', { names: users.join(', ') }),
    ].filter((line) => line !== '')
  }
  const card = (recipe: Recipe, document: Greenhouse) =>
    h(
      'li',
      { class: 'panel thing' },
      h('h3', {}, recipe.name),
      ...lines(recipe, document).map((line) => h('p', {}, line)),
      h(
        'div',
        { class: 'choices' },
        h(
          'a',
          {
            ...{ class: 'press-link', href: thingHref('recipe', recipe.id) },
            'aria-label': owner
              ? tell('editThing', { name: recipe.name })
              : `${tell('look')}: ${recipe.name}`,
          },
          tell(owner ? 'edit' : 'look'),
        ),
      ),
    )
  const list = documentList(context, (document) => {
    if (document.fertiliser === undefined) return [h('li', { class: 'panel' }, tell('noFertiliser'))]
    if (document.recipes.length === 0) return [h('li', { class: 'panel' }, tell('noRecipes'))]
    return document.recipes.map((recipe) => card(recipe, document))
  })
  const add = h('a', { class: 'press-link primary-link', href: thingHref('recipe', NEW) }, tell('addRecipe'))
  return {
    element: pageOf(context, { title: say('recipes'), more: owner ? [add] : [] }, list.element),
    title: say('recipes'),
    update: list.update,
  }
}
