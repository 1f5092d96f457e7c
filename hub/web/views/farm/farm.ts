import '../../style/place.css'
import '../../style/stacked-bars.css'
import '../../style/farm.css'
import '../../style/farm-use.css'
import '../../../../page/style/greenhouse.css'
import { createEditorVoice } from '../../../../page/greenhouse/words.ts'
import type { Context, View } from '../../context.ts'
import type { FarmRoute } from '../../route.ts'
import { createSayFarm } from '../../words-farm.ts'
import type { FarmContext } from './context.ts'
import { createFarmList } from './farm-list.ts'
import { createHousePage } from './house-page.ts'

export function createFarm(context: Context, route: FarmRoute): View {
  const { language, format } = context.voice
  const own: FarmContext = {
    ...context,
    farm: createSayFarm(language),
    editing: createEditorVoice(language, format),
  }
  return route.page === 'farms' ? createFarmList(own) : createHousePage(own, route)
}
