import type { PanelOutput } from '../api-types.ts'

/** How long a person can have what is wanted, s: what mists stays off for hours, but never runs for longer than it may. */
export function handTime(
  for_s: number,
  wanted: number,
  output: Pick<PanelOutput, 'longest_s'> | undefined,
): number {
  return wanted > 0 ? Math.min(for_s, output?.longest_s ?? for_s) : for_s
}
