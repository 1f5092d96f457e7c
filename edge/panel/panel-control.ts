import { FaultError, fault } from '../../core/errors.ts'
import { type Account, type Accounts, sameName } from './accounts.ts'
import type { AccountView } from './api-types.ts'

/** The doors of the panel for who stands at the node. */
export interface ControlledPanel {
  readonly accounts: Accounts
  /** A code that makes one owner, within an hour. */
  mintCode(): string
  mintPin(account: Account): string
  view(account: Account): AccountView
  /** Ends sessions and lock of an account. */
  letIn(account: string): void
}

type Args = Readonly<Record<string, unknown>>

/** What a person at the node may ask of its panel, by command; undefined for none. Refusals are thrown as FaultErrors. */
export function panelControl(panel: ControlledPanel | undefined) {
  const there = (): ControlledPanel => {
    if (panel === undefined) throw new FaultError(fault('PANEL_OFF'))
    return panel
  }
  return {
    'panel-code': (): string => there().mintCode(),
    'panel-accounts': (): readonly AccountView[] => there().accounts.list().map(there().view),
    /** A new PIN of an account, by its id or its name: the old one, its sessions and its lock are over. */
    async 'panel-reset-pin'(args: Args): Promise<string> {
      const { accounts, mintPin, letIn } = there()
      const asked = args.account
      const account = accounts
        .list()
        .find(({ id, name }) => id === asked || (typeof asked === 'string' && sameName(name, asked)))
      if (account === undefined) throw new FaultError(fault('ACCOUNT_UNKNOWN'))
      const pin = mintPin(account)
      const changed = await accounts.change(account.id, { pin })
      if (!changed.ok) throw new FaultError(changed.error)
      letIn(account.id)
      return pin
    },
  }
}
