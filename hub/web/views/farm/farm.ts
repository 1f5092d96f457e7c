import '../../style/place.css'
import '../../style/stacked-bars.css'
import '../../style/farm.css'
import '../../style/farm-use.css'
import '../../../../page/style/greenhouse.css'
import { createEditorVoice, type EditorVoice } from '../../../../page/greenhouse/words.ts'
import { type Account, mayTouch } from '../../account.ts'
import type { Context, View } from '../../context.ts'
import { createSayFarm, type SayFarm } from '../../words-farm.ts'
import type { FarmRoute } from '../farm-page.ts'
import { createFarmList } from './farm-list.ts'
import { createHousePage } from './house-page.ts'

/** What every part of the farm page is given. */
export interface FarmContext extends Context {
  readonly farm: SayFarm
  /** The same words that the panel at the greenhouse has for the same fields. */
  readonly editing: EditorVoice
}

export function createFarm(context: Context, route: FarmRoute): View {
  const { language, format } = context.voice
  const own: FarmContext = {
    ...context,
    farm: createSayFarm(language),
    editing: createEditorVoice(language, format),
  }
  return route.page === 'farms' ? createFarmList(own) : createHousePage(own, route)
}

export const mayTouchFarms = (account: Account | undefined): boolean => mayTouch(account, 'farm')
