import type { Program } from '../../../../core/documents/greenhouse.ts'
import { newProgram } from '../../../../page/greenhouse/new-things.ts'
import { createProgramEditor } from '../../../../page/greenhouse/program-editor.ts'
import type { Context, View } from '../context.ts'
import { sayPage } from '../parts/page.ts'
import { hrefOf, NEW } from '../route.ts'
import { createEditPage } from './edit-page.ts'

/** One program, or a new one. */
export function createProgramPage(context: Context, id: string): View {
  const tell = sayPage(context.voice)
  return createEditPage<Program>(context, {
    title: id === NEW ? tell('newProgram') : context.voice.say('programs'),
    name: (program) => program.name,
    back: hrefOf('programs'),
    find(body) {
      const index = body.programs.findIndex((program) => program.id === id)
      const value = body.programs[index]
      if (value !== undefined) return { value, at: `/programs/${index}` }
      if (id !== NEW) return undefined
      return {
        value: newProgram(body, tell('newProgram'), context.random),
        at: `/programs/${body.programs.length}`,
      }
    },
    put: (body, value) => ({ ...body, programs: withThing(body.programs, value) }),
    make: createProgramEditor,
    preview: true,
    remove: {
      held: () => undefined,
      without: (body, value) => ({ ...body, programs: body.programs.filter((one) => one.id !== value.id) }),
    },
  })
}

/** In its place, or at the end. */
export function withThing<T extends { readonly id: string }>(things: readonly T[], thing: T): T[] {
  const index = things.findIndex(({ id }) => id === thing.id)
  return index < 0 ? [...things, thing] : things.with(index, thing)
}
