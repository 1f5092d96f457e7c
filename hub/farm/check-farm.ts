import { Default } from 'typebox/value'
import type { Utc } from '../../core/clock.ts'
import {
  DOCUMENT_BYTES_MAX,
  DOCUMENT_DEPTH_MAX,
  isBounded,
  textOf,
} from '../../core/documents/check-document.ts'
import { checkGreenhouse } from '../../core/documents/check-greenhouse.ts'
import { greenhouseShapeFault } from '../../core/documents/check-greenhouse-shape.ts'
import { Greenhouse } from '../../core/documents/greenhouse.ts'
import { greenhouseDoubts } from '../../core/documents/greenhouse-doubts.ts'
import { planOf } from '../../core/documents/greenhouse-plan.ts'
import { asCalledThere } from '../../core/documents/greenhouse-words.ts'
import { isRecord } from '../../core/documents/json-values.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { problemOf } from '../../core/http/problem.ts'
import { checker } from '../../core/schema.ts'
import type { FarmCheck } from '../api/farm-schema.ts'

const PLAN_HOURS = 24
const check = checker(Greenhouse)

/**
 * All that is wrong with a greenhouse's document as far as that is known without its node, and what it would water. The
 * node looks once more, at its devices and interlocks.
 */
export function checkFarm(body: unknown, now: Utc): FarmCheck {
  if (!isRecord(body) || !isBounded(body)) {
    const id = `greenhouse:${isRecord(body) ? textOf(body.id) : '?'}`
    const problem = fault('DOCUMENT_TOO_LARGE', { id, max: DOCUMENT_BYTES_MAX, depth: DOCUMENT_DEPTH_MAX })
    return { problems: [problemAt(problem, body)], warnings: [], house: null, plan: [] }
  }
  const shaped = check(Default(Greenhouse, structuredClone(body)))
  const faults = shaped.ok ? checkGreenhouse(shaped.value) : [greenhouseShapeFault(shaped.problem, body)]
  const sound = shaped.ok && faults.length === 0 ? shaped.value : undefined
  const plan = sound === undefined ? [] : planOf(sound, now, PLAN_HOURS)
  return {
    problems: faults.map((problem) => problemAt(problem, body)),
    warnings: sound === undefined ? [] : greenhouseDoubts(sound).map((doubt) => problemAt(doubt, body)),
    house: shaped.ok ? { ...shaped.value } : null,
    plan: plan.map(({ program, zone, at, minutes, litres }) => ({ program, zone, at, minutes, litres })),
  }
}

function problemAt(problem: Fault, body: unknown): FarmCheck['problems'][number] {
  const { at } = problem.details
  return { ...problemOf(asCalledThere(problem, body)), ...(typeof at === 'string' ? { at } : {}) }
}
