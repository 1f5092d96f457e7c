import { chmodSync, existsSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { FaultError, fault } from '../errors.ts'
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

export async function serveControl(path: string, handlers: ControlHandlers): Promise<ControlServer> {
  if (existsSync(path)) {
    if (await answers(path)) throw new FaultError(fault('ALREADY_RUNNING', { path }))
    rmSync(path, { force: true })
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    onLine(socket, (line) => {
      answer(handlers, line).then((text) => {
        if (!socket.destroyed) socket.end(`${text}\n`)
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new FaultError(fault('CONTROL_UNAVAILABLE', { path, reason: cause.message }), { cause }))
    })
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
    const unavailable = (reason: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(err(fault('CONTROL_UNAVAILABLE', { path, reason })))
    }
    const socket = connect(path)
    const timer = setTimeout(() => unavailable('no answer in time'), CALL_TIMEOUT_MS)
    socket.on('error', (cause) => unavailable(cause.message))
    onLine(socket, (line) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(parseAnswer(path, line))
    })
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
  try {
    const question: unknown = JSON.parse(line)
    if (!isRecord(question) || typeof question.command !== 'string')
      return refusal('the question has no command')
    const args = isRecord(question.args) ? question.args : {}
    const handler = Object.hasOwn(handlers, question.command) ? handlers[question.command] : undefined
    if (handler === undefined) return refusal(`there is no command "${question.command}"`)
    return JSON.stringify({ ok: true, value: (await handler(args)) ?? null })
  } catch (cause) {
    if (cause instanceof FaultError) return JSON.stringify({ ok: false, error: cause.fault })
    return refusal(cause instanceof Error ? cause.message : 'unknown')
  }
}

function refusal(reason: string): string {
  return JSON.stringify({ ok: false, error: fault('CONTROL_REFUSED', { reason }) })
}

function parseAnswer(path: string, line: string): Result<unknown> {
  try {
    const parsed: unknown = JSON.parse(line)
    if (isRecord(parsed) && parsed.ok === true) return ok(parsed.value)
    if (isRecord(parsed) && isRecord(parsed.error)) {
      const details = isRecord(parsed.error.details) ? parsed.error.details : {}
      return err(fault('CONTROL_REFUSED', { reason: String(details.reason ?? parsed.error.code) }))
    }
  } catch {
    // falls through: an answer that is not JSON is no answer
  }
  return err(fault('CONTROL_UNAVAILABLE', { path, reason: 'the answer is not readable' }))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
