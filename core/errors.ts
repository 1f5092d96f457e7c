import { commandErrors } from './errors/commands.ts'
import { configErrors } from './errors/config.ts'
import { controlErrors } from './errors/control.ts'
import { daliErrors } from './errors/dali.ts'
import { deviceErrors } from './errors/device.ts'
import { documentErrors } from './errors/documents.ts'
import { firmataErrors } from './errors/firmata.ts'
import { greenhouseErrors } from './errors/greenhouse.ts'
import { greenhouseDoubtErrors } from './errors/greenhouse-doubts.ts'
import { hubErrors } from './errors/hub.ts'
import { interlockErrors } from './errors/interlock.ts'
import { lightingErrors } from './errors/lighting.ts'
import { lorawanErrors } from './errors/lorawan.ts'
import { modbusErrors } from './errors/modbus.ts'
import { mqttErrors } from './errors/mqtt.ts'
import { panelErrors } from './errors/panel.ts'
import { relayErrors } from './errors/relay.ts'
import { serialErrors } from './errors/serial.ts'
import { simErrors } from './errors/sim.ts'
import { storeErrors } from './errors/store.ts'
import { timeErrors } from './errors/time.ts'
import { wireErrors } from './errors/wire.ts'
import type { Language, Text } from './text.ts'
import { fill } from './text.ts'

/**
 * One table of everything that can be refused or fail, by code.
 * `what` says what happened, `next` what the reader should do; `{names}` in them are filled from the fault's details.
 * docs/errors.md lists the same codes (a test holds them together).
 */
export const errors = {
  ...commandErrors,
  ...configErrors,
  ...controlErrors,
  ...daliErrors,
  ...deviceErrors,
  ...documentErrors,
  ...firmataErrors,
  ...greenhouseErrors,
  ...greenhouseDoubtErrors,
  ...hubErrors,
  ...interlockErrors,
  ...lightingErrors,
  ...lorawanErrors,
  ...modbusErrors,
  ...mqttErrors,
  ...panelErrors,
  ...relayErrors,
  ...serialErrors,
  ...simErrors,
  ...storeErrors,
  ...timeErrors,
  ...wireErrors,
} as const satisfies Record<string, ErrorEntry>

export interface ErrorEntry {
  readonly what: Text
  readonly next: Text
}

export type ErrorCode = keyof typeof errors

export type FaultDetails = Readonly<Record<string, string | number>>

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code)
}

/** An expected failure as a value. Details must never hold a secret. */
export interface Fault {
  readonly code: ErrorCode
  readonly details: FaultDetails
}

export function fault(code: ErrorCode, details: FaultDetails = {}): Fault {
  return { code, details }
}

/** What happened and what to do, in both languages. A detail `x_vi` is `x` for Vietnamese readers. */
export function wordsOf({ code, details }: Fault): ErrorEntry {
  const { what, next }: ErrorEntry = errors[code]
  const inBoth = ({ vi, en }: Text) => ({ vi: fill(vi, vietnamese(details)), en: fill(en, details) })
  return { what: inBoth(what), next: inBoth(next) }
}

/** The fault as a person reads it: `CODE: what happened. What to do next.` */
export function explain(problem: Fault, language: Language): string {
  const { what, next } = wordsOf(problem)
  return `${problem.code}: ${what[language]} ${next[language]}`
}

const VIETNAMESE = '_vi'

function vietnamese(details: FaultDetails): FaultDetails {
  const own = Object.entries(details).filter(([name]) => name.endsWith(VIETNAMESE))
  return {
    ...details,
    ...Object.fromEntries(own.map(([name, text]) => [name.slice(0, -VIETNAMESE.length), text])),
  }
}

/** Carries a fault through code that can only throw (a stream callback, a constructor). */
export class FaultError extends Error {
  readonly fault: Fault
  constructor(problem: Fault, options?: ErrorOptions) {
    super(explain(problem, 'en'), options)
    this.name = 'FaultError'
    this.fault = problem
  }
}
