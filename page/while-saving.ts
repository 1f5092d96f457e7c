import { setAttributes } from './element.ts'

/**
 * Waits for the answer to what is saved, while neither its fields nor its keys take anything: what would be changed
 * meanwhile is not among what is saved, and the answer would overwrite it.
 */
export async function whileSaving<T>(
  fields: HTMLElement,
  keys: readonly HTMLButtonElement[],
  answer: Promise<T>,
): Promise<T> {
  const rest = (on: boolean) => {
    setAttributes(fields, { inert: on })
    for (const key of keys) setAttributes(key, { disabled: on })
  }
  rest(true)
  try {
    return await answer
  } finally {
    rest(false)
  }
}
