import { connect, createServer, type Socket } from 'node:net'

/** A way to a server of this machine that counts what comes over it, headers included. */
export async function countedLine(farPort: number) {
  const sockets = new Set<Socket>()
  let arrived = 0
  const server = createServer((near) => {
    const far = connect(farPort, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    far.on('data', (bytes) => {
      arrived += bytes.length
    })
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arrived: () => arrived,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
