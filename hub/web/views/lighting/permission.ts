import { type Account, mayTouch } from '../../account.ts'

export const mayTouchLights = (account: Account | undefined): boolean => mayTouch(account, 'lighting')
