import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Child } from '../child.ts'
import { freePort, type Workplace } from '../workplace.ts'

/** Node-RED's runtime with one flow and no editor. */

/** MQTT.js leaves Nagle's algorithm on, and Node-RED offers no switch: this does it from outside. */
const NO_DELAY = `const { Socket } = require('node:net')
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  this.setNoDelay(true)
  return connect.apply(this, args)
}
`

/**
 * The rule that the bench's stations have, as somebody would write it in a function node: decode the EM500-UDL, raise
 * at 3 m, clear below 2.99 m, and tell the WS558 when that changes.
 */
const RULE = `
const { deviceInfo, data } = msg.payload
const bytes = Buffer.from(data, 'base64')
let distance
for (let at = 0; at + 2 < bytes.length; ) {
  if (bytes[at] === 0x01 && bytes[at + 1] === 0x75) at += 3
  else if (bytes[at] === 0x03 && bytes[at + 1] === 0x82) {
    distance = bytes.readUInt16LE(at + 2) / 1000
    at += 4
  } else return null
}
if (distance === undefined) return null
const stage = 5 - distance
const was = context.get(deviceInfo.devEui) === true
const is = was ? stage >= 2.99 : stage >= 3
if (is === was) return null
context.set(deviceInfo.devEui, is)
const siren = 'b' + deviceInfo.devEui.slice(1)
const application = msg.topic.split('/')[1]
return {
  topic: 'application/' + application + '/device/' + siren + '/command/down',
  payload: JSON.stringify({
    devEui: siren, confirmed: true, fPort: 85, data: Buffer.from([0x08, 0x01, is ? 0x01 : 0x00]).toString('base64'),
  }),
}`

/** The rule above between a broker's topics. */
export function startNodeRed(
  workplace: Workplace,
  { brokerPort, noDelay }: { readonly brokerPort: number; readonly noDelay: boolean },
): Promise<Child> {
  return startRuntime(workplace, { flow: flow(brokerPort), noDelay })
}

export async function startRuntime(
  workplace: Workplace,
  options: {
    readonly flow: readonly unknown[]
    /** Where its `http in` nodes are to listen; left out, there are none. */
    readonly httpPort?: number
    readonly noDelay?: boolean
  },
): Promise<Child> {
  const folder = workplace.folder('node-red')
  const { httpPort } = options
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: httpPort ?? (await freePort()),
    flowFile: 'flows.json',
    disableEditor: true,
    httpAdminRoot: false,
    httpNodeRoot: httpPort === undefined ? false : '/',
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  }
  writeFileSync(join(folder, 'settings.cjs'), `module.exports = ${JSON.stringify(settings)}\n`)
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(options.flow))
  writeFileSync(join(folder, 'no-delay.cjs'), NO_DELAY)
  const red = createRequire(import.meta.url).resolve('node-red/red.js')
  const preload = options.noDelay === true ? ['--require', join(folder, 'no-delay.cjs')] : []
  const args = [...preload, red, '--userDir', folder, '--settings', join(folder, 'settings.cjs')]
  return workplace.startNode(args, { cwd: folder })
}

function flow(brokerPort: number) {
  const tab = 'flood'
  const broker = {
    id: 'broker',
    type: 'mqtt-broker',
    name: '',
    broker: '127.0.0.1',
    port: String(brokerPort),
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '60',
    cleansession: true,
  }
  const input = {
    id: 'up',
    type: 'mqtt in',
    z: tab,
    topic: 'application/+/device/+/event/up',
    qos: '1',
    datatype: 'json',
    broker: broker.id,
    wires: [['rule']],
  }
  const rule = { id: 'rule', type: 'function', z: tab, func: RULE, outputs: 1, wires: [['down']] }
  const output = {
    id: 'down',
    type: 'mqtt out',
    z: tab,
    topic: '',
    qos: '1',
    retain: 'false',
    broker: broker.id,
    wires: [],
  }
  return [{ id: tab, type: 'tab', label: tab }, broker, input, rule, output]
}
