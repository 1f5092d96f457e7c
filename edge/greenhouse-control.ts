import Type from 'typebox'
import { FaultError, fault } from '../core/errors.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { hex, type Random } from '../core/random.ts'
import type { Result } from '../core/result.ts'
import { type Checked, checker } from '../core/schema.ts'
import { WaterAmount } from '../core/wire/commands.ts'
import type { Agent } from './agent.ts'
import { stopByHand, type WateredHouse, waterByHand } from './commands/waters.ts'

type Args = Readonly<Record<string, unknown>>

const Id = Type.String({ pattern: ID_PATTERN })
const Who = Type.String({ minLength: 1, maxLength: 60 })
const strict = { additionalProperties: false } as const
const checkWater = checker(
  Type.Object({ station: Id, zone: Id, amount: WaterAmount, recipe: Type.Optional(Id), who: Who }, strict),
)
const checkStop = checker(Type.Object({ station: Id, zone: Type.Optional(Id), who: Who }, strict))

/** What a person at the node may ask of a greenhouse, by command. Refusals are thrown as FaultErrors. */
export function greenhouseControl({
  agent,
  random,
}: {
  readonly agent: Pick<Agent, 'watered'>
  readonly random: Random
}) {
  const house = (station: string): WateredHouse => orThrow(agent.watered(station))
  return {
    water(args: Args) {
      const { station, ...asked } = sound(checkWater(args))
      orThrow(waterByHand(house(station), asked, `site-${hex(random.bytes(8))}`))
    },
    'water-stop'(args: Args) {
      const { station, zone, who } = sound(checkStop(args))
      orThrow(stopByHand(house(station), zone, who))
    },
    'water-resume'(args: Args) {
      const { station, who } = sound(checkStop(args))
      house(station).input({ type: 'water-resume', who })
    },
  }
}

function sound<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value
  const { path, message } = checked.problem
  throw new FaultError(fault('CONTROL_REFUSED', { reason: `${path} ${message}` }))
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}
