/** Filled by its room. */
export const lorawanErrors = {} as const
