import { pino } from 'pino'
import type { Log } from '../log.ts'

/** JSON lines on standard error, one an event. */
export function processLog(name: string, level: string): Log {
  return over(
    pino(
      { name, level, base: { name }, redact: ['key', 'password', 'appKey', 'token'] },
      pino.destination(2),
    ),
  )
}

function over(logger: ReturnType<typeof pino>): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields) => over(logger.child({ ...fields })),
  }
}
