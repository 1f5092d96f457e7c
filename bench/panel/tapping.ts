import type { Bench } from '../measurement.ts'
import { startBareValves } from '../peers/bare-valves.ts'
import { startRedValves } from '../peers/node-red-valves.ts'
import { pause, until } from '../rounds.ts'
import { freePort } from '../workplace.ts'
import { houseId, PUMP_RELAY, valveRelay, ZONES } from './farm.ts'
import { panelNode } from './panel-node.ts'
import { type Phone, phone } from './phone.ts'
import { type RelayBoards, relayBoards } from './relay-boards.ts'

/** Something with a button for each zone and one that stops all, before boards of its own. */
export interface TapPanel {
  readonly boards: RelayBoards
  tap(house: number, zone: number): Promise<unknown>
  stop(house: number): Promise<unknown>
  /** Lets the house be watered again; over before the next tap. */
  goOn(house: number): Promise<unknown>
}

/** A pump may begin 120 times an hour, and the bench taps more often. */
export const HOUSES = 4
/** Taps fall at any moment of the boards' being asked. */
const BETWEEN_MS = 60
const SPREAD_MS = 97
const STEP_MS = 37
const READY_WITHIN_MS = 30_000

export interface Tap {
  /** From the tap to the valve's coil, to the phone's answer, and from the stop to the pump's coil, in ms. */
  readonly valve_ms: number
  readonly answer_ms: number
  readonly pump_ms: number
}

/** Waters a zone, waits until the pump runs, stops, and waits until all is shut; houses and zones in turn. */
export async function tapOnce({ boards, ...panel }: TapPanel, index: number): Promise<Tap> {
  const house = index % HOUSES
  const zone = Math.floor(index / HOUSES) % ZONES.length
  const valve = valveRelay(zone)
  const opened = boards.reached(house, valve, true)
  const running = boards.reached(house, PUMP_RELAY, true)
  const tapped = performance.now()
  const [valveAt, answerAt] = await Promise.all([
    opened,
    panel.tap(house, zone).then(() => performance.now()),
    running,
  ])
  await pause(BETWEEN_MS + ((index * STEP_MS) % SPREAD_MS))
  const rested = boards.reached(house, PUMP_RELAY, false)
  const shut = boards.reached(house, valve, false)
  const stopped = performance.now()
  const [pumpAt] = await Promise.all([rested, panel.stop(house), shut])
  await panel.goOn(house)
  await pause(BETWEEN_MS + ((index * STEP_MS) % SPREAD_MS))
  return { valve_ms: valveAt - tapped, answer_ms: answerAt - tapped, pump_ms: pumpAt - stopped }
}

/** A whole node, with a phone at each house that looks on. */
export async function ourPanel({ workplace }: Bench): Promise<TapPanel> {
  const { boards, phones } = await panelNode(workplace, HOUSES)
  const people = await phones(HOUSES)
  for (const one of people) await one.look()
  const at = (house: number, what: string, body: unknown) =>
    personAt(people, house).post(`/api/greenhouses/${houseId(house)}/${what}`, body)
  return {
    boards,
    tap: (house, zone) => at(house, 'water', { zone: ZONES[zone], amount: { minutes: 10 } }),
    stop: (house) => at(house, 'stop', {}),
    goOn: (house) => at(house, 'resume', {}),
  }
}

/** `http in`, a function that makes the frames, `tcp request`: Node-RED with nothing installed beside it. */
export async function redPanel({ workplace }: Bench): Promise<TapPanel> {
  const boards = await relayBoards(workplace, HOUSES, 0)
  const httpPort = await freePort()
  await startRedValves(workplace, { httpPort, modbusPort: boards.port })
  return plainPanel(workplace, boards, httpPort)
}

/** One process of Fastify and modbus-serial that does nothing else: the least that the same libraries take. */
export async function barePanel({ workplace }: Bench): Promise<TapPanel> {
  const boards = await relayBoards(workplace, HOUSES, 0)
  const httpPort = await freePort()
  await startBareValves(workplace, { httpPort, modbusPort: boards.port })
  return plainPanel(workplace, boards, httpPort)
}

async function plainPanel(
  workplace: Bench['workplace'],
  boards: RelayBoards,
  httpPort: number,
): Promise<TapPanel> {
  const people = Array.from({ length: HOUSES }, (_, house) => phone(httpPort, house))
  for (const one of people) workplace.atEnd(one.close)
  const ask = (house: number, what: string, valve: number) =>
    personAt(people, house).post(`/${what}`, { unit: house + 1, valve })
  let valve = valveRelay(0)
  await until('the peer to stop a pump', READY_WITHIN_MS, () =>
    ask(0, 'stop', valve).then(
      () => true,
      () => false,
    ),
  )
  return {
    boards,
    tap(house, zone) {
      valve = valveRelay(zone)
      return ask(house, 'water', valve)
    },
    stop: (house) => ask(house, 'stop', valve),
    goOn: () => Promise.resolve(),
  }
}

function personAt(people: readonly Phone[], house: number): Phone {
  const one = people[house]
  if (one === undefined) throw new RangeError(`nobody at house ${house}`)
  return one
}
