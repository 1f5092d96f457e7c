const S = 1
const MIN = 60
const H = 3_600
const DAY = 86_400

/** How old something was when it was sent, in seconds: 32 steps, rounded down, so that it is at least so old. */
export const AGES_S = [
  ...[0, 5, 10, 20, 30, 45].map((n) => n * S),
  ...[1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45].map((n) => n * MIN),
  ...[1, 1.5, 2, 3, 4, 6, 8, 12, 18].map((n) => n * H),
  ...[1, 2, 4, 8, 16].map((n) => n * DAY),
] as const

/** The code of an age; what is older than the last step has its code, what lies in the future that of 0. */
export function ageCode(age_s: number): number {
  const next = AGES_S.findIndex((step) => step > age_s)
  return next === -1 ? AGES_S.length - 1 : Math.max(0, next - 1)
}

export function ageOf(code: number): number {
  return AGES_S[code] ?? AGES_S[AGES_S.length - 1] ?? 0
}
