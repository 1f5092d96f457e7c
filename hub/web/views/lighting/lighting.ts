import '../../style/place.css'
import '../../style/stacked-bars.css'
import '../../style/lighting.css'
import '../../style/lighting-lamps.css'
import '../../style/lighting-orders.css'
import '../../style/lighting-plan.css'
import '../../style/lighting-reports.css'
import type { Context, View } from '../../context.ts'
import type { LightingRoute } from '../../route.ts'
import { createSayLight } from '../../words-lighting.ts'
import type { LightContext } from './context.ts'
import { createStreetList } from './street-list.ts'
import { createStreetPage } from './street-page.ts'

export function createLighting(context: Context, route: LightingRoute): View {
  const own: LightContext = { ...context, light: createSayLight(context.voice.language) }
  return route.page === 'lights' ? createStreetList(own) : createStreetPage(own, route)
}
