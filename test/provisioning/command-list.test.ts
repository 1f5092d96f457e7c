import { describe, expect, test } from 'vitest'
import type { NodeStatus } from '../../edge/node-control.ts'
import { commandList } from '../../provisioning/command-list.ts'

const AT = Date.UTC(2026, 10, 21, 6)

function asked(part: Partial<NodeStatus['commands'][number]> = {}): NodeStatus['commands'][number] {
  const action = { type: 'drive', device: 'dh-siren', output: 'relay1', value: 1, for_s: 60 } as const
  const times = { notBefore: 0, expires: AT + 60_000, order: 1 }
  const command = {
    v: 1,
    id: 'c1',
    class: 'momentary',
    action,
    who: 'Lan',
    why: 'nước lên',
    ...times,
  } as const
  return { command, state: 'waiting', outcome: undefined, ...part }
}

describe('commands in tram status', () => {
  test('are not spoken of where there were none', () => {
    expect(commandList([])).toEqual([])
  })

  test('say what, who, why and how it stands', () => {
    expect(commandList([asked()]).at(-1)).toBe(
      '  dh-siren/relay1 = 1, 60 s · momentary · Lan: nước lên · đang chờ/waiting',
    )
  })

  test('say when it ended, and why in a sentence', () => {
    const outcome = { v: 1, command: 'c1', outcome: 'expired', at: AT, code: 'COMMAND_EXPIRED' } as const
    const lines = commandList([asked({ state: 'settled', outcome: { ...outcome, details: { late_s: 7 } } })])
    expect(lines.at(-2)).toContain('quá hạn, không làm/expired, not run · 2026-11-21T06:00:00.000Z')
    expect(lines.at(-1)).toContain('quá hạn 7 giây')
  })

  test('say of lamps which, at what level and for how long', () => {
    const { command } = asked()
    const light = {
      type: 'light',
      station: 'le-duan',
      target: { group: 'ends' },
      level: 40,
      for_s: 600,
    } as const
    const told = commandList([asked({ command: { ...command, action: light } })]).at(-1)
    expect(told).toContain('đèn/light le-duan ends = 40 %, 600 s · momentary · Lan')
  })

  test('say which command was undone', () => {
    const { command } = asked()
    const release = { type: 'light-release', station: 'le-duan', command: 'c1' } as const
    const told = commandList([asked({ command: { ...command, class: 'setting', action: release } })]).at(-1)
    expect(told).toContain('thả đèn/release le-duan c1 · setting')
  })
})
