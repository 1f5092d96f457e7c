import type { SessionView } from '../../api-types.ts'
import type { Api } from '../api.ts'
import type { Context } from '../context.ts'
import type { Voice } from '../scene.ts'

export interface SignInOptions {
  readonly voice: Voice
  readonly api: Api
  readonly clock: Context['clock']
  readonly session: SessionView
  readonly switchLanguage: () => void
  readonly done: (session: SessionView) => void
}
