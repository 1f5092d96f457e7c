import { expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { createAllowance } from '../../../hub/relay/allowance.ts'

/** Who is counted is bounded: of very many names the oldest is forgotten. */
test('names beyond ten thousand are forgotten, the oldest first', () => {
  const allowance = createAllowance(fakeClock(), 1)
  for (let name = 0; name <= 10_000; name++) allowance.use(`${name}`)
  expect([0, 1, 10_000].map((name) => allowance.spent(`${name}`))).toEqual([false, true, true])
})
