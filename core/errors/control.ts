/** Filled by its room. */
export const controlErrors = {} as const
