/** Filled by its room. */
export const hubErrors = {} as const
