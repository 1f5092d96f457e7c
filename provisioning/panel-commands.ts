import { refuse } from '../core/node/refuse.ts'
import type { AccountView } from '../edge/panel/api-types.ts'
import { duration } from './duration.ts'
import { callNode } from './node-commands.ts'
import { print } from './terminal.ts'

/** `tram panel`: the accounts of a node's panel, for whoever stands at the node. */

export async function panelCodeCommand(config: string): Promise<number> {
  const answer = await callNode(config, 'panel-code')
  if (!answer.ok) return refuse(answer.error)
  const code = String(answer.value)
  print(`${code.slice(0, 4)} ${code.slice(4)}`)
  print('Mở trang của bảng điều khiển, nhập mã này để tạo chủ vườn: dùng một lần, trong một giờ.')
  print('Open the page of the panel and enter this code to make an owner: once, within an hour.')
  return 0
}

export async function panelAccountsCommand(config: string): Promise<number> {
  const answer = await callNode(config, 'panel-accounts')
  if (!answer.ok) return refuse(answer.error)
  const accounts = answer.value as readonly AccountView[]
  if (accounts.length === 0) print('chưa có ai: tram panel code / nobody yet: tram panel code')
  for (const { id, name, role, sessions, locked_s } of accounts) {
    const kind = role === 'owner' ? 'chủ vườn/owner' : 'thành viên/member'
    const locked = locked_s > 0 ? ` · đang khóa/locked ${duration(locked_s)}` : ''
    print(`${id}  ${name} · ${kind} · ${sessions} máy/devices${locked}`)
  }
  return 0
}

export async function panelResetPinCommand(config: string, account: string): Promise<number> {
  const answer = await callNode(config, 'panel-reset-pin', { account })
  if (!answer.ok) return refuse(answer.error)
  print(`PIN ${String(answer.value)}`)
  print(
    'Mọi máy đang đăng nhập bằng người này phải đăng nhập lại. / Every device of this person must sign in anew.',
  )
  return 0
}
