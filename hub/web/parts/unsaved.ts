import type { Voice } from '../wording.ts'
import { confirm } from './confirm.ts'

/** Asks before what was edited and not saved is lost: within the page, and where the browser itself is left. */
export function guardUnsaved({ say }: Pick<Voice, 'say'>, dirty: () => boolean) {
  const leaving = (event: BeforeUnloadEvent) => {
    if (dirty()) event.preventDefault()
  }
  addEventListener('beforeunload', leaving)
  return {
    /** Whether the page may be left. */
    leave: async (): Promise<boolean> =>
      !dirty() ||
      confirm({
        ...{ title: say('leaveTitle'), notes: [say('leaveNote')], grave: true },
        ...{ yes: say('leaveYes'), no: say('leaveNo') },
      }),
    close: () => removeEventListener('beforeunload', leaving),
  }
}
