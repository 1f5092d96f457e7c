import type { ServerResponse } from 'node:http'
import { type Cancel, type Clock, every } from '../clock.ts'

const HEARTBEAT_MS = 15_000
/** Bytes that may wait for one client; a slower one is cut and comes back for the state of then. */
const BUFFER_BYTES_MAX = 512 * 1024
/** How long a browser waits before it comes back, in ms. */
const RETRY_MS = 2_000
const RETRY_SLOW_MS = 10_000
const RETRY_FULL_MS = 30_000

/** The clients of a stream of server-sent events: so many and no more, and none that does not read. */
export interface EventClients<Who> {
  /**
   * Answers with the stream; `head` are the headers of the answer beside its own, `first` is told to this client alone.
   * Where there are too many clients, whoever has most gives up the oldest for one who has fewer; where nobody has, the
   * answer is ended: false.
   */
  add(response: ServerResponse, who: Who, head: Readonly<Record<string, string>>, first?: string): boolean
  write(text: string): void
  /** Ends the streams of those of whom `ends` is true. */
  drop(ends: (who: Who) => boolean): void
  count(): number
  close(): void
}

/** One event as the format has it. */
export function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

export function createEventClients<Who>(options: {
  readonly wall: Clock
  readonly clientsMax: number
  /** Streams of one `who`: a further one ends the oldest, which most often is a line that died unseen. */
  readonly eachMax?: number
  /** Told to each of them every 15 s, so that a dead line is found out. */
  heartbeat(): string
}): EventClients<Who> {
  const clients = new Map<ServerResponse, Who>()
  const end = (client: ServerResponse, retryMs: number) => {
    client.end(`retry: ${retryMs}\n\n`)
    clients.delete(client)
    // What is buffered for it would stay in memory for as long as it does not read.
    client.destroy()
  }
  const write = (text: string) => {
    for (const client of clients.keys()) {
      if (client.writableLength + text.length <= BUFFER_BYTES_MAX) client.write(text)
      else end(client, RETRY_SLOW_MS)
    }
  }
  /** The oldest stream of whoever has most, where that is more than one who asks for a further one would have. */
  const spared = (more: number): ServerResponse | undefined => {
    const counts = new Map<Who, number>()
    for (const who of clients.values()) counts.set(who, (counts.get(who) ?? 0) + 1)
    const [most] = [...counts].toSorted(([, one], [, other]) => other - one)
    if (most === undefined || most[1] <= more) return undefined
    return [...clients].find(([, who]) => who === most[0])?.[0]
  }
  let beat: Cancel | undefined

  return {
    add(response, who, head, first = '') {
      response.writeHead(200, {
        ...head,
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const own = [...clients].flatMap(([client, of]) => (of === who ? [client] : []))
      const [oldest] = own
      if (oldest !== undefined && own.length >= (options.eachMax ?? Number.POSITIVE_INFINITY))
        end(oldest, RETRY_FULL_MS)
      const crowded = clients.size >= options.clientsMax ? spared(own.length + 1) : undefined
      if (crowded !== undefined) end(crowded, RETRY_FULL_MS)
      if (clients.size >= options.clientsMax) {
        response.end(`retry: ${RETRY_FULL_MS}\n\n`)
        return false
      }
      response.socket?.setNoDelay(true)
      clients.set(response, who)
      beat ??= every(options.wall, HEARTBEAT_MS, () => write(options.heartbeat()))
      response.on('close', () => clients.delete(response))
      response.write(`retry: ${RETRY_MS}\n\n${first}`)
      return true
    },
    write,
    drop(ends) {
      for (const [client, who] of clients) if (ends(who)) end(client, RETRY_MS)
    },
    count: () => clients.size,
    close() {
      beat?.()
      for (const client of clients.keys()) client.end()
      clients.clear()
    },
  }
}
