import { systemClock } from '../../core/node/system-clock.ts'
import { findDefinition } from '../../devices/registry.ts'
import { definedUnit } from '../../sim/modbus/defined-unit.ts'
import { serveTcp } from '../../sim/modbus/serve.ts'
import type { ModbusUnit } from '../../sim/modbus/unit.ts'
import { TURN_ROUND_MS } from '../modbus-line.ts'
import { sound } from '../values.ts'
import type { Workplace } from '../workplace.ts'
import { PROBE_MODEL, PROBE_UNIT, RELAY_MODEL } from './farm.ts'

/** Boards of eight relays and soil probes behind one Modbus TCP gateway. */
export interface RelayBoards {
  readonly port: number
  /**
   * `performance.now()` at which this relay's coil was written so; now where it already is. Relays count from 1 and
   * boards from 0. Rejects after `REACHED_WITHIN_MS`.
   */
  reached(board: number, relay: number, on: boolean): Promise<number>
}

const REACHED_WITHIN_MS = 10_000
const MINUTE_MS = 60_000

export async function relayBoards(
  workplace: Workplace,
  boards: number,
  probes: number,
): Promise<RelayBoards> {
  const relays = sound(findDefinition(RELAY_MODEL))
  const soil = sound(findDefinition(PROBE_MODEL))
  const states = new Map<string, number>()
  const waiting = new Map<string, (at: number) => void>()
  const keyOf = (board: number, output: string, on: boolean) => `${board}/${output}/${on ? 1 : 0}`
  const units = new Map<number, ModbusUnit>()
  for (let board = 0; board < boards; board++) {
    units.set(
      board + 1,
      definedUnit(relays, {
        channel: (name) => states.get(`${board}/${name}`) ?? 0,
        drive(output, value) {
          states.set(`${board}/${output}`, value)
          waiting.get(keyOf(board, output, value === 1))?.(performance.now())
        },
      }),
    )
  }
  for (let probe = 0; probe < probes; probe++)
    units.set(PROBE_UNIT + probe, definedUnit(soil, { channel: (name) => inSoil(name, probe) }))
  const slaves = await serveTcp(0, { units, clock: systemClock(), turnRoundMs: TURN_ROUND_MS })
  workplace.atEnd(() => slaves.close())

  return {
    port: slaves.port,
    reached(board, relay, on) {
      const output = `relay${relay}`
      if ((states.get(`${board}/${output}`) ?? 0) === (on ? 1 : 0)) return Promise.resolve(performance.now())
      const key = keyOf(board, output, on)
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer)
          waiting.delete(key)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`${key} was not reached within ${REACHED_WITHIN_MS} ms`))
        }, REACHED_WITHIN_MS)
        waiting.set(key, (at) => {
          end()
          resolve(at)
        })
      })
    },
  }
}

/** Soil that never reads quite the same twice, as none does. */
function inSoil(channel: string, probe: number): number {
  const wave = Math.sin((2 * Math.PI * Date.now()) / MINUTE_MS + probe)
  const values: Readonly<Record<string, number>> = {
    moisture: 25 + probe + wave,
    temperature: 27 + wave / 2,
    conductivity: 900 + 20 * wave,
    ph: 6.4,
  }
  return values[channel] ?? 0
}
