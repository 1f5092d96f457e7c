import fastify from 'fastify'
import ModbusRTU from 'modbus-serial'
import { PUMP_RELAY } from '../panel/farm.ts'
import { isRecord } from '../values.ts'

/** `node bare-valves-process.js <http port> <modbus port>`: the same two buttons, written out with the same libraries. */
const [httpPort, modbusPort] = process.argv.slice(2).map(Number)
const line = new ModbusRTU.default()
await line.connectTCP('127.0.0.1', { port: modbusPort ?? 0 })
const app = fastify()

/** modbus-serial asks one thing at a time; whoever uses it waits for its answers. */
let last: Promise<unknown> = Promise.resolve()
function write(unit: number, relay: number, on: boolean): Promise<unknown> {
  last = last.then(() => {
    line.setID(unit)
    return line.writeCoil(relay - 1, on)
  })
  return last
}

function numbersOf(body: unknown) {
  const { unit, valve } = isRecord(body) ? body : {}
  return { unit: Number(unit), valve: Number(valve) }
}

app.post('/water', async ({ body }, reply) => {
  const { unit, valve } = numbersOf(body)
  await write(unit, valve, true)
  await write(unit, PUMP_RELAY, true)
  return reply.code(202).send({ taken: true })
})
app.post('/stop', async ({ body }, reply) => {
  const { unit, valve } = numbersOf(body)
  await write(unit, PUMP_RELAY, false)
  await write(unit, valve, false)
  return reply.code(202).send({ taken: true })
})
await app.listen({ host: '127.0.0.1', port: httpPort ?? 0 })
process.stdout.write('ready\n')
