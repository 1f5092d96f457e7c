import Type, { type Static } from 'typebox'
import { type Fault, fault } from '../../../core/errors.ts'
import { ID_PATTERN } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })

/** A gateway that lies on a Modbus line. */
const ModbusGatewayConfig = Type.Object(
  {
    model: Type.Literal('resi-dali'),
    /** Id of a line in the `modbus` section. */
    modbus: Id,
    unit: Type.Integer({ minimum: 1, maximum: 255 }),
  },
  strict,
)
/** One with a serial line of its own, */
const SerialGatewayConfig = Type.Object(
  {
    model: Type.Literal('foxtron-dali232'),
    serial: Type.Object(
      {
        path: Type.String({ minLength: 1, maxLength: 200 }),
        baud: Type.Integer({ minimum: 300, maximum: 921_600, default: 19_200 }),
      },
      strict,
    ),
  },
  strict,
)
/** and one that is reached over TCP. */
const TcpGatewayConfig = Type.Object(
  {
    model: Type.Literal('foxtron-dali232'),
    tcp: Type.Object(
      {
        host: Type.String({ minLength: 1, maxLength: 253 }),
        port: Type.Integer({ minimum: 1, maximum: 65_535, default: 23 }),
      },
      strict,
    ),
  },
  strict,
)

/** DALI lines: each a gateway with up to 64 control gears, which have their short addresses already. */
export const DaliConfig = Type.Array(
  Type.Object(
    {
      id: Id,
      gateway: Type.Union([ModbusGatewayConfig, SerialGatewayConfig, TcpGatewayConfig]),
      /** How often each gear is asked for level and status, unless its definition says otherwise. */
      poll_s: Type.Optional(Type.Number({ minimum: 1, maximum: 3_600 })),
      /** How often power, energy and hours are read from gears that keep them, likewise. */
      memory_s: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400 })),
      /** How long a gear takes from one level to the next; the nearest of DALI's steps is set. 0 for at once. */
      fade_s: Type.Number({ minimum: 0, maximum: 90.5, default: 2 }),
      devices: Type.Array(
        Type.Object(
          {
            id: Id,
            model: Type.String({ maxLength: 60 }),
            address: Type.Integer({ minimum: 0, maximum: 63 }),
          },
          strict,
        ),
        { minItems: 1, maxItems: 64 },
      ),
      /** Written into the gears. When all members of one want the same level, one frame tells them. */
      groups: Type.Array(
        Type.Object(
          {
            group: Type.Integer({ minimum: 0, maximum: 15 }),
            devices: Type.Array(Id, { minItems: 1, maxItems: 64 }),
          },
          strict,
        ),
        { maxItems: 16, default: [] },
      ),
      /** Written into the gears as well. When those of one want just these levels, one frame recalls them. */
      scenes: Type.Array(
        Type.Object(
          {
            scene: Type.Integer({ minimum: 0, maximum: 15 }),
            levels: Type.Array(
              Type.Object({ device: Id, level: Type.Number({ minimum: 0, maximum: 100 }) }, strict),
              { minItems: 1, maxItems: 64 },
            ),
          },
          strict,
        ),
        { maxItems: 16, default: [] },
      ),
    },
    strict,
  ),
  { maxItems: 16 },
)
export type DaliConfig = Static<typeof DaliConfig>
export type DaliLineConfig = DaliConfig[number]

interface GatewaysLine {
  readonly id: string
  readonly devices: readonly { readonly unit: number }[]
}

/**
 * Two gears of one address, a group or scene of gears that are not there, or the same one twice; a gateway on a Modbus
 * line that is not there, or whose number another has: two would take each other's answers.
 */
export function checkDali(lines: DaliConfig, modbusLines: readonly GatewaysLine[]): Result<void> {
  const taken = new Set(modbusLines.flatMap(({ id, devices }) => devices.map(({ unit }) => `${id} ${unit}`)))
  for (const line of lines) {
    const problem = gatewayProblem(line, modbusLines, taken) ?? lineProblem(line)
    if (problem !== undefined) return err(problem)
  }
  return ok(undefined)
}

function gatewayProblem(
  { gateway }: DaliLineConfig,
  modbusLines: readonly GatewaysLine[],
  taken: Set<string>,
): Fault | undefined {
  if (!('modbus' in gateway)) return undefined
  const { modbus: line, unit } = gateway
  const known = modbusLines.map(({ id }) => id)
  if (!known.includes(line)) return fault('MODBUS_LINE_UNKNOWN', { line, known: known.join(', ') })
  const place = `${line} ${unit}`
  if (taken.has(place)) return fault('MODBUS_UNIT_TWICE', { line, unit })
  taken.add(place)
  return undefined
}

function lineProblem({ id: line, devices, groups, scenes }: DaliLineConfig): Fault | undefined {
  const address = twice(devices.map((device) => device.address))
  if (address !== undefined) return fault('DALI_ADDRESS_TWICE', { line, address })
  const known = new Set(devices.map(({ id }) => id))
  const named = [
    ...groups.map(({ group, devices: members }) => ({ what: `group ${group}`, members })),
    ...scenes.map(({ scene, levels }) => ({
      what: `scene ${scene}`,
      members: levels.map(({ device }) => device),
    })),
  ]
  const again = twice(named.map(({ what }) => what))
  if (again !== undefined) return fault('DALI_LISTED_TWICE', { line, what: again })
  for (const { what, members } of named) {
    const stranger = members.find((device) => !known.has(device))
    if (stranger !== undefined) return fault('DALI_MEMBER_UNKNOWN', { line, what, device: stranger })
    const doubled = twice(members)
    if (doubled !== undefined) return fault('DALI_LISTED_TWICE', { line, what: `${what}: ${doubled}` })
  }
  return undefined
}

function twice<T>(items: readonly T[]): T | undefined {
  return items.find((item, index) => items.indexOf(item) !== index)
}
