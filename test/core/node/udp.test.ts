import { expect, test } from 'vitest'
import { udpNetwork } from '../../../core/node/udp.ts'

test('an answer to the forged sender port 0 is lost, as datagrams are, and harms nothing', async () => {
  const socket = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const other = await udpNetwork.bind({ host: '127.0.0.1', port: 0 })
  const heard = new Promise((resolve) => other.onMessage((bytes) => resolve([...bytes])))
  socket.send(Uint8Array.of(1), { host: '127.0.0.1', port: 0 })
  socket.send(Uint8Array.of(2), other.local)
  expect(await heard).toEqual([2])
  await socket.close()
  await other.close()
})
