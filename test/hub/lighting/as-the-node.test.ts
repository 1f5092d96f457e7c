import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Mono, Utc } from '../../../core/clock.ts'
import type { CommandClass, LightTarget } from '../../../core/wire/commands.ts'
import { heldLamps } from '../../../edge/control/lighting/orders.ts'
import { lightingController } from '../../../edge/control/lighting/step.ts'
import type { LightCommand } from '../../../hub/commands/commands.ts'
import { holdsOf } from '../../../hub/lighting/holds.ts'
import { readStreet } from '../../../hub/lighting/street-document.ts'
import { demoStreet } from '../../../sim/lighting/demo-street.ts'
import { T0 } from '../world.ts'

/** Hub and node each work out who holds which lamp, and must never tell two people two things. */

const { document } = demoStreet()
const ids = document.lamps.map(({ id }) => id).slice(0, 8)
const shown = readStreet(document)
if (shown === undefined) throw new Error('the demonstration street cannot be shown')
const street = shown

const target: fc.Arbitrary<LightTarget> = fc.oneof(
  fc.constant({ all: true } as const),
  fc.constantFrom(...document.feeders.map(({ id }) => ({ feeder: id }))),
  fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }).map((lamps) => ({ lamps })),
)
const deed = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('light' as const),
      target,
      level: fc.integer({ min: 1, max: 100 }),
      given: fc.constantFrom<CommandClass>('momentary', 'setting', 'emergency'),
      for_s: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), target }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('undo' as const), back: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('wait' as const), for_s: fc.integer({ min: 1, max: 200 }) }),
  },
)

function commandOf(
  order: number,
  at: number,
  given: CommandClass,
  action: LightCommand['action'],
): LightCommand {
  const state = action.type === 'light' ? 'accepted' : 'done'
  const times = { issuedAt: at, notBefore: 0, expires: at + 1, sentAt: at, sendings: 1, acceptedAt: at }
  const rest = { endedAt: null, heardAt: null, cancelledBy: null, withheld: false, problem: null }
  const view = {
    id: `c${order}`,
    edge: 'e',
    class: given,
    action,
    who: 'lan',
    why: 'thử',
    state,
    ...times,
    ...rest,
  }
  return { view: { ...view, state }, action, order, accepted: {}, end: null }
}

test('hub and node agree on who holds which lamp, whatever is ordered, undone and waited for', () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 1, maxLength: 25 }), (deeds) => {
      let state = lightingController.create(document)
      let elapsed = 0
      const commands: LightCommand[] = []
      const now = () => ({ at: (T0 + elapsed) as Utc, mono: elapsed as Mono, quality: 'synced' as const })
      const give = (input: Parameters<typeof lightingController.step>[1]) => {
        state = lightingController.step(state, input, now()).state
      }
      give({ type: 'tick' })
      for (const [index, done] of deeds.entries()) {
        const order = index + 1
        if (done.type === 'wait') elapsed += done.for_s * 1_000
        if (done.type === 'light') {
          const { target: lamps, level, given } = done
          const for_s = given === 'setting' ? undefined : done.for_s
          const action = {
            type: 'light',
            station: street.id,
            target: lamps,
            level,
            ...(for_s && { for_s }),
          } as const
          commands.unshift(commandOf(order, T0 + elapsed, given, action))
          const who = { command: `c${order}`, order, who: 'lan', why: 'thử' }
          give({
            type: 'light',
            ...who,
            target: lamps,
            level,
            forS: for_s ?? null,
            emergency: given === 'emergency',
          })
        }
        if (done.type === 'release' || done.type === 'undo') {
          const which = done.type === 'undo' ? { command: `c${order - done.back}` } : { target: done.target }
          const action = { type: 'light-release', station: street.id, ...which } as const
          commands.unshift(commandOf(order, T0 + elapsed, 'setting', action))
          give({ type: 'light-release', order, ...which })
        }
        give({ type: 'tick' })
        const node = heldLamps(state).map((hold) => hold?.command)
        const hub = holdsOf(street, commands, T0 + elapsed)
        expect(street.lamps.map(({ id }) => hub.get(id)?.command)).toEqual(
          street.lamps.map((_, lamp) => node[lamp]),
        )
      }
    }),
    { numRuns: 200 },
  )
})
