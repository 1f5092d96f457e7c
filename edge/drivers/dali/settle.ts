import { ok, type Result } from '../../../core/result.ts'
import type { DaliLine } from './line.ts'
import type { Setting } from './settings.ts'

/**
 * Looks whether a gear keeps a setting, and sets it where it does not: `kept`, `gone` where the gear does not answer, or
 * the value that it holds to all the same. Faults: those of the line.
 */
export async function settled(line: DaliLine, setting: Setting): Promise<Result<'kept' | 'gone' | number>> {
  const first = await heldValue(line, setting)
  if (!first.ok) return first
  if (first.value === setting.wanted) return ok('kept')
  if (first.value === undefined && setting.optional) return ok('kept')
  for (const { forward, twice } of setting.write) {
    const sent = await line.send(forward, { twice })
    if (!sent.ok) return sent
  }
  const second = await heldValue(line, setting)
  if (!second.ok) return second
  return ok(second.value === setting.wanted ? 'kept' : (second.value ?? 'gone'))
}

async function heldValue(
  line: DaliLine,
  { before, question, read }: Setting,
): Promise<Result<number | undefined>> {
  for (const forward of before) {
    const sent = await line.send(forward)
    if (!sent.ok) return sent
  }
  const answer = await line.query(question)
  if (!answer.ok) return answer
  return ok(answer.value.kind === 'answer' ? read(answer.value.value) : undefined)
}
