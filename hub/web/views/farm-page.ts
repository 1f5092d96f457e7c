import type { Context, View } from '../context.ts'
import type { FarmRoute } from '../route.ts'
import { createLazyPage } from './lazy-page.ts'

/** Greenhouses and their zones. */
export function createFarmPage(context: Context, route: FarmRoute): View {
  return createLazyPage(context, {
    class: 'farm',
    title: context.voice.say('farms'),
    load: async () => (await import('./farm/farm.ts')).createFarm(context, route),
  })
}
