/** Bounds of what a frame can say; the same on both sides, so that none is cut that the hub would refuse for ever. */

export const FRAME_ROWS_MAX = 10_000
export const FRAME_GAPS_MAX = 10_000
/** Points of one node. */
export const FRAME_SERIES_MAX = 10_000
/** Differences of two values, doubled for their sign, must stay exact in a double. */
export const FRAME_VALUE_MAX = 2 ** 51 - 1
/** Beyond the year 10,000; differences of differences stay exact. */
export const FRAME_AT_MAX = 2 ** 48
