import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { FaultError, fault } from '../../core/errors.ts'
import type { HubConfig } from '../config.ts'
import type { Refuse } from '../refusals.ts'
import type { Peer } from './peer.ts'

/** PEM texts of the broker's certificate, key, and of the CA that signs edges' certificates. */
export interface PeerSecrets {
  readonly cert: string
  readonly key: string
  readonly ca: string | undefined
}

export interface Listeners {
  readonly tcp: number
  readonly ws: number | null
  close(): Promise<void>
}

/** One WebSocket message; MQTT packets may span several. */
const WS_MESSAGE_BYTES_MAX = 512 * 1024

/** To whoever asks for a page where MQTT is spoken. */
const UPGRADE_REQUIRED = 426

export interface ListenOptions {
  readonly config: HubConfig['broker']
  readonly secrets: PeerSecrets | undefined
  readonly accept: (stream: Duplex, peer: Peer) => void
  readonly refuse: Refuse
}

/** Opens MQTT over TCP and, where wanted, over WebSocket. Nagle is off everywhere: it makes an alarm 40 times slower. */
export async function listen(options: ListenOptions): Promise<Listeners> {
  const { config, secrets, accept, refuse } = options
  const tls = secrets === undefined ? undefined : tlsOptions(secrets)
  const onSocket = (socket: Socket) => accept(socket, peerOf(socket))
  const tcp =
    tls === undefined
      ? createTcpServer({ noDelay: true }, onSocket)
      : createTlsServer({ ...tls, noDelay: true }, onSocket)
  bound(tcp, config.connectionsMax, refuse)
  const tcpPort = await open(tcp, config.host, config.port, refuse)
  if (config.wsPort === null) return { tcp: tcpPort, ws: null, close: () => closed(tcp) }

  const onRequest = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(UPGRADE_REQUIRED, { connection: 'close' }).end()
  }
  const web = tls === undefined ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest)
  bound(web, config.connectionsMax, refuse)
  const sockets = new WebSocketServer({
    server: web,
    maxPayload: WS_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })
  sockets.on('connection', (client, request) => {
    accept(createWebSocketStream(client), peerOf(request.socket))
  })
  try {
    const wsPort = await open(web, config.host, config.wsPort, refuse)
    const close = async () => {
      for (const client of sockets.clients) client.terminate()
      web.closeAllConnections()
      await Promise.all([closed(tcp), closed(web)])
    }
    return { tcp: tcpPort, ws: wsPort, close }
  } catch (cause) {
    await closed(tcp)
    throw cause
  }
}

function tlsOptions({ cert, key, ca }: PeerSecrets) {
  const mutual = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false }
  return { cert, key, minVersion: 'TLSv1.2' as const, ...mutual }
}

/** A certificate counts only when our CA signed it; an edge without one may still prove itself by its key. */
function peerOf(socket: Socket): Peer {
  const address = socket.remoteAddress ?? ''
  if (!(socket instanceof TLSSocket)) return { address, certificateName: undefined }
  if (!socket.authorized) return { address, certificateName: undefined, lapsed: lapsedOf(socket) }
  const name: unknown = socket.getPeerCertificate().subject?.CN
  return { address, certificateName: typeof name === 'string' ? name : undefined }
}

/** When the certificate that was shown ran out, where that is what is wrong with it; it proves nothing any more. */
function lapsedOf(socket: TLSSocket): string | undefined {
  // Declared as an Error; what stands there at run time is the code alone.
  const complaint: unknown = socket.authorizationError
  return complaint === 'CERT_HAS_EXPIRED' ? socket.getPeerCertificate().valid_to : undefined
}

function bound(server: Server, connectionsMax: number, refuse: Refuse): void {
  server.maxConnections = connectionsMax
  server.on('drop', () => refuse(fault('BROKER_TOO_MANY_CONNECTIONS', { limit: connectionsMax })))
  server.on('tlsClientError', (error: Error) => refuse(protocolFault(error)))
}

function open(server: Server, host: string, port: number, refuse: Refuse): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (cause: Error) =>
      reject(new FaultError(fault('PORT_UNAVAILABLE', { host, port, reason: cause.message }), { cause }))
    server.once('error', refused)
    server.listen(port, host, () => {
      server.off('error', refused)
      server.on('error', (error) => refuse(protocolFault(error)))
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function protocolFault(error: Error) {
  return fault('BROKER_PROTOCOL', { reason: error.message.slice(0, 100) })
}
