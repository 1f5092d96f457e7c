import { integer } from '../../../core/random.ts'
import type { CommandClass } from '../../../core/wire/commands.ts'
import { CABINET, OUTPUTS, type OutputName } from './devices.ts'
import type { Pole, Season } from './season.ts'

/** Commands that operators give all the time, outages or not; each drives an output to a value of its own. */
export interface Orders {
  readonly given: readonly Given[]
  end(): void
}

export interface Given {
  readonly id: string
  readonly pole: Pole
  readonly class: CommandClass
  readonly output: OutputName
  readonly value: number
  readonly for_ms: number
  readonly at: number
  readonly expires: number
  readonly order: number
}

const HOUR_MS = 3_600_000
/** Of one node. */
const EVERY_MS = 10 * HOUR_MS
const NAMES = Object.keys(OUTPUTS).filter((name): name is OutputName => name in OUTPUTS)

export function createOrders(season: Season): Orders {
  const { world, random, hub, trace } = season
  const given: Given[] = []
  /** Counts wishes: a hub that ends while it takes one may have kept it, and its value is not for another. */
  let wishes = 0
  let ended = false

  const give = (pole: Pole) => {
    if (ended) return
    world.after(EVERY_MS * (0.2 + 1.6 * random.next()), () => give(pole))
    const kind = random.next()
    const value = ++wishes
    const output = NAMES[integer(random, 0, NAMES.length - 1)] ?? 'lamp'
    const for_s = integer(random, 30, 3_600)
    const expires_s = integer(random, 30, 7_200)
    const notBefore = random.next() < 0.2 ? world.now() + integer(random, 1, 120) * 60_000 : undefined
    const what: CommandClass = kind < 0.65 ? 'momentary' : kind < 0.85 ? 'setting' : 'emergency'
    const wish =
      what === 'setting'
        ? ({ class: what, action: { type: 'hold', device: CABINET, output: 'lamp', value } } as const)
        : ({
            ...{ class: what, expires_s, notBefore },
            action: { type: 'drive', device: CABINET, output, value, for_s },
          } as const)
    hub.ask(({ commands }) => {
      const issued = commands.issue(pole.id, { ...wish, why: 'season' }, 'operator')
      if (!issued.ok) return
      const { id, expires } = issued.value
      trace.note(pole.id, `command ${id}: ${what} ${wish.action.output} = ${value}, until ${expires}`)
      given.push({
        ...{ id, pole, class: what, output: wish.action.output, value, for_ms: for_s * 1000 },
        ...{ at: world.now(), expires, order: given.length },
      })
    })
  }
  for (const pole of season.poles) world.after(EVERY_MS * random.next(), () => give(pole))
  return {
    given,
    end() {
      ended = true
    },
  }
}
