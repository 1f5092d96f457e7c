import type { Greenhouse, Program, Recipe } from '../../../../core/documents/greenhouse.ts'
import { createClimateEditor } from '../../../../page/greenhouse/climate-editor.ts'
import type { Editor, EditorOptions } from '../../../../page/greenhouse/editor.ts'
import { createProgramEditor } from '../../../../page/greenhouse/program-editor.ts'
import { createRecipeEditor } from '../../../../page/greenhouse/recipe-editor.ts'
import type { FarmContext } from './context.ts'

/** One thing of a greenhouse's document that is open to be edited. */
export type Open =
  | { readonly kind: 'program'; readonly id: string }
  | { readonly kind: 'recipe'; readonly id: string }
  | { readonly kind: 'climate' }

export interface EditorFrame {
  readonly readOnly: boolean
  /** The local day at the greenhouse. */
  readonly today: string
  /** The document as it stands now: other editors may have changed it since. */
  readonly house: () => Greenhouse
  readonly change: (house: Greenhouse) => void
}

/** The panel's own editor of that thing; undefined where the document has it no more. */
export function editorOf({ editing }: FarmContext, open: Open, frame: EditorFrame): Editor | undefined {
  const { house, change, readOnly, today } = frame
  const document = house()
  const frameOf = <T>(value: T, at: string, put: (value: T) => Greenhouse): EditorOptions<T> => ({
    ...{ voice: editing, document, value, at, readOnly, today },
    change: (next) => change(put(next)),
  })
  switch (open.kind) {
    case 'climate': {
      const put = (climate: Greenhouse['climate']) => ({ ...house(), climate })
      return createClimateEditor(frameOf(document.climate, '/climate', put))
    }
    case 'program': {
      const index = document.programs.findIndex(({ id }) => id === open.id)
      const program = document.programs[index]
      if (program === undefined) return undefined
      const put = (next: Program) => ({ ...house(), programs: replaced(house().programs, next) })
      return createProgramEditor(frameOf(program, `/programs/${index}`, put))
    }
    case 'recipe': {
      const index = document.recipes.findIndex(({ id }) => id === open.id)
      const recipe = document.recipes[index]
      if (recipe === undefined) return undefined
      const put = (next: Recipe) => ({ ...house(), recipes: replaced(house().recipes, next) })
      return createRecipeEditor(frameOf(recipe, `/recipes/${index}`, put))
    }
  }
}

function replaced<T extends { readonly id: string }>(things: readonly T[], thing: T): T[] {
  return things.map((one) => (one.id === thing.id ? thing : one))
}
