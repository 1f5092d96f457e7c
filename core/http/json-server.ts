import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifySchemaCompiler,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import type { TSchema } from 'typebox'
import { Convert, Default } from 'typebox/value'
import { type Fault, FaultError, fault } from '../errors.ts'
import type { Log } from '../log.ts'
import { checker } from '../schema.ts'
import { faultOf, type Problem, problemOf, statusOf } from './problem.ts'

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

const BODY_BYTES_MAX = 16 * 1024
const URL_PARAMETER_MAX = 200
const REQUEST_TIMEOUT_MS = 10_000

export interface JsonServerOptions {
  readonly log: Log
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** A reverse proxy stands before this port, and what it says of whom it speaks for is believed. */
  readonly behindProxy?: boolean
  /** PEM texts; left out, the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Most connections at once; further ones are closed. Left out, there is no limit. */
  readonly connectionsMax?: number
  /** Of them from one address, and from all strangers together. */
  readonly connectionsEachMax?: number
  readonly strangers?: Strangers
  /** Of one address, where a route does not say otherwise; left out, only routes that say so are limited. */
  readonly requestsPerMinute?: number
  /** Looks at each request first; what it throws as a FaultError is answered. */
  check(request: FastifyRequest): void
  /** How a problem is told to those who ask here, and more of it than its words. */
  tell?(told: Fault): Problem
}

export interface Strangers {
  readonly connectionsMax: number
  isStranger(address: string): boolean
}

/**
 * A server of JSON and of one page, as node and hub each have one: bounded bodies and times, schemas that validate, each
 * failure answered as a `Problem`, with the plugins for cookies and rates.
 */
export async function jsonServer(options: JsonServerOptions) {
  const { log, headers, tls, connectionsMax, connectionsEachMax, strangers, requestsPerMinute } = options
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: URL_PARAMETER_MAX },
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: options.behindProxy ?? false,
    forceCloseConnections: true,
    serverFactory(handler) {
      const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }
      const server =
        tls === undefined
          ? createServer(timeouts, handler)
          : createTlsServer({ ...timeouts, ...tls, minVersion: 'TLSv1.2' }, handler)
      if (connectionsMax !== undefined) server.maxConnections = connectionsMax
      if (connectionsEachMax !== undefined || strangers !== undefined)
        server.on('connection', roomForOthers(connectionsEachMax ?? Number.POSITIVE_INFINITY, strangers))
      return server
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(validatorOf)
  // Answers are built from our own types; their schemas are for the OpenAPI document.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))

  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const problem = error instanceof FaultError ? error.fault : faultOf(error)
    if (problem === undefined) log.error('request failed', { url: request.url, reason: error.message })
    const told = problem ?? fault('HTTP_FAILED')
    return reply.code(statusOf(told)).send((options.tell ?? problemOf)(told))
  })
  app.setNotFoundHandler((_request, reply) => {
    const problem = fault('HTTP_NOT_FOUND')
    return reply.code(statusOf(problem)).send(problemOf(problem))
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    options.check(request)
  })
  await app.register(cookie)
  await app.register(
    rateLimit,
    requestsPerMinute === undefined
      ? { global: false }
      : { global: true, max: requestsPerMinute, timeWindow: 60_000 },
  )
  return app
}

/** Closes what one address, or all strangers, open beyond their share, so that they cannot keep all others out. */
function roomForOthers(eachMax: number, strangers: Strangers | undefined): (socket: Socket) => void {
  const open = new Map<string, number>()
  let strange = 0
  return (socket) => {
    const from = socket.remoteAddress ?? ''
    // As they were when they came: who signs in on a connection is no stranger on the next.
    const isStranger = strangers?.isStranger(from) === true
    const count = (open.get(from) ?? 0) + 1
    open.set(from, count)
    if (isStranger) strange++
    socket.once('close', () => {
      if (isStranger) strange--
      const left = (open.get(from) ?? 1) - 1
      if (left > 0) open.set(from, left)
      else open.delete(from)
    })
    if (count > eachMax || (isStranger && strange > (strangers?.connectionsMax ?? 0))) socket.destroy()
  }
}

/** The port that it listens on, where 0 was asked for. Throws a FaultError: PORT_UNAVAILABLE. */
export async function listenAt(
  app: Pick<Api, 'listen' | 'server'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    throw new FaultError(fault('PORT_UNAVAILABLE', { host, port, reason }), { cause })
  }
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** What stands in an address is text: it is turned into what its schema says, and defaults are filled in. */
export const validatorOf: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = checker(schema)
  return (value: unknown) => {
    const checked = check(httpPart === 'body' ? value : Default(schema, Convert(schema, value)))
    if (checked.ok) return { value: checked.value }
    const { path, message, message_vi } = checked.problem
    const problem = fault('HTTP_INVALID', {
      reason: `${path} ${message}`,
      reason_vi: `${path} ${message_vi}`,
    })
    return { error: new FaultError(problem) }
  }
}

/** Whether a request comes from another origin's page than the one that it asks, as far as its browser says so. */
export function isForeign(request: FastifyRequest): boolean {
  const { origin } = request.headers
  return origin !== undefined && /^https?:\/\/([^/]+)$/.exec(origin)?.[1] !== request.host
}
