import { connect, createServer, type Server, type Socket } from 'node:net'

/** The network between the nodes of a demonstration city and its hub, with a plug for each node. */
export interface CityLines {
  /** Ports on loopback by which this node reaches the hub. */
  open(edge: string): Promise<{ readonly mqtt: number; readonly http: number }>
  /** Pulls the plug, or puts it in again; false for a node that is not there or is so already. */
  cut(edge: string): boolean
  join(edge: string): boolean
  states(): readonly { readonly edge: string; readonly joined: boolean }[]
  close(): Promise<void>
}

interface Plug {
  joined: boolean
  readonly servers: Server[]
  readonly sockets: Set<Socket>
}

export function createCityLines(hub: { readonly mqtt: number; readonly http: number }): CityLines {
  const plugs = new Map<string, Plug>()

  const relay = async (plug: Plug, target: number): Promise<number> => {
    const server = createServer({ noDelay: true }, (near) => {
      if (!plug.joined) return void near.destroy()
      const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        plug.sockets.add(one)
        one.pipe(other)
        one.on('error', () => one.destroy())
        one.on('close', () => {
          plug.sockets.delete(one)
          other.destroy()
        })
      }
    })
    plug.servers.push(server)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('a line without a port')
    return address.port
  }
  const drop = ({ sockets }: Plug) => {
    for (const socket of [...sockets]) socket.destroy()
  }
  return {
    async open(edge) {
      const plug: Plug = { joined: true, servers: [], sockets: new Set() }
      plugs.set(edge, plug)
      return { mqtt: await relay(plug, hub.mqtt), http: await relay(plug, hub.http) }
    },
    cut(edge) {
      const plug = plugs.get(edge)
      if (plug?.joined !== true) return false
      plug.joined = false
      drop(plug)
      return true
    },
    join(edge) {
      const plug = plugs.get(edge)
      if (plug?.joined !== false) return false
      plug.joined = true
      return true
    },
    states: () => [...plugs].map(([edge, { joined }]) => ({ edge, joined })),
    async close() {
      for (const plug of plugs.values()) {
        drop(plug)
        await Promise.all(
          plug.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
        )
      }
    },
  }
}
