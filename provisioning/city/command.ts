import { resolve } from 'node:path'
import { callControl } from '../../core/node/control-socket.ts'
import { refuse } from '../../core/node/refuse.ts'
import { print } from '../terminal.ts'
import { cityLayout } from './layout.ts'
import { showStates } from './run.ts'

/** `tram city status|start|stop|kill|cut|join NAME`: asks the running city. */
export async function cityCommand(data: string, action: string, name: string): Promise<number> {
  const answer = await callControl(cityLayout(resolve(data)).control, action, { name })
  if (!answer.ok) return refuse(answer.error)
  showStates(answer.value)
  return 0
}

/** `tram city fault DEVICE FAULT`: breaks a virtual device, or mends it with `none`. */
export async function cityFault(data: string, device: string, faultName: string): Promise<number> {
  const answer = await callControl(cityLayout(resolve(data)).simControl, 'fault', {
    device,
    fault: faultName,
  })
  if (!answer.ok) return refuse(answer.error)
  print('đã nhận / done')
  return 0
}
