import { chmodSync, existsSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { type FaultDetails, FaultError, fault, isErrorCode } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'

/**
 * How a command on the same machine talks to a running process: one JSON line asks, one JSON line answers, over a
 * Unix socket that only its owner may open. No port is opened for it.
 */

export type ControlHandlers = Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => unknown>>

/** The name of the socket within a data folder. */
export const CONTROL_SOCKET = 'tram.sock'

const LINE_CHARACTERS_MAX = 1_000_000
const CALL_TIMEOUT_MS = 10_000

export interface ControlServer {
  close(): Promise<void>
}

/**
 * Makes sure that no other process holds `path`, and clears away what a dead one left there.
 * FaultErrors: ALREADY_RUNNING, CONTROL_UNAVAILABLE.
 */
export async function claimControl(path: string): Promise<void> {
  if (!existsSync(path)) return
  if (await answers(path)) throw new FaultError(fault('ALREADY_RUNNING', { path }))
  try {
    rmSync(path, { force: true })
  } catch (cause) {
    throw unavailable(path, cause)
  }
}

function unavailable(path: string, cause: unknown): FaultError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FaultError(fault('CONTROL_UNAVAILABLE', { path, reason }), { cause })
}

/** FaultErrors: ALREADY_RUNNING, CONTROL_UNAVAILABLE. What a handler throws beside FaultErrors is a mistake and goes up. */
export async function serveControl(path: string, handlers: ControlHandlers): Promise<ControlServer> {
  await claimControl(path)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    onLine(socket, (line) => {
      void answer(handlers, line).then((text) => {
        if (!socket.destroyed) socket.end(`${text}\n`)
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(unavailable(path, cause)))
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return {
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Calls a running process; CONTROL_UNAVAILABLE when none listens at `path`. */
export function callControl(
  path: string,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<Result<unknown>> {
  return new Promise((resolve) => {
    const settle = (answer: Result<unknown>) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const unanswered = (reason: string) => settle(err(fault('CONTROL_UNAVAILABLE', { path, reason })))
    const socket = connect(path)
    const timer = setTimeout(() => unanswered('no answer in time'), CALL_TIMEOUT_MS)
    socket.on('error', (cause) => unanswered(cause.message))
    socket.on('close', () => unanswered('it closed without an answer'))
    onLine(socket, (line) => settle(parseAnswer(path, line)))
    socket.write(`${JSON.stringify({ command, args })}\n`)
  })
}

async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function onLine(socket: Socket, handle: (line: string) => void): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    if (text.length > LINE_CHARACTERS_MAX) return socket.destroy()
    const end = text.indexOf('\n')
    if (end < 0) return
    const line = text.slice(0, end)
    text = text.slice(end + 1)
    handle(line)
  })
}

async function answer(handlers: ControlHandlers, line: string): Promise<string> {
  const question = parseJson(line)
  if (!isRecord(question) || typeof question.command !== 'string')
    return refusal('the question has no command')
  const { command } = question
  const args = isRecord(question.args) ? question.args : {}
  const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined
  if (handler === undefined) return refusal(`there is no command "${command.slice(0, 60)}"`)
  try {
    return JSON.stringify({ ok: true, value: (await handler(args)) ?? null })
  } catch (cause) {
    if (cause instanceof FaultError) return JSON.stringify({ ok: false, error: cause.fault })
    throw cause
  }
}

function refusal(reason: string): string {
  return JSON.stringify({ ok: false, error: fault('CONTROL_REFUSED', { reason }) })
}

function parseAnswer(path: string, line: string): Result<unknown> {
  const parsed = parseJson(line)
  if (isRecord(parsed) && parsed.ok === true) return ok(parsed.value)
  if (!isRecord(parsed) || !isRecord(parsed.error))
    return err(fault('CONTROL_UNAVAILABLE', { path, reason: 'the answer is not readable' }))
  const code = String(parsed.error.code)
  // A process of another version may know codes that this one does not.
  return err(
    isErrorCode(code)
      ? fault(code, detailsOf(parsed.error.details))
      : fault('CONTROL_REFUSED', { reason: code.slice(0, 60) }),
  )
}

function detailsOf(given: unknown): FaultDetails {
  if (!isRecord(given)) return {}
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, typeof value === 'number' ? value : String(value)]),
  )
}

/** Undefined for what is not JSON. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
