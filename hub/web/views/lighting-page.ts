import type { Context, View } from '../context.ts'
import type { LightingRoute } from '../route.ts'
import { createLazyPage } from './lazy-page.ts'

/** Streets and their lamps. */
export function createLightingPage(context: Context, route: LightingRoute): View {
  return createLazyPage(context, {
    class: 'lighting',
    title: context.voice.say('lights'),
    load: async () => (await import('./lighting/lighting.ts')).createLighting(context, route),
  })
}
