import '../../style/place.css'
import '../../style/stacked-bars.css'
import '../../style/lighting.css'
import '../../style/lighting-lamps.css'
import '../../style/lighting-orders.css'
import '../../style/lighting-plan.css'
import '../../style/lighting-reports.css'
import type { Context, View } from '../../context.ts'
import type { Voices } from '../../parts/lighting/lamp-look.ts'
import { createSayLight } from '../../words-lighting.ts'
import type { LightingRoute } from '../lighting-page.ts'
import { createStreetList } from './street-list.ts'
import { createStreetPage } from './street-page.ts'

/** What every part of the lighting page is given. */
export interface LightContext extends Context, Voices {}

export function createLighting(context: Context, route: LightingRoute): View {
  const own: LightContext = { ...context, light: createSayLight(context.voice.language) }
  return route.page === 'lights' ? createStreetList(own) : createStreetPage(own, route)
}
