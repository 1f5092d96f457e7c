import type { EditorVoice } from '../../../../page/greenhouse/words.ts'
import type { FarmView } from '../../../api/farm-schema.ts'
import { type Account, mayTouch } from '../../account.ts'
import type { Context } from '../../context.ts'
import type { SayFarm } from '../../words-farm.ts'
import type { PartView } from '../parted-page.ts'

/** What every part of the farm page is given. */
export interface FarmContext extends Context {
  readonly farm: SayFarm
  /** The same words that the panel at the greenhouse has for the same fields. */
  readonly editing: EditorVoice
}

/** One of the pages of a greenhouse. */
export type HousePart = PartView<FarmView>

export const mayTouchFarms = (account: Account | undefined): boolean => mayTouch(account, 'farm')
