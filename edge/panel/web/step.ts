/** Steps that grow with the value, as people count: by 1 up to 10, by 5 up to 60, then by 10, 50, 100. */
export function stepFrom(value: number, up: boolean): number {
  const edge = up ? value : value - 1e-9
  if (edge < 10) return 1
  if (edge < 60) return 5
  if (edge < 200) return 10
  return edge < 1_000 ? 50 : 100
}
