import type { Child } from '../child.ts'
import { PUMP_RELAY } from '../panel/farm.ts'
import type { Workplace } from '../workplace.ts'
import { startRuntime } from './node-red.ts'

/**
 * Two buttons as an installer would make them: a valve and the pump on, pump and valve off, each a frame of Modbus TCP
 * (function 05). Nothing is read back, queued, kept or forbidden.
 */
const FRAMES = `
const { unit, valve } = msg.payload
const write = (relay, on) => ({
  payload: Buffer.from([0, relay, 0, 0, 0, 6, unit, 5, 0, relay - 1, on ? 0xff : 0, 0]),
})
const pump = ${PUMP_RELAY}
const frames = msg.req.path === '/water'
  ? [write(valve, true), write(pump, true)]
  : [write(pump, false), write(valve, false)]
msg.payload = { taken: true }
return [frames, msg]`

export function startRedValves(
  workplace: Workplace,
  { httpPort, modbusPort }: { readonly httpPort: number; readonly modbusPort: number },
): Promise<Child> {
  const tab = 'valves'
  const button = (name: string) => ({
    ...{ id: name, type: 'http in', z: tab, url: `/${name}`, method: 'post', wires: [['frames']] },
  })
  const frames = {
    ...{ id: 'frames', type: 'function', z: tab, func: FRAMES, outputs: 2, wires: [['line'], ['answer']] },
  }
  const line = {
    ...{ id: 'line', type: 'tcp request', z: tab, server: '127.0.0.1', port: String(modbusPort) },
    // Stays connected.
    ...{ out: 'sit', ret: 'buffer', splitc: ' ', newline: '', tls: '', wires: [[]] },
  }
  const answer = { id: 'answer', type: 'http response', z: tab, statusCode: '202', headers: {}, wires: [] }
  const flow = [{ id: tab, type: 'tab', label: tab }, button('water'), button('stop'), frames, line, answer]
  return startRuntime(workplace, { flow, httpPort })
}
