import { systemRandom } from '../../core/node/system-random.ts'
import { hashSecret } from '../../core/scrypt.ts'
import { type EdgeNode, edgeNode } from '../nodes.ts'
import { freePort, type Workplace } from '../workplace.ts'
import { farmSections, houses, ZONES } from './farm.ts'
import { type Phone, phone } from './phone.ts'
import { type RelayBoards, relayBoards } from './relay-boards.ts'

const PIN = '482915'

/** A node with greenhouses and its panel, without a hub; started. */
export interface PanelNode {
  readonly node: EdgeNode
  readonly boards: RelayBoards
  readonly port: number
  /** So many phones, signed in. */
  phones(count: number): Promise<readonly Phone[]>
}

export async function panelNode(workplace: Workplace, count: number): Promise<PanelNode> {
  const boards = await relayBoards(workplace, count, ZONES.length)
  const port = await freePort()
  const owner = { name: 'Bà Năm', pinHash: await hashSecret(PIN, systemRandom) }
  const node = edgeNode(workplace, {
    hubUrl: `mqtt://127.0.0.1:${await freePort()}`,
    greenhouses: houses(count),
    sections: {
      ...farmSections(count, boards.port),
      panel: { port, owner },
      // Days and crops are shown only where the time is known.
      time: { trustSystem: 'always' },
    },
  })
  await node.start()
  return {
    node,
    boards,
    port,
    async phones(wanted) {
      const all = Array.from({ length: wanted }, (_, index) => phone(port, index))
      for (const one of all) {
        workplace.atEnd(one.close)
        await one.signIn(PIN)
      }
      return all
    },
  }
}
