/** Does what closes the view of the moment, unless whoever looks wants to stay on it. One question at a time. */
export function createLeaving(mayLeave: () => Promise<boolean> | undefined) {
  let asking = false
  return async (go: () => void, stay = () => {}): Promise<void> => {
    if (asking) return
    asking = true
    const may = (await mayLeave()) ?? true
    asking = false
    if (may) go()
    else stay()
  }
}
