import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { createClimateEditor } from '../../../../page/greenhouse/climate-editor.ts'
import type { Context, View } from '../context.ts'
import { sayPage } from '../parts/page.ts'
import { hrefOf } from '../route.ts'
import { createEditPage } from './edit-page.ts'

/** From when to when mist, fans, shade and lamps work by themselves. */
export function createClimateSettings(context: Context): View {
  return createEditPage<Greenhouse['climate']>(context, {
    title: sayPage(context.voice)('climateSettings'),
    back: hrefOf('climate'),
    find: ({ climate }) => ({ value: climate, at: '/climate' }),
    put: (body, climate) => ({ ...body, climate }),
    make: createClimateEditor,
    preview: false,
  })
}
