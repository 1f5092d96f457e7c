/** Filled by its room. */
export const wireErrors = {} as const
